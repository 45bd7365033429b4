import { mergeKey } from "../kube/merge-keys.ts";
import { isRecord } from "../record.ts";
import type { Entries } from "../record.ts";
import { textField } from "./document.ts";
import { directiveOf, listDirective, nowhere } from "./merge-directives.ts";
import type { Clash } from "./merge-directives.ts";
import { identityOf, lookalikes, union } from "./merge-items.ts";
import { childAt, entryOf, itemsOf, listOf, withEntries } from "./trace.ts";
import type { Placed } from "./trace.ts";

type Merge = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly clashes: Clash[];
};

type Steps = readonly (string | number)[];

/**
 * Lays a strategic merge patch over a document. Mappings merge, null removes, lists replace, but those with a merge key:
 * their items merge by it, the patch's first. Undefined if the patch deletes the document.
 *
 * The order of items, and what becomes of duplicates, is kustomize's (kyaml/yaml/merge2 and walk).
 */
export function mergePatch(target: Placed, patch: Placed): { merged: Entries | undefined; clashes: Clash[] } {
  const { value } = target;
  if (!isRecord(value) || !isRecord(patch.value)) return { merged: undefined, clashes: [] };
  const merge = { apiVersion: String(value["apiVersion"]), kind: String(value["kind"]), clashes: [] };
  if (patch.value["$patch"] === "replace") {
    return { merged: value, clashes: [nowhere(patch, "a whole document")] };
  }
  const merged = laidOver(merge, target, patch, []);
  return { merged: isRecord(merged?.value) ? merged.value : undefined, clashes: merge.clashes };
}

/** The value of both; undefined if nothing is left of it. */
function laidOver(merge: Merge, target: Placed | undefined, patch: Placed, steps: Steps): Placed | undefined {
  if (target === undefined || target.value === null) return added(merge, patch, steps);
  if (patch.value === null) return undefined;
  const kind = kindOf(target.value);
  if (kind !== kindOf(patch.value)) {
    merge.clashes.push({
      message: `${steps.join(".")} is ${kindOf(patch.value)} in the patch and ${kind} in what it is laid over`,
      fix: "write it in the form that the field has",
      at: patch.at,
    });
    return target;
  }
  if (isRecord(target.value) && isRecord(patch.value)) return mappings(merge, target, patch, steps);
  if (Array.isArray(target.value) && Array.isArray(patch.value)) return lists(merge, target, patch, steps);
  return patch;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  return isRecord(value) ? "a mapping" : "a single value";
}

function mappings(merge: Merge, target: Placed, patch: Placed, steps: Steps): Placed | undefined {
  if (!isRecord(target.value) || !isRecord(patch.value)) return patch;
  const directive = directiveOf(merge.clashes, patch);
  if (directive === "delete") return undefined;
  if (directive === "replace") return added(merge, patch, steps);
  const changes: [string, Placed | undefined][] = [];
  for (const key of Object.keys(patch.value)) {
    if (key === "$patch") continue;
    const value = { value: patch.value[key], at: childAt(patch.value, patch.at, key) };
    const before = entryOf(target.value, target.at, key);
    const after = laidOver(merge, before, value, [...steps, key]);
    if (after !== before) changes.push([key, after]);
  }
  if (changes.length === 0) return target;
  return { value: withEntries({ value: target.value, at: target.at }, changes), at: target.at };
}

/** What a patch adds where nothing was: nulls and directives have done their work. */
function added(merge: Merge, patch: Placed, steps: Steps): Placed | undefined {
  const { value, at } = patch;
  if (value === null) return undefined;
  if (Array.isArray(value)) return addedList(merge, patch, steps);
  if (!isRecord(value)) return patch;
  if (directiveOf(merge.clashes, patch) === "delete") return undefined;
  const changes: [string, Placed | undefined][] = Object.hasOwn(value, "$patch")
    ? [["$patch", undefined]]
    : [];
  for (const [key, entry] of Object.entries(value)) {
    if (key === "$patch") continue;
    const before = { value: entry, at: childAt(value, at, key) };
    const after = added(merge, before, [...steps, key]);
    if (after !== before) changes.push([key, after]);
  }
  return changes.length === 0 ? patch : { value: withEntries({ value, at }, changes), at };
}

