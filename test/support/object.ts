import { parse } from "yaml";
import type { File } from "../../generator/file.ts";

/** A mapping of which nothing is known yet. */
export type Tree = Readonly<Record<string, unknown>>;

export function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value at a path of keys and indexes; undefined where there is none. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((inner, step) => {
    if (Array.isArray(inner)) return inner[Number(step)];
    return isTree(inner) && Object.hasOwn(inner, step) ? inner[step] : undefined;
  }, value);
}

/** The items of a list; none if it is no list. */
export function items(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The text at a path; empty where there is none. */
export function textAt(value: unknown, ...path: readonly (string | number)[]): string {
  const found = at(value, ...path);
  return typeof found === "string" ? found : "";
}

/** The rendered Kubernetes objects, without the kustomizations. */
export function objectsOf(files: readonly File[]): readonly Tree[] {
  return files
    .filter((file) => !file.path.endsWith("/kustomization.yaml"))
    .map((file): unknown => parse(file.text))
    .filter(isTree);
}

/** The one object of that kind and name. Throws when there is none: the test cannot go on without it. */
export function objectOf(objects: readonly Tree[], kind: string, name: string): Tree {
  const found = objects.find(
    (object) => object["kind"] === kind && textAt(object, "metadata", "name") === name,
  );
  if (found === undefined) throw new Error(`no ${kind} ${name} is rendered`);
  return found;
}

/** An order of texts that is the same everywhere. */
export function byCodePoint(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
