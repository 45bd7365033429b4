import type { Cluster } from "./cluster.ts";
import type { Monitor } from "./spec.ts";

/** The role that the exporter logs in as: CPO's. */
export const exporterRole = "cpo_exporter";

/** The container that it runs in: CPO's. */
export const exporterContainer = "postgres-exporter";

/** How a cluster is measured; undefined if it is not. */
export function monitorOf({ spec }: Pick<Cluster, "spec">): NonNullable<Monitor> | undefined {
  return spec.monitor ?? undefined;
}
