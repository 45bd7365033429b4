import { once } from "../once.ts";
import type { Cluster, Pool } from "./cluster.ts";

/**
 * Members that share one StatefulSet: the cluster as they see it, with what is their own in the place of what is the
 * cluster's. Whoever builds something of the members takes a group; what they have in common is a cluster's.
 */
export type Group = Cluster & {
  /** Name of the StatefulSet, and of each member before its ordinal. */
  readonly group: string;
  /** Absent: the members of which one is the primary. */
  readonly pool?: Pool;
};

/** The groups of a cluster: the members of which one is the primary, then the pools. */
export const groups = once((cluster: Cluster): readonly [Group, ...Group[]] => [
  { ...cluster, group: cluster.name },
  ...cluster.pools.map((pool) => pooled(cluster, pool)),
]);

function pooled(cluster: Cluster, pool: Pool): Group {
  const { spec, resources, memoryBytes } = pool;
  return { ...cluster, spec, resources, memoryBytes, group: `${cluster.name}-${pool.name}`, pool };
}

/** How many of the members run. */
export function running({ spec }: Group): number {
  return spec.hibernate ? 0 : spec.numberOfInstances;
}
