import { followed, type Schema } from "../cluster/schemas.ts";
import { isRecord } from "../record.ts";
import type { Path } from "../pipeline/source.ts";

/** The value at a path of a document; undefined, if it is not there. */
export function valueAt(document: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, step) => Reflect.get(Object(inner), step), document);
}

/** A document with one value another, or (`undefined`) gone; what it was is left as it was. */
export function withValue(document: unknown, [step, ...rest]: Path, value: unknown): unknown {
  if (step === undefined) return value;
  if (Array.isArray(document)) {
    const items: readonly unknown[] = document;
    const place = Number(step);
    const gone = rest.length === 0 && value === undefined;
    return items.flatMap((item, index) =>
      index === place ? (gone ? [] : [withValue(item, rest, value)]) : [item],
    );
  }
  if (!isRecord(document)) return document;
  const entries = Object.entries(document).flatMap(([key, entry]) => {
    if (key !== String(step)) return [[key, entry]] as const;
    return rest.length === 0 && value === undefined ? [] : [[key, withValue(entry, rest, value)] as const];
  });
  return Object.fromEntries(entries);
}

/** Other values that may stand in the place of one: the closest ones first. Which of them are valid is not known here. */
export function variants(value: unknown, schema: Schema): readonly unknown[] {
  const others = (schema.enum ?? []).filter((other) => other !== value);
  if (typeof value === "boolean") return [!value];
  if (typeof value === "number") return [...others, value + 1, value - 1, value * 2, Math.floor(value / 2)];
  return typeof value === "string" ? [...others, ...texts(value)] : others;
}

function texts(value: string): readonly string[] {
  const counted = value.replace(/\d+/, (digits) => String(Number(digits) + 1));
  const last = value.replace(/\d+(?=\D*$)/, (digits) => String(Number(digits) + 1));
  const switched = new Map([
    ["on", "off"],
    ["off", "on"],
    ["true", "false"],
    ["false", "true"],
  ]).get(value);
  const all = [
    switched ?? "",
    last,
    counted,
    `${value}x`,
    `x${value}`,
    `${value}-x`,
    `x/${value}`,
    `${value}/x`,
  ];
  return [...new Set(all)].filter((text) => text !== value && text !== "");
}

/** The schema of the value at a path; an empty one, where the schema says nothing of it. */
export function schemaAt(root: Schema, path: Path): Schema {
  return path.reduce<Schema>((given, step) => {
    const schema = followed(root, given);
    if (typeof step === "number") return schema.items ?? {};
    const map = schema.additionalProperties;
    return schema.properties?.[step] ?? (typeof map === "object" ? map : {});
  }, root);
}