function addedList(merge: Merge, patch: Placed, steps: Steps): Placed | undefined {
  const { value, at } = patch;
  if (!Array.isArray(value)) return patch;
  const keys = mergeKey(merge.apiVersion, merge.kind, steps);
  if (keys === undefined || keys.length === 0) return patch;
  const directive = listDirective(merge.clashes, itemsOf(value, at));
  if (directive.name === "delete") return undefined;
  const items = directive.items.flatMap((item) => added(merge, item, [...steps, 0]) ?? []);
  const same = items.length === value.length && items.every((item, index) => item.value === value[index]);
  return same ? patch : { value: listOf(items, at), at };
}

function lists(merge: Merge, target: Placed, patch: Placed, steps: Steps): Placed | undefined {
  if (!Array.isArray(target.value) || !Array.isArray(patch.value)) return patch;
  const keys = mergeKey(merge.apiVersion, merge.kind, steps);
  if (keys === undefined) return patch;
  const here = itemsOf(target.value, target.at);
  const { name, items } = listDirective(merge.clashes, itemsOf(patch.value, patch.at));
  if (name === "delete") return undefined;
  if (name === "replace") return addedList(merge, { value: listOf(items, patch.at), at: patch.at }, steps);
  if (keys.length === 0) return { value: listOf(union(items, here), target.at), at: target.at };
  const merged = byKeys(merge, { target: here, patch: items, keys }, [...steps, 0]);
  return { value: listOf(merged, target.at), at: target.at };
}

type Keyed = {
  readonly target: readonly Placed[];
  readonly patch: readonly Placed[];
  readonly keys: readonly string[];
};

function byKeys(merge: Merge, { target, patch, keys: all }: Keyed, steps: Steps): Placed[] {
  const keys = all.filter((key) => [...patch, ...target].some(({ value }) => textField(value, key) !== ""));
  const identity = (item: Placed) => identityOf(item, keys);
  for (const item of patch) {
    if (keys.length > 0 && identity(item) !== undefined) continue;
    merge.clashes.push({
      message: `an item of ${steps.slice(0, -1).join(".")} has no ${all[0] ?? "key"}, by which this list is merged`,
      fix: `add ${all[0] ?? "the key"}`,
      at: item.at,
    });
  }
  if (all.length > 1) merge.clashes.push(...lookalikes(patch, target, all));
  const before = new Map<string, Placed>();
  for (const item of target) {
    const id = identity(item);
    if (id !== undefined) before.set(id, item);
  }
  const after = new Map<string, Placed | undefined>();
  for (const item of patch) {
    const id = identity(item);
    if (id === undefined) continue;
    const own = after.get(id) ?? before.get(id);
    if (own !== undefined && isRecord(item.value) && item.value["$patch"] === "replace") {
      merge.clashes.push(nowhere(item, "an item of a list"));
    }
    const merged = laidOver(merge, own, item, steps);
    after.set(id, isRecord(merged?.value) && Object.keys(merged.value).length === 0 ? undefined : merged);
  }
  const rest = target.filter((item) => !after.has(identity(item) ?? ""));
  const changed = [...after.values()].filter((item) => item !== undefined);
  if (keys.length === 1) return [...changed, ...rest];
  // With several keys kustomize keeps the items that were there where they were.
  const fresh = [...after].flatMap(([id, item]) => (item === undefined || before.has(id) ? [] : [item]));
  const kept = target.flatMap((item) => {
    const id = identity(item) ?? "";
    return after.has(id) ? (after.get(id) ?? []) : [item];
  });
  return [...fresh, ...kept];
}
