import type { IPodDisruptionBudget } from "kubernetes-models/policy/v1/PodDisruptionBudget";
import { running, type Group } from "../cluster/group.ts";
import { metadata } from "../kube/metadata.ts";
import type { KubeObject } from "../kube/object.ts";
import { groupSelector, names } from "../naming.ts";
import { withoutPools } from "./domains.ts";

/** What a drain may take. Where nobody runs, a budget would only be an alert that it is not met. One instance alone has no budget, as with CPO: it would block every drain. */
export function disruptionBudget(cluster: Group): KubeObject[] {
  if (running(cluster) < 2) return [];
  return [
    {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: metadata(cluster, names.disruptionBudget(cluster)),
      spec: {
        minAvailable: minAvailable(cluster),
        selector: budgeted(cluster),
      },
    } satisfies IPodDisruptionBudget,
  ];
}

/**
 * How many members a drain leaves. `any` is CPO's: one member stays. `majority` keeps more than half, and as many as synchronous commits wait for besides
 * the primary; one member at a time can always be drained.
 */
export function minAvailable(cluster: Group): number {
  // Switched off, a budget of nothing replaces one that is there already, as with CPO.
  if (!cluster.fleet.disruptionBudgets) return 0;
  if (cluster.spec.disruptionBudget.mode === "any") return 1;
  const instances = running(cluster);
  const { synchronous_mode: synchronous, synchronous_node_count: count } = cluster.spec.patroni;
  const waitedFor = synchronous === false || cluster.pool !== undefined ? 0 : count;
  const needed = Math.max(Math.floor(instances / 2) + 1, waitedFor + 1);
  return Math.min(instances - 1, needed);
}

/** The members of the group alone: Kubernetes evicts no pod that two budgets select, and a pool keeps no primary. */
function budgeted(cluster: Group) {
  return cluster.pool === undefined && cluster.pools.length > 0
    ? withoutPools(cluster)
    : { matchLabels: groupSelector(cluster) };
}
