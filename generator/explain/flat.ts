import type { Path } from "../pipeline/source.ts";
import { isRecord } from "../record.ts";

/**
 * A value at the end of a path, or a line of a text of several. Its `key` says where it is in a way that two versions of
 * an object agree on: an item of a list is known by its name and not by its place.
 */
export type Leaf = {
  readonly key: string;
  readonly path: Path;
  readonly line: number | undefined;
  readonly value: string;
};

/** The leaves of an object, in its order. */
export function leaves(value: unknown, path: Path = [], key = ""): readonly Leaf[] {
  if (Array.isArray(value) && value.length > 0) {
    const items: readonly unknown[] = value;
    const known = keysOf(items);
    return items.flatMap((item, index) => leaves(item, [...path, index], `${key}[${known[index] ?? index}]`));
  }
  if (isRecord(value) && Object.keys(value).length > 0)
    return Object.entries(value).flatMap(([name, entry]) => leaves(entry, [...path, name], `${key}/${name}`));
  if (typeof value !== "string" || !value.includes("\n"))
    return [{ key, path, line: undefined, value: JSON.stringify(value) ?? "" }];
  const seen = new Map<string, number>();
  return value.split("\n").map((text, line) => {
    const times = (seen.get(text) ?? 0) + 1;
    seen.set(text, times);
    return { key: `${key}|${times}|${text}`, path, line, value: text };
  });
}

/** What tells the items of a list apart: a name, a path, a port; a text itself; else the place. */
export function keysOf(items: readonly unknown[]): readonly string[] {
  if (items.every((item) => typeof item !== "object")) {
    const texts = items.map((item) => JSON.stringify(item) ?? "");
    if (new Set(texts).size === texts.length) return texts;
  }
  for (const name of ["name", "mountPath", "containerPort", "port", "key", "topologyKey", "kind"]) {
    const keys = items.map((item) => (isRecord(item) ? (JSON.stringify(item[name]) ?? "") : ""));
    if (keys.every((key) => key !== "") && new Set(keys).size === keys.length) return keys;
  }
  return items.map((_, index) => String(index));
}
