import type { Cluster } from "../cluster/cluster.ts";
import type { Group } from "../cluster/group.ts";
import { backupOf } from "./repositories.ts";

/**
 * How WAL goes to the repositories, and comes from there. `%p` and `%f` are PostgreSQL's. The stanza is that of the pod's
 * environment: while a cluster is restored, members of two generations read these lines.
 */
export function archiving(cluster: Cluster): { archive: string; restore: string } | undefined {
  if (backupOf(cluster) === undefined) return undefined;
  return {
    archive: 'pgbackrest archive-push "%p"',
    restore: 'pgbackrest archive-get %f "%p"',
  };
}

/**
 * How a new replica gets its data: from a repository, which costs the primary nothing. Where there is no backup yet, the
 * primary is copied. https://patroni.readthedocs.io/en/latest/replica_bootstrap.html#building-replicas
 */
export function replicaMethods(cluster: Group): Record<string, unknown> | undefined {
  if (backupOf(cluster) === undefined) return undefined;
  return {
    create_replica_methods: ["pgbackrest", "basebackup"],
    pgbackrest: restoreMethod(cluster, ["pgbackrest"]),
  };
}

/** A way of Patroni's to make a replica: pgBackRest, by the beginning of its command, restores over what is there. */
export function restoreMethod({ spec }: Cluster, pgbackrest: readonly string[]) {
  // Links out of the data directory, as that of WAL on a volume of its own, are restored as links.
  const links = spec.walVolume === undefined ? [] : ["--link-all"];
  return {
    command: [...pgbackrest, "--delta", "--type=standby", ...links, "restore"].join(" "),
    keep_data: true,
    no_params: true,
  };
}
