import type { Cluster } from "../cluster/cluster.ts";
import { poolerOf, poolerRoles } from "../cluster/pooler.ts";
import { closedFunction } from "../postgres/closed-function.ts";
import { identifier, type Statement } from "../postgres/sql.ts";

/** What PgBouncer asks about a role. */
export function lookupQuery(cluster: Cluster): string {
  return `SELECT uname, phash FROM ${identifier(poolerOf(cluster).schema)}.user_lookup($1)`;
}

/** What the lookup database has to have for a cluster's poolers, beside their role; nothing, if there are none. */
export function lookupSteps(cluster: Cluster): Statement[] {
  return poolerRoles(cluster).length === 0 ? [] : lookup(poolerOf(cluster).user, poolerOf(cluster).schema);
}

/** It tells nothing of superusers and of who replicates, and answers for a role that does not exist as for one without a password. */
const body =
  "SELECT i_username, (SELECT CASE WHEN rolvaliduntil < now() THEN NULL ELSE rolpassword END FROM pg_authid " +
  "WHERE rolname = i_username AND rolcanlogin AND NOT rolsuper AND NOT rolreplication)";

/**
 * A schema that is closed to everybody but the role, and in it a function that runs as the superuser. Name and arguments are CPO's, so
 * that a cluster that is taken over has one function.
 */
export function lookup(role: string, schema: string): Statement[] {
  return closedFunction({
    schema,
    role,
    signature: "user_lookup(text)",
    declaration: "user_lookup(IN i_username text, OUT uname text, OUT phash text) RETURNS record",
    body,
  });
}
