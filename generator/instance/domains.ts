import type { ITopologySpreadConstraint } from "kubernetes-models/v1/TopologySpreadConstraint";
import type { Group } from "../cluster/group.ts";
import { podSelector, poolLabel } from "../naming.ts";

/** Members of the cluster without its pools, which no commit waits for. */
export function withoutPools(group: Group): NonNullable<ITopologySpreadConstraint["labelSelector"]> {
  return {
    matchExpressions: [{ key: poolLabel, operator: "DoesNotExist" }],
    matchLabels: podSelector(group, "postgresql"),
  };
}

/**
 * Members spread evenly over the failure domains, or not at all: a pod that would spoil it waits. `minDomains` counts a
 * domain without a node as an empty one.
 */
export function domainSpread(group: Group): ITopologySpreadConstraint[] {
  const { failureDomains } = group.spec;
  if (failureDomains === undefined || group.pool !== undefined) return [];
  return [
    {
      labelSelector: withoutPools(group),
      maxSkew: 1,
      minDomains: failureDomains.count,
      topologyKey: failureDomains.topologyKey,
      whenUnsatisfiable: "DoNotSchedule",
    },
  ];
}
