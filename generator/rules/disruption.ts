import type { Cluster } from "../cluster/cluster.ts";
import { groups } from "../cluster/group.ts";
import { minAvailable } from "../instance/disruption.ts";
import { warning, type Finding } from "./finding.ts";

/**
 * What drains do to commits that wait for replicas in any case: Kubernetes may evict as many members at once as the
 * budget allows, and strict mode waits for those that are gone.
 */
export function budgetKeepsCommits(cluster: Cluster, kind: string): Finding[] {
  const { hibernate, numberOfInstances: instances, patroni } = cluster.spec;
  const { synchronous_mode: mode, synchronous_mode_strict: strict, synchronous_node_count: count } = patroni;
  // With fewer, no write is ever acknowledged: another rule says so.
  if (!strict || mode === false || hibernate || instances <= count) return [];
  const needed = count + 1;
  const replicas = `${count} synchronous replica${count === 1 ? "" : "s"}`;
  const found = (message: string, fix: string, path: readonly string[]) =>
    warning({ rule: "disruption-quorum", message, fix, path });
  if (instances === needed) {
    return [
      found(
        `spec.patroni.synchronous_mode_strict waits for ${replicas}, and with ${instances} instances there is none to spare: writes stop whenever a member is drained, updated or restarted`,
        `set numberOfInstances to ${needed + 1} or more, or take synchronous_mode_strict out`,
        ["spec", "patroni", "synchronous_mode_strict"],
      ),
    ];
  }
  const kept = minAvailable(groups(cluster)[0]);
  if (kept >= needed) return [];
  return [
    found(
      `spec.patroni.synchronous_mode_strict waits for ${replicas}, and a drain may take ${instances - kept} of ${instances} members at once: writes would stop`,
      cluster.fleet.disruptionBudgets
        ? `write disruptionBudget: { mode: majority }${kind === "postgresql" ? ", a field of kind PostgresCluster," : ""} which keeps ${needed} or more`
        : "write enable_pod_disruption_budget: true in the OperatorConfiguration",
      kind === "postgresql" || !cluster.fleet.disruptionBudgets
        ? ["spec", "patroni", "synchronous_mode_strict"]
        : ["spec", "disruptionBudget", "mode"],
    ),
  ];
}
