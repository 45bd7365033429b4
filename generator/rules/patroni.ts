import type { Cluster } from "../cluster/cluster.ts";
import { fencingWindow, smallestWindow } from "../patroni/probes.ts";
import { error, warning, type Finding } from "./finding.ts";

export function patroniTiming({ spec }: Cluster): Finding[] {
  const { ttl, loop_wait: wait, retry_timeout: retry } = spec.patroni;
  const findings: Finding[] = [];
  if (ttl < wait + 2 * retry) {
    findings.push(
      error({
        rule: "patroni-timing",
        message: `spec.patroni.ttl is ${ttl}, less than loop_wait + 2 * retry_timeout = ${wait + 2 * retry}: a leader would lose its lock over one slow answer`,
        fix: `set ttl to at least ${wait + 2 * retry}, or the other two lower`,
        path: ["spec", "patroni", "ttl"],
      }),
    );
  }
  if (fencingWindow(spec.patroni) < smallestWindow) {
    findings.push(
      error({
        rule: "fencing-window",
        message: `spec.patroni.ttl - loop_wait is ${fencingWindow(spec.patroni)} s: too short to end a frozen primary before another one is promoted`,
        fix: `leave at least ${smallestWindow} s between them`,
        path: ["spec", "patroni", "ttl"],
      }),
    );
  }
  return findings;
}

export function quorumIsOurs({ spec }: Cluster, kind: string): Finding[] {
  if (kind !== "postgresql" || spec.patroni.synchronous_mode !== "quorum") return [];
  return [
    error({
      rule: "wrong-value",
      message: "spec.patroni.synchronous_mode is quorum, CPO's own kind takes true or false",
      fix: "write apiVersion: pgrender.dev/v1, kind: PostgresCluster",
      path: ["spec", "patroni", "synchronous_mode"],
    }),
  ];
}

/** Strict mode with too few members is a database that takes no write. */
export function strictNeedsReplicas({ spec }: Cluster): Finding[] {
  const {
    synchronous_mode: mode,
    synchronous_mode_strict: strict,
    synchronous_node_count: count,
  } = spec.patroni;
  const instances = spec.numberOfInstances;
  if (!strict || mode === false || instances === 0 || instances > count) return [];
  return [
    error({
      rule: "strict-needs-replicas",
      message: `spec.patroni.synchronous_mode_strict waits for ${count} synchronous replica${count === 1 ? "" : "s"}, with ${instances} instance${instances === 1 ? "" : "s"} no write would ever be acknowledged`,
      fix: `set numberOfInstances to ${count + 1} or more, or take synchronous_mode_strict out`,
      path: ["spec", "patroni", "synchronous_mode_strict"],
    }),
  ];
}

/** Without strict mode Patroni goes on with those replicas that there are, down to none. */
export function enoughReplicas({ spec }: Cluster): Finding[] {
  const { numberOfInstances: instances, patroni, failureDomains } = spec;
  const { synchronous_mode: mode, synchronous_mode_strict: strict, synchronous_node_count: count } = patroni;
  const said = strict || failureDomains !== undefined;
  if (mode === false || said || instances === 0 || instances > count) return [];
  const replicas = instances - 1;
  const alone = replicas === 0;
  return [
    warning({
      rule: "synchronous-replicas",
      message: alone
        ? "spec.patroni.synchronous_mode is on, and with 1 instance no commit waits for a replica"
        : `spec.patroni.synchronous_node_count is ${count}, and with ${instances} instances a commit waits for ${replicas} replica${replicas === 1 ? "" : "s"} at most`,
      fix: alone
        ? "set numberOfInstances to 2 or more, or synchronous_mode to false"
        : `set numberOfInstances to ${count + 1} or more, or synchronous_node_count to ${replicas}`,
      path: ["spec", "patroni", alone ? "synchronous_mode" : "synchronous_node_count"],
    }),
  ];
}
