// Our own emitter, because writing is most of a run: the yaml package builds a node per value and takes some twenty
// times as long. It knows plain data only, and quotes so that YAML 1.1 (kubectl) and YAML 1.2 readers agree.
import { literal, quoted, scalar } from "./yaml-scalar.ts";

// Readers look for the `:` of an implicit key within 1024 characters: https://yaml.org/spec/1.2.2/#742-flow-mappings
const MAX_IMPLICIT_KEY = 1000;

/**
 * YAML text of plain data (objects, arrays, strings, finite numbers, booleans, null), ending in a newline; all lines of
 * it behind `indent`, blanks, so that it can stand in another text.
 * Keys keep their order; a key whose value is undefined is left out. -0 is written 0, as JSON does.
 * Throws on anything else, at any depth: a Date, a function, NaN or a class instance in an object is our bug.
 */
export function yaml(value: unknown, indent = ""): string {
  const out: Lines = { lines: [], lead: indent };
  if (isFullArray(value)) sequence(out, value, indent);
  else if (isRecord(value)) mapping(out, value, indent);
  // At the root readers do not agree on the indentation of a literal block.
  else
    out.lines.push(
      indent + (typeof value === "string" && value.includes("\n") ? quoted(value) : flat(value)),
    );
  return (out.lines.join("\n") || `${indent}{}`) + "\n";
}

/** One stream of all values, each a YAML document, joined with `---`. No values give an empty text. */
export function yamlDocuments(values: readonly unknown[]): string {
  return values.map((value) => yaml(value)).join("---\n");
}

/**
 * Lines written so far, and what stands before the next: its indentation, or the dashes of lists that begin on it.
 * One growing array: joining strings level by level took four times as long, nearly all of it garbage collection.
 */
type Lines = { readonly lines: string[]; lead: string };

function mapping(out: Lines, record: Readonly<Record<string, unknown>>, indent: string): void {
  for (const name of Object.keys(record)) {
    const value = record[name];
    if (value === undefined) continue;
    const key = keyText(name);
    if (key.length > MAX_IMPLICIT_KEY) {
      out.lines.push(`${out.lead}? ${key}`);
      out.lead = indent + ":";
    } else {
      out.lead += key + ":";
    }
    entry(out, value, indent);
    out.lead = indent;
  }
}

// The same keys in each of ten thousand objects; the names of Secrets and files are others every time.
const MAX_KNOWN_KEYS = 4096;
const knownKeys = new Map<string, string>();

function keyText(name: string): string {
  const known = knownKeys.get(name);
  if (known !== undefined) return known;
  const text = scalar(name);
  if (knownKeys.size < MAX_KNOWN_KEYS) knownKeys.set(name, text);
  return text;
}

/** The value of a key at `indent`; the lead is the line up to the colon. */
function entry(out: Lines, value: unknown, indent: string): void {
  const inner = indent + "  ";
  const { lines, lead } = out;
  if (isFullArray(value)) {
    lines.push(lead);
    // A list stands at the column of its key, as kubectl prints it.
    out.lead = indent;
    sequence(out, value, indent);
  } else if (isRecord(value)) {
    const at = lines.push(lead);
    out.lead = inner;
    mapping(out, value, inner);
    if (lines.length === at) lines[at - 1] = lead + " {}";
  } else {
    leaf(out, value, inner);
  }
}

function sequence(out: Lines, items: readonly unknown[], indent: string): void {
  const inner = indent + "  ";
  const { lines } = out;
  for (const item of items) {
    const lead = out.lead + "-";
    const at = lines.length;
    out.lead = lead + " ";
    if (isFullArray(item)) sequence(out, item, inner);
    else if (isRecord(item)) {
      mapping(out, item, inner);
      if (lines.length === at) lines.push(lead + " {}");
    } else {
      out.lead = lead;
      leaf(out, item, inner);
    }
    out.lead = indent;
  }
}

/** A value without children, on the line of the lead; a literal block goes on at `indent`. */
function leaf({ lines, lead }: Lines, value: unknown, indent: string): void {
  if (typeof value === "string" && value.includes("\n")) {
    const block = literal(value, indent);
    if (block !== undefined) {
      lines.push(`${lead} ${block.header}`, block.lines);
      return;
    }
  }
  lines.push(`${lead} ${flat(value)}`);
}

function flat(value: unknown): string {
  if (typeof value === "string") return scalar(value);
  if (typeof value === "number" && Number.isFinite(value)) return decimal(value);
  if (typeof value === "boolean" || value === null) return String(value);
  if (Array.isArray(value) && value.length === 0) return "[]";
  throw new Error(`not plain data, so not YAML: ${describe(value)}`);
}

// YAML 1.1 knows an exponent only after a dot: PyYAML reads 1e+21 as a string, 1.0e+21 as the number.
function decimal(value: number): string {
  const text = String(value === 0 ? 0 : value);
  return text.includes("e") && !text.includes(".") ? text.replace("e", ".0e") : text;
}

function isFullArray(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.length > 0;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function describe(value: unknown): string {
  if (typeof value === "number") return String(value);
  return typeof value === "object" ? Object.prototype.toString.call(value) : typeof value;
}
