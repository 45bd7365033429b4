import { followed, schemaOf, type Documents, type Schema } from "../cluster/schemas.ts";
import { form } from "../pipeline/forms.ts";
import { nearest } from "../pipeline/messages.ts";
import { isRecord } from "../record.ts";

/** A field of a document, as its schema knows it. `<name>` stands for a key of one's own, `[]` for the items of a list. */
export type Field = {
  readonly path: string;
  readonly kinds: readonly string[];
  readonly type: string;
  readonly required: boolean;
  readonly description: string;
  readonly default?: string;
  readonly allowed?: string;
  /** What becomes of it, if it is not rendered. */
  readonly remark?: string;
  readonly example?: string;
  readonly children: readonly Field[];
};

const documents: readonly (readonly [keyof Documents, readonly string[]])[] = [
  ["cluster", ["PostgresCluster", "postgresql"]],
  ["operator", ["OperatorConfiguration"]],
  ["settings", ["Settings"]],
];

/** Every field of every kind of document, parents before their children. */
export function allFields(): readonly Field[] {
  return documents.flatMap(([document, kinds]) => {
    const { schema } = schemaOf(document);
    const context = { root: schema, kinds, remark: undefined };
    return childrenOf(schema, "", context).flatMap(withBelow);
  });
}

function withBelow(field: Field): readonly Field[] {
  return [field, ...field.children.flatMap(withBelow)];
}

/**
 * The fields that a text may mean: a whole path (`spec.patroni.ttl`, list indexes and keys of one's own as they are), or
 * the end of one (`ttl`, `patroni.ttl`); and otherwise the one that was probably meant.
 */
export function findFields(
  text: string,
  all: readonly Field[] = allFields(),
): { readonly fields: readonly Field[]; readonly near: string | undefined } {
  const wanted = steps(text);
  const exact = all.filter(({ path }) => matches(steps(path), wanted));
  if (exact.length > 0) return { fields: exact, near: undefined };
  const ends = all.filter(({ path }) => matches(steps(path).slice(-wanted.length), wanted));
  if (ends.length > 0) return { fields: ends, near: undefined };
  const last = wanted.at(-1) ?? "";
  const names = [...new Set(all.map(({ path }) => steps(path).at(-1) ?? ""))];
  const whole = nearest(
    text,
    all.map(({ path }) => path),
  );
  const near = nearest(last, names);
  return { fields: [], near: whole ?? near };
}

function steps(path: string): readonly string[] {
  return path
    .replaceAll(/\[\d*\]/g, ".[]")
    .split(".")
    .filter((step) => step !== "");
}

function matches(path: readonly string[], wanted: readonly string[]): boolean {
  return (
    path.length === wanted.length &&
    path.every(
      (step, index) => step === wanted[index] || step === "<name>" || lower(step) === lower(wanted[index]),
    )
  );
}

function lower(text: string | undefined): string {
  return (text ?? "").toLowerCase();
}

type Context = {
  readonly root: Schema;
  readonly kinds: readonly string[];
  readonly remark: string | undefined;
};

function childrenOf(given: Schema, path: string, context: Context): readonly Field[] {
  const schema = followed(context.root, given);
  const own = Object.entries(schema.properties ?? {}).map(([name, property]) =>
    field(path === "" ? name : `${path}.${name}`, property, {
      ...context,
      required: schema.required?.includes(name) ?? false,
    }),
  );
  const { items, additionalProperties: map } = schema;
  const inner = [
    ...(items === undefined ? [] : childrenOf(items, `${path}[]`, context)),
    ...(typeof map === "object" ? childrenOf(map, `${path}.<name>`, context) : []),
  ];
  return [...own, ...inner];
}

function field(path: string, given: Schema, context: Context & { readonly required: boolean }): Field {
  const schema = followed(context.root, given);
  const kinds = schema["x-only"] === undefined ? context.kinds : [schema["x-only"]];
  const remark = schema["x-later"] ?? schema["x-runtime"] ?? context.remark;
  const value = schema.default;
  const allowed = allowedIn(schema, context.root);
  const shown = exampleOf(schema, context.root);
  return {
    path,
    kinds,
    type: typeOf(schema, context.root),
    required: context.required,
    description: schema.description ?? "",
    ...(value === undefined ? {} : { default: JSON.stringify(value) }),
    ...(allowed === "" ? {} : { allowed }),
    ...(remark === undefined ? {} : { remark }),
    ...(shown === undefined ? {} : { example: example(path, shown) }),
    children: childrenOf(schema, path, { root: context.root, kinds, remark }),
  };
}

function typeOf(schema: Schema, root: Schema): string {
  const type = [schema.type ?? []].flat().find((name) => name !== "null");
  if (type === "array") return `list of ${typeOf(followed(root, schema.items ?? {}), root)}`;
  if (type !== "object") return type ?? (schema.enum === undefined ? "anything" : "one of a few values");
  const { additionalProperties: map } = schema;
  return typeof map === "object" ? `map of ${typeOf(followed(root, map), root)}` : "object";
}

function allowedIn(schema: Schema, root: Schema): string {
  if (schema.items !== undefined) return allowedIn(followed(root, schema.items), root);
  const { minimum, maximum, minLength, maxLength, minItems, maxItems, pattern } = schema;
  return [
    ...(schema.enum === undefined ? [] : [schema.enum.map((value) => JSON.stringify(value)).join(", ")]),
    ...(pattern === undefined ? [] : [form(pattern)]),
    ...range("", minimum, maximum),
    ...range(" characters", minLength, maxLength),
    ...range(" entries", minItems, maxItems),
  ].join("; ");
}

function range(unit: string, least: number | undefined, most: number | undefined): string[] {
  if (least === undefined && most === undefined) return [];
  if (most === undefined) return [`at least ${least ?? ""}${unit}`];
  return [least === undefined ? `at most ${most}${unit}` : `${least} to ${most}${unit}`];
}

/** A value that the schema accepts: what it names, its first choice, or one of its form. */
function exampleOf(schema: Schema, root: Schema): unknown {
  if (schema.default !== undefined && !isEmpty(schema.default)) return schema.default;
  if (schema.enum !== undefined) return schema.enum.at(-1);
  if (schema.items !== undefined) {
    const item = exampleOf(followed(root, schema.items), root);
    return item === undefined ? undefined : [item];
  }
  const type = [schema.type ?? []].flat().find((name) => name !== "null");
  if (type === "boolean") return true;
  if (type === "integer" || type === "number") return schema.minimum ?? 1;
  return type === "string" && schema.pattern !== undefined ? fromForm(form(schema.pattern)) : undefined;
}

/** The example that the words of a form end with. */
function fromForm(words: string): string | undefined {
  return /, as in "?([^\s,"]+)"?/.exec(words)?.[1];
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) ? value.length === 0 : isRecord(value) && Object.keys(value).length === 0;
}

/** The value at its path as YAML, block by block. */
function example(path: string, value: unknown): string {
  const keys = path.split(".").flatMap((step) => (step.endsWith("[]") ? [step.slice(0, -2), "[]"] : [step]));
  const last = keys.length - 1;
  let indent = "";
  let dash = "";
  return keys
    .flatMap((key, place) => {
      if (key === "[]") {
        dash = "- ";
        return [];
      }
      const line = `${indent}${dash}${key === "<name>" ? "name" : key}:${place === last ? ` ${JSON.stringify(value)}` : ""}`;
      indent += dash === "" ? "  " : "    ";
      dash = "";
      return [line];
    })
    .join("\n");
}
