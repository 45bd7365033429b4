import { isAlias, isMap, isNode, isScalar, isSeq } from "yaml";
import type { Node } from "yaml";

import type { Place } from "../problem.ts";
import { isMergeKey } from "./merge-key.ts";
import { startOf } from "./value.ts";
import type { Targets } from "./value.ts";

/** Keys and indexes that lead from the root of a document to a value. An index may be its decimal text. */
export type Path = readonly (string | number)[];

/** One YAML document that still knows its lines. */
export type Source = {
  readonly file: string;
  /** Folder that it belongs to: that of the file, or of the kustomization that it was composed for. */
  readonly folder: string;
  /** Plain data; the root is an object. Merge keys are merged, aliases written out: no object stands in two places. */
  readonly value: unknown;
  /**
   * Place of the value at the path, or of its key; of the nearest ancestor that exists when it does not. What came
   * through an alias or a merge key has the place where it is written. A list item, having no key, has one place.
   */
  readonly placeOf: (path: Path, part?: "key" | "value") => Place;
};

/** The node of a value and that of its key; for the root and for list items both are the same. */
type Spot = { readonly key: unknown; readonly value: unknown };

/** How to find the place of a path below `root`; `place` gives the line and column of an offset. */
export function placeFinder(
  root: Node,
  targets: Targets,
  place: (offset: number) => Place,
): Source["placeOf"] {
  return (path, part = "value") => {
    let spot: Spot = { key: root, value: root };
    for (const step of path) {
      const next = child(followed(spot.value, targets), step, targets);
      if (next === undefined) break;
      spot = next;
    }
    return place(startOf(part === "key" || isEmpty(spot.value) ? spot.key : spot.value));
  };
}

function child(parent: unknown, step: string | number, targets: Targets): Spot | undefined {
  if (isSeq(parent)) {
    const item = parent.items[/^\d+$/.test(String(step)) ? Number(step) : -1];
    return item === undefined ? undefined : { key: item, value: item };
  }
  if (!isMap(parent)) return undefined;
  const own = parent.items.find(({ key }) => !isMergeKey(key) && keyText(key, targets) === String(step));
  if (own !== undefined) return own;
  const merged = parent.items.find(({ key }) => isMergeKey(key))?.value;
  const sources = isSeq(merged) ? merged.items : [merged];
  for (const source of sources) {
    const found = child(followed(source, targets), step, targets);
    if (found !== undefined) return found;
  }
  return undefined;
}

function followed(node: unknown, targets: Targets): unknown {
  return isAlias(node) ? targets.get(node) : node;
}

function keyText(key: unknown, targets: Targets): string | undefined {
  const node = followed(key, targets);
  return isScalar(node) ? node.source : undefined;
}

// `key:` with nothing behind it: the key is what there is to show.
function isEmpty(node: unknown): boolean {
  return !isNode(node) || !node.range || node.range[0] === node.range[1];
}
