import type { Cluster } from "../cluster/cluster.ts";

/** pg_hba.conf: the spec's lines, or those of CPO's image without its PAM ones (they need a teams API). */
export function hba(cluster: Cluster): readonly string[] {
  if (cluster.spec.patroni.pg_hba !== undefined) return cluster.spec.patroni.pg_hba;
  const { replicationUser } = cluster.fleet;
  return [
    // The socket is reachable from inside the pod alone.
    "local all all trust",
    `local replication ${quoted(replicationUser)} trust`,
    "host all all 127.0.0.1/32 scram-sha-256",
    "host all all ::1/128 scram-sha-256",
    `hostssl replication ${quoted(replicationUser)} all scram-sha-256`,
    "hostnossl all all all reject",
    "hostssl all all all scram-sha-256",
  ];
}

/** A name as pg_hba.conf reads it: keywords and lists lose their meaning in double quotes. */
function quoted(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name}"`;
}
