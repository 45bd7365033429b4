import type { Cluster } from "../cluster/cluster.ts";
import { error, warning, type Finding } from "./finding.ts";

/** Commits in two failure domains take replicas that are there, and one more to go on when one is not. */
export function failureDomains({ spec }: Cluster): Finding[] {
  const { failureDomains: domains, numberOfInstances: instances, patroni } = spec;
  if (domains === undefined || patroni.synchronous_mode === false || instances === 0) return [];
  const path = ["spec", "failureDomains", "count"];
  const needed = patroni.synchronous_node_count;
  if (instances <= needed) {
    return [
      error({
        rule: "failure-domains",
        message: `with ${instances} instance${instances === 1 ? "" : "s"} no commit can wait for ${needed} replica${needed === 1 ? "" : "s"}, and be in two of ${domains.count} failure domains`,
        fix: `set numberOfInstances to ${needed + 1} or more, or synchronous_mode to false`,
        path,
      }),
    ];
  }
  // Patroni waits for fewer where there are fewer; only the last one it keeps waiting for, in strict mode.
  if (needed === 1) return [];
  return [
    warning({
      rule: "failure-domains",
      message: `spec.failureDomains: a commit waits for ${needed} of ${instances - 1} replicas; while fewer stream Patroni waits for those alone, and they may be in one domain with the primary`,
      fix: `with one instance in each of ${Math.max(domains.count, 3)} domains it waits for one, which is never where the primary is`,
      path,
    }),
  ];
}
