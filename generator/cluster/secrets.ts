import type { Cluster } from "./cluster.ts";
import type { BackupCertificates } from "./spec.ts";

/**
 * Whether a Job makes the passwords of the cluster that are missing. Not those of a standby: its roles are its source's, and made-up
 * ones would lock its members out.
 */
export function makesPasswords({ spec: { secrets, standby } }: Cluster): boolean {
  return secrets.provider === "generate" && secrets.cluster === undefined && standby === undefined;
}

/**
 * Whether the External Secrets Operator is asked for the passwords of the cluster: those of a standby are its source's, so that they
 * have to be in a store.
 */
export function asksOperator({ spec: { secrets, standby } }: Cluster): boolean {
  const { provider, externalSecrets } = secrets;
  const knows = standby === undefined || externalSecrets.store !== undefined;
  return provider === "externalSecrets" && secrets.cluster === undefined && knows;
}

/** Who makes the certificates of the backups, if the cluster has any. */
export function certificateProvider(cluster: Cluster): NonNullable<BackupCertificates["provider"]> {
  return cluster.spec.backup?.certificates?.provider ?? (makesPasswords(cluster) ? "generate" : "existing");
}
