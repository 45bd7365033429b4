import type { Cluster } from "../cluster/cluster.ts";
import {
  firstDatabase,
  identifier,
  literal,
  type Script,
  type Statement,
  type Step,
} from "../postgres/sql.ts";

/**
 * What drops the things that are said to be absent: schemas and extensions of databases that are there, databases, and then roles. What
 * holds or owns something is not dropped with it, unless the spec says so: PostgreSQL refuses, and tells what it is.
 */
export function goings(cluster: Cluster, made: readonly string[]): Script[] {
  const databases = Object.entries(cluster.spec.databaseOptions ?? {});
  const staying = databases.filter(([name]) => name === firstDatabase || made.includes(name));
  const going = databases.filter(([, { absent = false }]) => absent);
  const roles = Object.entries(cluster.spec.roleOptions ?? {}).filter(([, { absent = false }]) => absent);
  return [
    ...staying.map(([database, { schemas = {}, extensions = {} }]) => ({
      database,
      steps: [
        ...Object.entries(extensions).flatMap(([name, how]) =>
          dropped("EXTENSION", `pg_extension WHERE extname = ${literal(name)}`, { name, ...how }),
        ),
        ...Object.entries(schemas).flatMap(([name, how]) =>
          dropped("SCHEMA", `pg_namespace WHERE nspname = ${literal(name)}`, { name, ...how }),
        ),
      ],
    })),
    {
      database: firstDatabase,
      steps: [
        ...going.map(([name, { force = false }]) => ({
          unless: none(`pg_database WHERE datname = ${literal(name)}`),
          sql: `DROP DATABASE ${identifier(name)}${force ? " WITH (FORCE)" : ""}`,
        })),
        ...roles.flatMap(([name, { reassignOwnedTo: heir }]) => (heir === undefined ? [] : silenced(name))),
      ],
    },
    {
      database: undefined,
      steps: roles.flatMap(([name, { reassignOwnedTo: heir }]) =>
        heir === undefined ? [] : handedOver(name, heir),
      ),
    },
    {
      database: firstDatabase,
      steps: roles.flatMap(([name]) => [
        unused(name),
        { unless: none(`pg_roles WHERE rolname = ${literal(name)}`), sql: `DROP ROLE ${identifier(name)}` },
      ]),
    },
  ];
}

type Going = { readonly name: string; readonly absent: boolean; readonly cascade?: boolean };

function dropped(kind: string, from: string, { name, absent, cascade = false }: Going): Statement[] {
  if (!absent) return [];
  return [{ unless: none(from), sql: `DROP ${kind} ${identifier(name)}${cascade ? " CASCADE" : ""}` }];
}

function none(from: string): string {
  return `SELECT WHERE NOT EXISTS (SELECT FROM ${from})`;
}

/** PostgreSQL drops a role that somebody is logged in as, whose session then fails here and there. */
function unused(name: string): Statement {
  const message = `somebody is logged in as the role ${identifier(name)}: it is not dropped`;
  return {
    unless: none(`pg_stat_activity WHERE usename = ${literal(name)}`),
    sql: `DO ${literal(`BEGIN RAISE EXCEPTION USING MESSAGE = ${literal(message)}; END`)}`,
  };
}

/** Who owns things until now makes no more of them. */
function silenced(name: string): Step[] {
  const role = literal(name);
  return [
    {
      unless: none(`pg_roles WHERE rolname = ${role} AND rolcanlogin`),
      sql: `ALTER ROLE ${identifier(name)} NOLOGIN`,
    },
    {
      each: `SELECT format('SELECT pg_terminate_backend(%s)', pid) FROM pg_stat_activity WHERE usename = ${role} ORDER BY pid`,
    },
  ];
}

/** In each database, what a role owns goes to another one, and the rights that it was given are taken back. */
function handedOver(name: string, heir: string): Statement[] {
  const here = `dbid IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))`;
  const depends =
    `pg_shdepend s, pg_roles r WHERE r.rolname = ${literal(name)} AND s.refobjid = r.oid ` +
    `AND s.refclassid = 'pg_authid'::regclass AND ${here}`;
  return [
    {
      unless: none(`${depends} AND s.deptype = 'o'`),
      sql: `REASSIGN OWNED BY ${identifier(name)} TO ${identifier(heir)}`,
    },
    { unless: none(depends), sql: `DROP OWNED BY ${identifier(name)}` },
  ];
}
