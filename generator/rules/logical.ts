import type { Cluster } from "../cluster/cluster.ts";
import { retention, targetOf } from "../logical/target.ts";
import { backupOf } from "../pgbackrest/repositories.ts";
import { error, warning, type Finding } from "./finding.ts";

const chosen = ["spec", "backup", "logical", "repositories"] as const;

/** A dump has to go somewhere, and all that the spec names has to be there. */
export function dumpsHaveStore(cluster: Cluster): Finding[] {
  const named = cluster.spec.backup?.logical?.repositories ?? [];
  const known = (backupOf(cluster)?.repos ?? []).map(({ name }) => name);
  const wrong = named.flatMap((name, index) => {
    if (known.some((repository) => repository === name) && named.indexOf(name) === index) return [];
    const says =
      named.indexOf(name) < index ? "as is another one" : "which spec.backup.pgbackrest.repos has not";
    return [
      error({
        rule: "logical-backup-store",
        message: `${chosen.join(".")}[${index}] is ${name}, ${says}`,
        fix: `take it out${known.length === 0 ? "" : `, or name one of ${known.join(", ")}`}`,
        path: [...chosen, String(index)],
      }),
    ];
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
