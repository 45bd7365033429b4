import type { Cluster, Fleet } from "./cluster.ts";
import type { ClusterDocument } from "./spec.ts";

type Map = Readonly<Record<string, string>>;

/**
 * Whether a key of a cluster's metadata may be handed on. What an engine or kubectl notes about one object would be a lie
 * about another: a copied `Prune=false` keeps what should go, a copied hook makes an object a hook.
 */
export function handedOn(key: string): boolean {
  return !/^([^/]+\.)?(argocd\.argoproj\.io|fluxcd\.io|kubectl\.kubernetes\.io)\//.test(key);
}

/** What the objects of a cluster take over from its document: the keys that the fleet lists. */
export function inherited(metadata: ClusterDocument["metadata"], fleet: Fleet): Cluster["inherited"] {
  const { labels, annotations, statefulSet } = fleet.inherited;
  const patterns = statefulSet.flatMap((pattern) => expression(pattern) ?? []);
  return {
    labels: chosen(metadata.labels, (key) => labels.includes(key)),
    annotations: chosen(metadata.annotations, (key) => annotations.includes(key)),
    statefulSet: chosen(metadata.annotations, (key) => patterns.some((pattern) => pattern.test(key))),
  };
}

/** A pattern of the fleet's, as CPO takes it: somewhere in the key. undefined if it is none. */
export function expression(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern, "u");
  } catch {
    return undefined;
  }
}

function chosen(map: Map | undefined, wanted: (key: string) => boolean): Map {
  return Object.fromEntries(Object.entries(map ?? {}).filter(([key]) => wanted(key) && handedOn(key)));
}
