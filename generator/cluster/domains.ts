import type { Spec } from "./spec.ts";

/**
 * How many replicas a commit has to wait for to be in two of the domains, wherever the members are and whichever of them
 * is the primary. Spread evenly, a domain holds at most its share, rounded up: the primary and one replica less than
 * that. So that many replicas cannot all be with the primary.
 */
export function replicasForTwoDomains(instances: number, domains: number): number {
  return Math.max(1, Math.ceil(instances / domains));
}

/** The spec whose commits wait for as many replicas as it takes to be in two failure domains, or for more if it says so. */
export function withDomains(spec: Spec): Spec {
  const { failureDomains, numberOfInstances, patroni } = spec;
  if (failureDomains === undefined || patroni.synchronous_mode === false) return spec;
  const needed = replicasForTwoDomains(numberOfInstances, failureDomains.count);
  const count = Math.max(needed, patroni.synchronous_node_count);
  return { ...spec, patroni: { ...patroni, synchronous_node_count: count } };
}
