import type { ErrorObject } from "../cluster/schemas.ts";
import { form } from "./forms.ts";
import type { Path } from "./source.ts";

/** What a schema error means to the one who wrote the document, and where in it the error is. */
export type Explained = {
  readonly rule: string;
  readonly message: string;
  readonly fix: string;
  readonly path: Path;
  readonly part: "key" | "value";
};

/** An ajv error in the words of the document's author. */
export function explain(error: ErrorObject): Explained {
  const name = error.propertyName;
  const path = [...pointer(error.instancePath), ...(name === undefined ? [] : [name])];
  const part = name === undefined ? "value" : "key";
  const field = path.length === 0 ? "the document" : fieldName(path);
  const { params } = error;
  // A value that may be a secret is never shown, not even where it is in the wrong place.
  const hidden = secret(path);
  const shown = hidden ? "a value that is not shown" : show(error.data);
  switch (error.keyword) {
    case "additionalProperties": {
      const key = String(params["additionalProperty"]);
      const known = propertiesOf(error.parentSchema);
      const near = nearest(key, known);
      return {
        rule: "unknown-field",
        message: `${fieldName([...path, key])} is not a field`,
        fix: near === undefined ? `the fields here are ${list(known)}` : `did you mean ${near}?`,
        path: [...path, key],
        part: "key",
      };
    }
    case "required": {
      const key = String(params["missingProperty"]);
      return {
        rule: "missing-field",
        message: `${fieldName([...path, key])} is missing`,
        fix: `add ${key}`,
        path,
        part: "key",
      };
    }
    case "type": {
      const types = [params["type"]].flat().map(String);
      return {
        rule: "wrong-type",
        message: `${field} is ${shown}, it must be ${types.map(typeName).join(" or ")}`,
        fix: retyped(types, error.data, hidden),
        path,
        part: "value",
      };
    }
    case "enum":
    case "const": {
      const allowed = error.keyword === "enum" ? [params["allowedValues"]].flat() : [params["allowedValue"]];
      const words = allowed.filter((value) => typeof value === "string" && /[a-z]/i.test(value));
      const near = nearest(String(error.data), words.map(String));
      const same = allowed.find((value) => String(value) === String(error.data));
      const choice = list(allowed.map((value) => JSON.stringify(value)));
      return {
        rule: "wrong-value",
        message: `${field} is ${shown}, it must be ${allowed.length === 1 ? "" : "one of "}${choice}`,
        fix:
          same === undefined
            ? near === undefined
              ? `write ${allowed.length === 1 ? choice : "one of these"}`
              : `did you mean ${near}?`
            : `write it ${typeof same === "string" ? "in" : "without"} quotes: ${JSON.stringify(same)}`,
        path,
        part: "value",
      };
    }
    case "pattern":
      return {
        rule: "wrong-format",
        message:
          name === undefined
            ? `${field} is ${shown}, which does not have the form it needs`
            : `the name ${show(name)} in ${fieldName(path.slice(0, -1))} does not have the form it needs`,
        fix: `write ${form(String(params["pattern"]))}`,
        path,
        part,
      };
    case "not": // the only one that a document can meet here is the standby's
      return {
        rule: "wrong-value",
        message: `${field} names no source, or more than one`,
        fix: "give one of standby_host, s3_wal_path, gs_wal_path",
        path,
        part: "key",
      };
    case "minimum":
    case "maximum":
      return {
        rule: "wrong-value",
        message: `${field} is ${shown}, it ${error.message ?? ""}`,
        fix: `write a number ${String(params["comparison"])} ${String(params["limit"])}`,
        path,
        part: "value",
      };
    case "maxLength":
    case "minLength":
      return {
        rule: "wrong-length",
        message: `${field} is ${shown}, which has ${Array.from(String(error.data)).length} characters`,
        fix: `write ${error.keyword === "maxLength" ? "at most" : "at least"} ${String(params["limit"])}`,
        path,
        part,
      };
    case "maxItems":
    case "minItems":
    case "minProperties":
      return {
        rule: "wrong-length",
        message: `${field} has ${entries(error.data)} entries`,
        fix: `write ${error.keyword === "maxItems" ? "at most" : "at least"} ${String(params["limit"])}`,
        path,
        part: "value",
      };
    default:
      return {
        rule: "wrong-value",
        message: `${field} is ${shown}: it ${error.message ?? "is not allowed"}`,
        fix: "see the description of the field in docs/fields.md",
        path,
        part: "value",
      };
  }
}

