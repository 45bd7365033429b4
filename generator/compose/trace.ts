import type { Place } from "../problem.ts";
import type { Path } from "../pipeline/source.ts";
import { isRecord } from "../record.ts";
import type { Entries } from "../record.ts";

/** A text whose lines are known. */
export type Written = {
  readonly file: string;
  readonly placeOf: (path: Path, part?: "key" | "value") => Place;
};

/** Where a value is written: in which text, at which path of its document. */
export type At = { readonly source: Written; readonly path: Path };

/** A value and where it is written. */
export type Placed = { readonly value: unknown; readonly at: At };

/**
 * Where the parts of a container come from that was put together: `own` is where the container itself is written, `keys`
 * has those of its entries that come from elsewhere.
 *
 * Values are never changed once they are made, so this is a property of each, kept beside it: what was not composed has
 * none and costs nothing.
 */
type Trace = { readonly own: At; readonly keys: ReadonlyMap<string, At> };

const traces = new WeakMap<object, Trace>();

/** Where an entry of a container is written, whose own place is known. */
export function childAt(container: object, at: At, key: string | number): At {
  const trace = traces.get(container);
  const own = trace?.own ?? at;
  return trace?.keys.get(String(key)) ?? { source: own.source, path: [...own.path, key] };
}

/** Where an entry is written of a value that was not composed: of a kustomization, or of a patch as it was read. */
export function atKey({ source, path }: At, ...keys: Path): At {
  return { source, path: [...path, ...keys] };
}

/** A mapping with some entries set, and others (undefined) taken out; where the rest comes from is kept. */
export function withEntries(
  { value, at }: { readonly value: Entries; readonly at: At },
  changes: Iterable<readonly [key: string, entry: Placed | undefined]>,
): Entries {
  const trace = traces.get(value);
  const keys = new Map(trace?.keys);
  const copy: Record<string, unknown> = { ...value };
  for (const [key, entry] of changes) {
    // To JavaScript that is no key, but the prototype of the object; no document that was read has it.
    if (key === "__proto__") continue;
    if (entry === undefined) delete copy[key];
    else {
      copy[key] = entry.value;
      keys.set(key, entry.at);
    }
  }
  traces.set(copy, { own: trace?.own ?? at, keys });
  return copy;
}

/** A list of items that each know where they are written. */
export function listOf(items: readonly Placed[], at: At): readonly unknown[] {
  const list = items.map(({ value }) => value);
  traces.set(list, { own: at, keys: new Map(items.map((item, index) => [String(index), item.at])) });
  return list;
}

/** The items of a list, each with its place. */
export function itemsOf(list: readonly unknown[], at: At): Placed[] {
  return list.map((value, index) => ({ value, at: childAt(list, at, index) }));
}

/** A list with some of its items changed; the list itself if none is, and whatever is no list. */
export function withItems(list: Placed, change: (item: Placed) => Placed): Placed {
  if (!Array.isArray(list.value)) return list;
  const items = itemsOf(list.value, list.at);
  const after = items.map(change);
  return after.every((item, index) => item === items[index])
    ? list
    : { value: listOf(after, list.at), at: list.at };
}

/** The entry of a mapping, with its place; undefined if it is not there. */
export function entryOf(container: Entries, at: At, key: string): Placed | undefined {
  return Object.hasOwn(container, key)
    ? { value: container[key], at: childAt(container, at, key) }
    : undefined;
}

/** Where the value at a path is written; for one that is not there, where the nearest around it is. */
export function writtenAt({ value, at }: Placed, path: Path): At {
  let here = at;
  let current = value;
  for (const step of path) {
    const next = Array.isArray(current)
      ? current[/^\d+$/.test(String(step)) ? Number(step) : -1]
      : isRecord(current) && Object.hasOwn(current, step)
        ? current[step]
        : undefined;
    if (next === undefined || typeof current !== "object" || current === null) break;
    here = childAt(current, here, step);
    current = next;
  }
  return here;
}

/** The place of the value at a path, or of its key: the file and line that the final value came from. */
export function placeFinder(placed: Placed): Written["placeOf"] {
  return (path, part = "value") => {
    const { source, path: written } = writtenAt(placed, path);
    return source.placeOf(written, part);
  };
}

/** A line for a message: `base/orders.yaml:12`. */
export function lineOf({ source, path }: At): string {
  const { file, line } = source.placeOf(path, "key");
  return `${file}:${line}`;
}
