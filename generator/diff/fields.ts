import { keysOf } from "../explain/flat.ts";
import { mergeKey } from "../kube/merge-keys.ts";
import type { KubeObject } from "../kube/object.ts";
import { bytes, millicores } from "../kube/quantity.ts";
import { isRecord } from "../record.ts";

/**
 * A value that two versions of an object have otherwise: where it is, e.g. `spec.template.spec.containers[name=postgres].image`,
 * and what it was and is; undefined where one of them has none. An item of a list is known by what Kubernetes knows it by.
 */
export type FieldChange = { readonly path: string; readonly before: unknown; readonly after: unknown };

/** What differs between two versions of an object as Kubernetes reads them: in the order of the newer one. */
export function changedFields(before: KubeObject, after: KubeObject): FieldChange[] {
  return differences({ before, after, path: "", steps: [], kind: [after.apiVersion, after.kind] });
}

type Pair = {
  readonly before: unknown;
  readonly after: unknown;
  readonly path: string;
  /** The same path as the merge keys are asked for. */
  readonly steps: readonly (string | number)[];
  readonly kind: readonly [apiVersion: string, kind: string];
};

function differences(pair: Pair): FieldChange[] {
  const { before, after, path } = pair;
  if (before === after) return [];
  if (isRecord(before) && isRecord(after)) return inRecords(pair, before, after);
  if (isList(before) && isList(after)) return inLists(pair, before, after);
  return isSame(pair) ? [] : [{ path, before, after }];
}

function inRecords(
  pair: Pair,
  before: Readonly<Record<string, unknown>>,
  after: typeof before,
): FieldChange[] {
  // Nearly all values are the same, and no path is made for them.
  const keys = [
    ...Object.keys(after).filter((key) => after[key] !== ownValue(before, key)),
    ...Object.keys(before).filter((key) => !Object.hasOwn(after, key)),
  ];
  return keys.flatMap((key) =>
    differences({
      ...pair,
      before: ownValue(before, key),
      after: ownValue(after, key),
      path: `${pair.path}${step(key, pair.path === "")}`,
      steps: [...pair.steps, key],
    }),
  );
}

function inLists(pair: Pair, before: readonly unknown[], after: readonly unknown[]): FieldChange[] {
  const [old, now] = keyed(pair, before, after) ?? [];
  // Nothing tells the items apart: the list is one value.
  if (old === undefined || now === undefined)
    return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ path: pair.path, before, after }];
  const keys = [...new Set([...now.keys(), ...old.keys()])];
  const changed = keys.flatMap((key) =>
    differences({
      ...pair,
      before: old.get(key),
      after: now.get(key),
      path: `${pair.path}[${key}]`,
      steps: [...pair.steps, 0],
    }),
  );
  // Who is in both, in another order: init containers run in theirs, and a pod template is another one.
  const [was, is] = [common(old, now), common(now, old)];
  return was.join() === is.join()
    ? changed
    : [...changed, { path: `${pair.path} (order)`, before: was, after: is }];
}

type Items = ReadonlyMap<string, unknown>;

/** The items of both lists by what tells them apart; undefined where nothing does. */
function keyed(
  { kind: [apiVersion, kind], steps }: Pair,
  before: readonly unknown[],
  after: readonly unknown[],
): readonly [Items, Items] | undefined {
  const keys = mergeKey(apiVersion, kind, steps);
  const known = (list: readonly unknown[]) =>
    keys === undefined || keys.length === 0 ? byGuess(list) : byKeys(list, keys);
  const [old, now] = [known(before), known(after)];
  return old === undefined || now === undefined ? undefined : [old, now];
}

function byKeys(list: readonly unknown[], keys: readonly string[]): Items | undefined {
  const items = list.map((item) => {
    const values = isRecord(item) ? keys.filter((key) => item[key] !== undefined) : [];
    return [
      values.map((key) => `${key}=${text(isRecord(item) ? item[key] : undefined)}`).join(","),
      item,
    ] as const;
  });
  const found = new Map(items);
  return found.size === list.length && !found.has("") ? found : undefined;
}

/** By a name, a path, a port; a text by itself. */
function byGuess(list: readonly unknown[]): Items | undefined {
  if (list.some(isList)) return undefined;
  const keys = keysOf(list);
  const areOnlyPlaces = keys.every((key, index) => key === String(index)) && list.length > 0;
  return areOnlyPlaces ? undefined : new Map(list.map((item, index) => [keys[index] ?? "", item]));
}

function common(one: Items, other: Items): readonly string[] {
  return [...one.keys()].filter((key) => other.has(key));
}

/** Whether Kubernetes takes two values for one: quantities in another unit. */
function isSame({ before, after, path }: Pair): boolean {
  if (!/\.(requests|limits|capacity)\.[^.]+$|\.(sizeLimit|divisor|min|max)$/.test(path)) return false;
  const measure = path.endsWith(".cpu") ? millicores : bytes;
  const [a, b] = [before, after].map((value) =>
    typeof value === "string" || typeof value === "number" ? measure(String(value)) : undefined,
  );
  return a !== undefined && a === b;
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function ownValue(record: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/** A key in a path; one that is not a plain word in quotes. */
function step(key: string, isFirst: boolean): string {
  if (!/^[A-Za-z_][\w-]*$/.test(key)) return `[${JSON.stringify(key)}]`;
  return isFirst ? key : `.${key}`;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}
