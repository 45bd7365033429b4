import type { Cluster } from "../cluster/cluster.ts";
import { preparedDatabases } from "../cluster/prepared.ts";
import { monitorSteps } from "../monitor/rights.ts";
import { lookupSteps } from "../pooler/lookup.ts";
import { firstDatabase, identifier, literal, roleId, type Script, type Step } from "../postgres/sql.ts";
import { goings } from "./absent.ts";
import { quotedWords } from "./list-setting.ts";
import { hasSearchPath, membershipSteps, optionSteps } from "./options.ts";
import { insidePrepared } from "./privileges.ts";
import { owners, roles, type Flag, type Role } from "./roles.ts";

/**
 * What brings the roles, databases, schemas and extensions of a cluster to what its spec says. Each statement says when it is not
 * needed, so that doing it all again changes nothing. What left the spec stays as it is: what is dropped is said to be absent.
 */
export function scripts(cluster: Cluster): Script[] {
  const prepared = preparedDatabases(cluster);
  const wanted = roles(cluster);
  const known = owners(cluster);
  const databases = Object.entries(cluster.spec.databases ?? {}).filter(([, owner]) => known.has(owner));
  return [
    {
      database: firstDatabase,
      steps: [
        ...wanted.flatMap((role) => [...roleSteps(cluster, role), ...optionSteps(cluster, role)]),
        ...wanted.flatMap((role) => [...memberships(role), ...membershipSteps(cluster, role)]),
        ...databases.flatMap(([name, owner]) => databaseSteps(name, owner)),
        ...prepared.flatMap(({ name }) => databaseSteps(name, `${name}_owner`)),
        ...lookupSteps(cluster),
        ...monitorSteps(cluster),
      ],
    },
    ...prepared.map((database) => ({ database: database.name, steps: insidePrepared(database) })),
    ...goings(
      cluster,
      [...databases, ...prepared.map(({ name }) => [name])].flatMap(([name]) => name ?? []),
    ),
  ];
}

function roleSteps(cluster: Cluster, { name, flags, schemas }: Role): Step[] {
  const role = `rolname = ${literal(name)}`;
  const words = flags.map(word).join(" ");
  const asSaid = flags.map(({ column, on }) => (on ? column : `NOT ${column}`)).join(" AND ");
  return [
    { unless: `SELECT FROM pg_roles WHERE ${role}`, sql: `CREATE ROLE ${identifier(name)} ${brief(flags)}` },
    {
      unless: `SELECT FROM pg_roles WHERE ${role} AND ${asSaid}`,
      sql: `ALTER ROLE ${identifier(name)} ${words}`,
    },
    ...(schemas.length === 0 || hasSearchPath(cluster, name) ? [] : [searchPath(name, schemas)]),
  ];
}

function word({ word: privilege, on }: Flag): string {
  return on ? privilege : `NO${privilege}`;
}

/** The privileges that PostgreSQL would not give by itself, and whether the role logs in. */
function brief(flags: readonly Flag[]): string {
  return flags
    .filter(({ word: privilege, on }) => privilege === "LOGIN" || on !== (privilege === "INHERIT"))
    .map(word)
    .join(" ");
}

function searchPath(name: string, schemas: readonly string[]): Step {
  const path = ["$user", ...schemas];
  return {
    unless:
      `SELECT FROM pg_db_role_setting WHERE setdatabase = 0 AND setrole = ${roleId(name)} ` +
      `AND 'search_path=' || ${quotedWords(path)} = ANY (setconfig)`,
    sql: `ALTER ROLE ${identifier(name)} SET search_path TO ${path.map(identifier).join(", ")}`,
  };
}

function memberships({ name, memberOf, administrator }: Role): Step[] {
  const granted = (group: string, member: string, admin: boolean): Step => ({
    unless:
      `SELECT FROM pg_auth_members WHERE roleid = ${roleId(group)} AND member = ${roleId(member)}` +
      (admin ? " AND admin_option" : ""),
    sql: `GRANT ${identifier(group)} TO ${identifier(member)}${admin ? " WITH ADMIN OPTION" : ""}`,
  });
  return [
    ...memberOf.map((group) => granted(group, name, false)),
    ...(administrator === undefined ? [] : [granted(name, administrator, true)]),
  ];
}

function databaseSteps(name: string, owner: string): Step[] {
  const database = `SELECT FROM pg_database WHERE datname = ${literal(name)}`;
  return [
    { unless: database, sql: `CREATE DATABASE ${identifier(name)} OWNER ${identifier(owner)}` },
    {
      unless: `${database} AND datdba = ${roleId(owner)}`,
      sql: `ALTER DATABASE ${identifier(name)} OWNER TO ${identifier(owner)}`,
    },
  ];
}
