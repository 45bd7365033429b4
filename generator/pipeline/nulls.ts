import { followed, type Schema } from "../cluster/schemas.ts";
import { copyOf, isRecord } from "../record.ts";

export function hasNull(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasNull);
  return value === null || (isRecord(value) && Object.values(value).some(hasNull));
}

/**
 * A copy of a document without the keys of Kubernetes' own values that have nothing behind them: the API server leaves
 * them out, too.
 */
export function withoutNulls(root: Schema, given: Schema, value: unknown): unknown {
  const schema = followed(root, given);
  if (schema["x-kubernetes-type"] !== undefined || schema["x-kubernetes-value"] !== undefined)
    return filled(value);
  const { items, properties, additionalProperties: others } = schema;
  if (Array.isArray(value))
    return value.map((item) => (items === undefined ? copyOf(item) : withoutNulls(root, items, item)));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => {
      const field = properties?.[key] ?? (typeof others === "object" ? others : undefined);
      return [key, field === undefined ? copyOf(entry) : withoutNulls(root, field, entry)];
    }),
  );
}

function filled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(filled);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, entry]) => (entry === null ? [] : [[key, filled(entry)]])),
  );
}
