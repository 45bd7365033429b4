import { plainScalar } from "./scalar.ts";
import { characterFindings } from "./syntax.ts";

/** An item's dash, the key of a mapping with what follows it on its line, or a single value behind a dash. */
type Token = {
  readonly kind: "item" | "entry" | "scalar";
  readonly line: number;
  readonly column: number;
  readonly key: string;
  readonly text: string;
};

type Reader = { readonly tokens: readonly Token[]; at: number };

const MAX_DOCUMENTS = 100;
const MAX_DEPTH = 30;

/** Characters of a line: on a line of blanks the patterns below take time by the square of it. */
const MAX_LINE = 400;

/**
 * The values of the documents of a text, those without content left out; undefined if any line of it is not YAML at its
 * plainest: `key: value` and `- item`, on one line each, with the quotes, brackets and comments that fit there.
 *
 * Nearly all specs are written so, and the library, which also knows the lines, takes ten times as long for them: a
 * quarter of a render. What is read here must be what the library would give, without a problem; in doubt it is
 * undefined. A test compares the two on all the samples and on random texts.
 */
export function plainDocuments(text: string): readonly unknown[] | undefined {
  if (/[\t\r]/.test(text) || characterFindings(text).length > 0) return undefined;
  const documents = tokensOf(text);
  if (documents === undefined || documents.length > MAX_DOCUMENTS) return undefined;
  const values: unknown[] = [];
  for (const tokens of documents) {
    if (tokens.length === 0) continue;
    const reader = { tokens, at: 0 };
    const value = block(reader, 1);
    if (value === undefined || reader.at < tokens.length) return undefined;
    values.push(value);
  }
  return values;
}

const LINE = /^( *)((?:- +)*)(?:([A-Za-z][\w./-]{0,99}):(?: +|$))?(.*)$/;

/** The tokens of each document. */
function tokensOf(text: string): Token[][] | undefined {
  let tokens: Token[] = [];
  const documents = [tokens];
  for (const [line, content] of text.split("\n").entries()) {
    if (content === "---") {
      tokens = [];
      documents.push(tokens);
      continue;
    }
    if (content.length > MAX_LINE) return undefined;
    const [, indent = "", dashes = "", key = "", rest = ""] = LINE.exec(content) ?? [];
    if (key === "" && dashes === "" && isNothing(rest)) continue;
    if (key === "" && dashes === "") return undefined;
    const column = indent.length + dashes.length;
    for (let dash = dashes.indexOf("-"); dash !== -1; dash = dashes.indexOf("-", dash + 1))
      tokens.push({ kind: "item", line, column: indent.length + dash, key: "", text: "" });
    tokens.push({ kind: key === "" ? "scalar" : "entry", line, column, key, text: rest });
  }
  return documents;
}

function isNothing(text: string): boolean {
  return text === "" || text.startsWith("#");
}

function block(reader: Reader, depth: number): unknown {
  const first = reader.tokens[reader.at];
  if (first === undefined || first.kind === "scalar" || depth > MAX_DEPTH) return undefined;
  return first.kind === "item" ? sequence(reader, first.column, depth) : mapping(reader, first.column, depth);
}

function sequence(reader: Reader, column: number, depth: number): unknown {
  const items: unknown[] = [];
  for (;;) {
    const dash = reader.tokens[reader.at];
    if (dash?.kind !== "item" || dash.column !== column) return items;
    reader.at += 1;
    const next = reader.tokens[reader.at];
    if (next?.line !== dash.line) return undefined;
    const value = next.kind === "scalar" ? inline(next.text) : block(reader, depth + 1);
    if (value === undefined) return undefined;
    if (next.kind === "scalar") reader.at += 1;
    items.push(value);
  }
}

function mapping(reader: Reader, column: number, depth: number): unknown {
  const record: Record<string, unknown> = {};
  for (;;) {
    const entry = reader.tokens[reader.at];
    if (entry?.kind !== "entry" || entry.column !== column) return record;
    if (!isNewKey(record, entry.key)) return undefined;
    reader.at += 1;
    const value = isNothing(entry.text) ? below(reader, entry, depth) : inline(entry.text);
    if (value === undefined) return undefined;
    record[entry.key] = value;
  }
}

function isNewKey(record: Readonly<Record<string, unknown>>, key: string): boolean {
  return !Object.hasOwn(record, key) && plainScalar(key).value === key;
}

/** What stands in the lines under a key: a list may begin in the key's own column. */
function below(reader: Reader, { column }: Token, depth: number): unknown {
  const next = reader.tokens[reader.at];
  const isBelow =
    next !== undefined && (next.column > column || (next.column === column && next.kind === "item"));
  return isBelow ? block(reader, depth + 1) : null;
}

const END = String.raw`(?: +#.*| *)$`;
const QUOTED = new RegExp(String.raw`^(?:"([^"\\]*)"|'([^']*)')${END}`);
const PLAIN = new RegExp(String.raw`^((?:[\w./(+]|-[\w.])(?:(?! #|: |:$).)*?)${END}`);

/** A value on one line; undefined also where there is none. */
function inline(text: string): unknown {
  const first = text.charAt(0);
  if (first === "{" || first === "[") return flow(text);
  if (first !== '"' && first !== "'") return scalar(PLAIN.exec(text)?.[1]);
  const [, double, single] = QUOTED.exec(text) ?? [];
  return double ?? single;
}

function scalar(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  const { value, wrong } = plainScalar(text);
  return wrong === undefined ? value : undefined;
}

const FLOW =
  /([A-Za-z][\w./-]{0,99}): +| *([[\]{},]) *|"([^"\\]*)"|'([^']*)'|((?:[\w./+]|-[\w.])[\w./%+-]*)/y;

// Behind the last bracket and the blanks that it has taken along.
const FLOW_END = /^(?:[\]} ] *| +#.*)$/;

/** A value in brackets, with its end and a comment behind it. */
function flow(text: string): unknown {
  const pattern = new RegExp(FLOW);
  const next = (): RegExpExecArray | null => pattern.exec(text);
  const value = (token: RegExpExecArray | null, depth: number): unknown => {
    if (token === null || depth > MAX_DEPTH) return undefined;
    const [, , bracket, double, single, plain] = token;
    if (bracket === "[") return list(depth);
    if (bracket === "{") return map(depth);
    return double ?? single ?? scalar(plain);
  };
  const list = (depth: number): unknown => {
    const items: unknown[] = [];
    for (let token = next(); ; token = next()) {
      if (token?.[2] === "]" && items.length === 0) return items;
      const item = value(token, depth + 1);
      if (item === undefined) return undefined;
      items.push(item);
      const end = next()?.[2];
      if (end === "]") return items;
      if (end !== ",") return undefined;
    }
  };
  const map = (depth: number): unknown => {
    const record: Record<string, unknown> = {};
    for (let token = next(), isFirst = true; ; token = next(), isFirst = false) {
      if (token?.[2] === "}" && isFirst) return record;
      const key = token?.[1];
      if (key === undefined || !isNewKey(record, key)) return undefined;
      const content = value(next(), depth + 1);
      if (content === undefined) return undefined;
      record[key] = content;
      const end = next()?.[2];
      if (end === "}") return record;
      if (end !== ",") return undefined;
    }
  };
  const whole = value(next(), 1);
  return FLOW_END.test(text.slice(pattern.lastIndex - 1)) ? whole : undefined;
}
