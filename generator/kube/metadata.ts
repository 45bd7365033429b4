import { labels } from "../naming.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { once } from "../once.ts";

type Metadata = {
  name: string;
  namespace?: string;
  labels: Record<string, string>;
  annotations?: Record<string, string>;
};

/** Metadata of an object of the cluster; `more` adds labels (before the team's) and annotations. */
export function metadata(
  cluster: Cluster,
  name: string,
  more: { selector?: Readonly<Record<string, string>>; annotations?: Readonly<Record<string, string>> } = {},
): Metadata {
  // What pgrender itself says of an object is not for an inherited annotation to change.
  const annotations = { ...cluster.inherited.annotations, ...more.annotations };
  return {
    name,
    // A document without a namespace goes where it is applied to, as with kubectl.
    ...(cluster.namespace === undefined ? {} : { namespace: cluster.namespace }),
    labels: more.selector === undefined ? ownLabels(cluster) : sorted(labels(cluster, more.selector)),
    ...(Object.keys(annotations).length === 0 ? {} : { annotations: sorted(annotations) }),
  };
}

/** The labels of nearly all objects of a cluster, of which there are some twenty. */
const ownLabels = once((cluster: Cluster) => sorted(labels(cluster)));

/** A map with its keys in code-point order: maps have no order of their own, output has. */
export function sorted<T>(map: Readonly<Record<string, T>>): Record<string, T> {
  const keys = Object.keys(map);
  const isSorted = keys.every((key, index) => index === 0 || String(keys[index - 1]) < key);
  return isSorted ? { ...map } : Object.fromEntries(Object.entries(map).sort(byKey));
}

/** The order of two entries of a map. */
export function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
