import type { Cluster } from "./cluster.ts";

/**
 * Whether a Job makes the Secrets of the cluster that are missing. Not those of a standby: its roles are its source's, and made-up
 * passwords would lock its members out.
 */
export function makesSecrets({ spec: { secrets, standby } }: Cluster): boolean {
  return secrets.provider === "generate" && secrets.cluster === undefined && standby === undefined;
}