/** Whether a value at the path may be a secret: passwords, tokens and keys of object stores, by CPO's names for them, and variables. */
function secret(path: Path): boolean {
  const named =
    /pass(word|phrase|wd)|cipher-pass|secret_access_key|key-secret|access_key|api_key|account_key|token/i;
  const store = path.includes("pgbackrest");
  // Of a variable or a header: only the name beside it tells what it is.
  const list = path.findIndex((step) => step === "env" || step === "httpHeaders");
  const [, , field = "value", ...deeper] = path.slice(list);
  if (list !== -1 && (field === "value" || (field === "valueFrom" && deeper.length === 0))) return true;
  return path.some(
    (step) => typeof step === "string" && (named.test(step) || (store && /(^|-)key$/.test(step))),
  );
}

/** What to write instead of a value of the wrong type. What the quotes have to hold is what stands in the file. */
function retyped(types: readonly string[], data: unknown, hidden: boolean): string {
  const wanted = types.map(typeName).join(" or ");
  if (types.includes("string") && (typeof data === "number" || typeof data === "boolean")) {
    if (hidden) return "put it in quotes";
    return typeof data === "number"
      ? `put it in quotes: ${JSON.stringify(String(data))}`
      : `put it in quotes, as in ${data ? '"on" or "true"' : '"off" or "false"'}`;
  }
  const bare =
    typeof data === "string" &&
    ((types.includes("boolean") && /^(true|false)$/.test(data)) ||
      ((types.includes("integer") || types.includes("number")) && /^-?\d{1,15}$/.test(data)));
  if (bare && !hidden) return `write it without quotes: ${data}`;
  return data === null ? `write ${wanted}, or take the key out` : `write ${wanted}`;
}

function entries(data: unknown): number {
  if (Array.isArray(data)) return data.length;
  return typeof data === "object" && data !== null ? Object.keys(data).length : 0;
}

/** A field as its author would name it: `spec.volume.size`, `spec.tolerations[0].key`. */
export function fieldName(path: Path): string {
  return path
    .map((step, index) =>
      typeof step === "number" ? `[${step}]` : `${index === 0 ? "" : "."}${short(step)}`,
    )
    .join("");
}

function short(step: string): string {
  return step.length > 317 ? `${step.slice(0, 60)}…` : step;
}

/** Keys that error messages escape in a JSON pointer. Numbers are steps into lists. */
function pointer(text: string): Path {
  return text
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"))
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}

function propertiesOf(schema: unknown): readonly string[] {
  if (typeof schema !== "object" || schema === null || !("properties" in schema)) return [];
  const { properties } = schema;
  return typeof properties === "object" && properties !== null ? Object.keys(properties) : [];
}

/** A value for a message: short, on one line, quoted when it is text. What is in lists and mappings may be a secret. */
export function show(value: unknown): string {
  if (value === null) return "empty";
  if (typeof value === "object") return Array.isArray(value) ? "a list" : "a mapping";
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function typeName(type: string): string {
  const name: Record<string, string> = {
    object: "a mapping",
    array: "a list",
    string: "text",
    integer: "a whole number",
    number: "a number",
    boolean: "true or false",
    null: "empty",
  };
  return name[type] ?? type;
}

function list(words: readonly string[]): string {
  const sorted = [...words].sort();
  const shown = sorted.slice(0, 40);
  return shown.join(", ") + (sorted.length > shown.length ? ", …" : "");
}

/** The word that was probably meant: the closest one, if at most a third of its letters differ. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (word.length > 64) return undefined;
  const ranked = known
    // Names of too different a length need not be compared letter by letter.
    .filter(({ length }) => Math.abs(length - word.length) <= Math.max(1, length / 3))
    .map((candidate) => ({ candidate, distance: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= Math.max(1, best.candidate.length / 3)
    ? best.candidate
    : undefined;
}

/** Levenshtein's distance: letters to add, drop or replace. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
