import type { IPodDisruptionBudget } from "kubernetes-models/policy/v1/PodDisruptionBudget";
import type { Group } from "../cluster/group.ts";
import { metadata } from "../kube/metadata.ts";
import type { KubeObject } from "../kube/object.ts";
import { names, podSelector } from "../naming.ts";

/** What a drain may take. One instance alone has no budget, as with CPO: it would block every drain. */
export function disruptionBudget(cluster: Group): KubeObject[] {
  const instances = cluster.spec.numberOfInstances;
  if (instances < 2) return [];
  return [
    {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: metadata(cluster, names.disruptionBudget(cluster)),
      spec: {
        // Switched off, a budget of nothing replaces one that is there already, as with CPO.
        minAvailable: cluster.fleet.disruptionBudgets ? minAvailable(cluster) : 0,
        selector: { matchLabels: podSelector(cluster, "postgresql") },
      },
    } satisfies IPodDisruptionBudget,
  ];
}

/**
 * `any` is CPO's: one member stays. `majority` keeps more than half, and as many as synchronous commits wait for besides
 * the primary; one member at a time can always be drained.
 */
function minAvailable(cluster: Group): number {
  if (cluster.spec.disruptionBudget.mode === "any") return 1;
  const instances = cluster.spec.numberOfInstances;
  const { synchronous_mode: synchronous, synchronous_node_count: count } = cluster.spec.patroni;
  const needed = Math.max(Math.floor(instances / 2) + 1, synchronous === false ? 1 : count + 1);
  return Math.min(instances - 1, needed);
}
