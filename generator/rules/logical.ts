import type { Cluster } from "../cluster/cluster.ts";
import { retention, targetOf } from "../logical/target.ts";
import { error, warning, type Finding } from "./finding.ts";
import { repositoryNames } from "./repository-names.ts";

/** A dump has to go somewhere, and all that the spec names has to be there. */
export function dumpsHaveStore(cluster: Cluster): Finding[] {
  const wrong = repositoryNames(cluster, {
    rule: "logical-backup-store",
    path: ["spec", "backup", "logical", "repositories"],
    names: cluster.spec.backup?.logical?.repositories,
  });
  const { enableLogicalBackup } = cluster.spec;
  if (wrong.length > 0 || enableLogicalBackup !== true || targetOf(cluster) !== undefined) return wrong;
  return [
    error({
      rule: "logical-backup-store",
      message: "spec.enableLogicalBackup is true, and there is nowhere to put a dump",
      fix: "add a repository to spec.backup.pgbackrest.repos, or name a bucket in configuration.logical_backup of an OperatorConfiguration",
      path: ["spec", "enableLogicalBackup"],
    }),
  ];
}

/** Dumps that nobody removes fill their store. */
export function dumpsAreRemoved(cluster: Cluster): Finding[] {
  if (targetOf(cluster) === undefined || retention(cluster) !== undefined) return [];
  return [
    warning({
      rule: "logical-backup-retention",
      message: "dumps of this cluster are never removed",
      fix: "write how long they are kept in spec.backup.logical.retention, or for all clusters in configuration.logical_backup.logical_backup_s3_retention_time, as in 2 weeks",
      path: ["spec", "enableLogicalBackup"],
      part: "key",
    }),
  ];
}
