import type { Cluster } from "../cluster/cluster.ts";
import { poolerOf, poolerRoles } from "../cluster/pooler.ts";
import { identifier, literal, type Statement } from "../postgres/sql.ts";

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

/** Not the caller's: what it looks up first decides what the function does. */
const searchPath = "pg_catalog, pg_temp";

/**
 * A schema that is closed to everybody but the role, and in it a function that runs as the superuser. Name and arguments are CPO's, so
 * that a cluster that is taken over has one function.
 */
export function lookup(role: string, schema: string): Statement[] {
  const [user, place] = [identifier(role), identifier(schema)];
  const signature = `${place}.user_lookup(text)`;
  const inSchema = `SELECT FROM pg_namespace n WHERE nspname = ${literal(schema)}`;
  const asFunction = `SELECT FROM pg_proc p WHERE oid = to_regprocedure(${literal(signature)})`;
  const isOurs = (owner: string) => `${owner} = (SELECT oid FROM pg_roles WHERE rolname = current_user)`;
  const closed = (acl: string) => `NOT EXISTS (SELECT FROM aclexplode(${acl}) a WHERE a.grantee = 0)`;
  return [
    { unless: inSchema, sql: `CREATE SCHEMA ${place}` },
    {
      unless: `${inSchema} AND ${isOurs("nspowner")}`,
      sql: `ALTER SCHEMA ${place} OWNER TO CURRENT_USER`,
    },
    { unless: `${inSchema} AND ${closed("nspacl")}`, sql: `REVOKE ALL ON SCHEMA ${place} FROM PUBLIC` },
    {
      unless:
        `${asFunction} AND prosrc = ${literal(body)} AND prosecdef AND provolatile = 's' ` +
        `AND proconfig = ARRAY[${literal(`search_path=${searchPath}`)}]`,
      sql:
        `CREATE OR REPLACE FUNCTION ${place}.user_lookup(IN i_username text, OUT uname text, OUT phash text) RETURNS record ` +
        `LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ${searchPath} AS ${literal(body)}`,
    },
    {
      unless: `${asFunction} AND ${isOurs("proowner")}`,
      sql: `ALTER FUNCTION ${signature} OWNER TO CURRENT_USER`,
    },
    {
      unless: `${asFunction} AND proacl IS NOT NULL AND ${closed("proacl")}`,
      sql: `REVOKE ALL ON FUNCTION ${signature} FROM PUBLIC`,
    },
    {
      unless: `${inSchema} AND has_schema_privilege(${literal(role)}, oid, 'USAGE')`,
      sql: `GRANT USAGE ON SCHEMA ${place} TO ${user}`,
    },
    {
      unless: `${asFunction} AND has_function_privilege(${literal(role)}, oid, 'EXECUTE')`,
      sql: `GRANT EXECUTE ON FUNCTION ${signature} TO ${user}`,
    },
  ];
}
