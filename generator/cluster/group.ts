import type { Cluster } from "./cluster.ts";

/**
 * Members that share one StatefulSet: the cluster as they see it, with what is their own in the place of what is the
 * cluster's. Whoever builds something of the members takes a group; what they have in common is a cluster's.
 */
export type Group = Cluster & {
  /** Name of the StatefulSet, and of each member before its ordinal. */
  readonly group: string;
};

/** The groups of a cluster, the one whose members can lead first. */
export function groups(cluster: Cluster): readonly Group[] {
  return [{ ...cluster, group: cluster.name }];
}
