import type { Cluster } from "../cluster/cluster.ts";
import { poolerOf, type PoolerRole } from "../cluster/pooler.ts";
import { names, paths, ports } from "../naming.ts";
import { firstDatabase } from "../postgres/sql.ts";
import { tlsFiles } from "../postgres/tls.ts";
import { fill } from "../template.ts";
import { lookupQuery } from "./lookup.ts";
import { ownSettings } from "./settings.ts";
import { sizes } from "./sizes.ts";

/** What PgBouncer reads. */
export function configuration(cluster: Cluster, role: PoolerRole): string {
  const { user, mode } = poolerOf(cluster);
  const given = tlsFiles(cluster);
  return fill("pgbouncer.ini", {
    cluster: cluster.name,
    members: role === "master" ? "primary" : "replicas",
    host: role === "master" ? names.primary(cluster) : names.replicas(cluster),
    port: ports.postgres,
    run: paths.poolerRun,
    user,
    // Roles are the same in all databases.
    database: firstDatabase,
    query: lookupQuery(cluster),
    certificate: given?.certificate ?? `${paths.poolerRun}/tls.crt`,
    key: given?.key ?? `${paths.poolerRun}/tls.key`,
    authority: given?.authority ?? false,
    mode,
    prepares: mode !== "session",
    replicas: role === "replica",
    ...sizes(cluster),
    own: ownSettings(cluster),
  });
}
