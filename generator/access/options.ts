import type { Cluster } from "../cluster/cluster.ts";
import type { Membership, RoleOptions } from "../cluster/spec.ts";
import { setting } from "../postgres/settings.ts";
import { identifier, literal, roleId, type Step } from "../postgres/sql.ts";
import { quotedWords, words } from "./list-setting.ts";
import { roles, type Role } from "./roles.ts";

/** Who makes what superusers grant, from PostgreSQL 16 on: the one that initdb made (acl.h, BOOTSTRAP_SUPERUSERID). */
const grantor = 10;

/** What holds a role to its options. One that is not given is left as it is. */
export function optionSteps(cluster: Cluster, role: Role): Step[] {
  const options = optionsOf(cluster, role.name);
  if (options === undefined) return [];
  const { name } = role;
  const { connectionLimit: limit, validUntil, settings, comment } = options;
  const from = `SELECT FROM pg_roles WHERE rolname = ${literal(name)}`;
  return [
    ...(limit === undefined
      ? []
      : [
          {
            unless: `${from} AND rolconnlimit = ${limit}`,
            sql: `ALTER ROLE ${identifier(name)} CONNECTION LIMIT ${limit}`,
          },
        ]),
    ...(validUntil === undefined
      ? []
      : [
          {
            unless: `${from} AND coalesce(rolvaliduntil, 'infinity') = ${literal(validUntil)}`,
            sql: `ALTER ROLE ${identifier(name)} VALID UNTIL ${literal(validUntil)}`,
          },
        ]),
    ...(settings === undefined ? [] : settingSteps(cluster, role, settings)),
    ...(comment === undefined
      ? []
      : [
          {
            unless: `${from} AND coalesce(shobj_description(oid, 'pg_authid'), '') = ${literal(comment)}`,
            sql: `COMMENT ON ROLE ${identifier(name)} IS ${literal(comment)}`,
          },
        ]),
  ];
}

function optionsOf({ spec }: Cluster, name: string): RoleOptions | undefined {
  const all = spec.roleOptions ?? {};
  return Object.hasOwn(all, name) ? all[name] : undefined;
}

/** Whether a role's own options say where it finds its tables. */
export function hasSearchPath(cluster: Cluster, name: string): boolean {
  const settings = optionsOf(cluster, name)?.settings ?? {};
  return Object.keys(settings).some((key) => key.toLowerCase() === "search_path");
}

/** The settings that a role has, and no others but the search_path that a prepared database gives it. */
function settingSteps(
  { version }: Cluster,
  { name, schemas }: Role,
  settings: Readonly<Record<string, string>>,
): Step[] {
  const given = Object.entries(settings).map(([key, value]) => ({
    // As the server keeps it.
    key: setting(version, key)?.name ?? key,
    value,
  }));
  const kept = [...given.map(({ key }) => key), ...(schemas.length === 0 ? [] : ["search_path"])];
  const others =
    kept.length === 0 ? "" : ` AND split_part(c, '=', 1) NOT IN (${kept.map(literal).join(", ")})`;
  const which = `WHERE setdatabase = 0 AND setrole = ${roleId(name)}`;
  return [
    {
      each:
        `SELECT format('ALTER ROLE %I RESET %s', ${literal(name)}, ` +
        `(SELECT string_agg(quote_ident(part), '.' ORDER BY nth) FROM unnest(string_to_array(split_part(c, '=', 1), '.')) WITH ORDINALITY p(part, nth))) ` +
        `FROM pg_db_role_setting, unnest(setconfig) c ${which}${others} ORDER BY c`,
    },
    ...given.map(({ key, value }) => {
      const list = words(key, value);
      const said = list === undefined ? literal(value) : list.map(literal).join(", ");
      const text =
        list === undefined ? literal(`${key}=${value}`) : `${literal(`${key}=`)} || ${quotedWords(list)}`;
      return {
        unless: `SELECT FROM pg_db_role_setting ${which} AND ${text} = ANY (setconfig)`,
        sql: `ALTER ROLE ${identifier(name)} SET ${key.split(".").map(identifier).join(".")} TO ${said}`,
      };
    }),
  ];
}

/** The memberships of a role by its options, if they say any, and no others but those that the spec brings by itself. */
export function membershipSteps(cluster: Cluster, role: Role): Step[] {
  const groups = optionsOf(cluster, role.name)?.memberOf;
  if (groups === undefined) return [];
  const administered = roles(cluster).flatMap((each) =>
    each.administrator === role.name ? [each.name] : [],
  );
  const granted = Object.entries(groups).flatMap(([group, how]) =>
    cluster.version < 16 ? grantedOld(group, role.name, how) : [grantedNew(group, role.name, how)],
  );
  const given = Object.keys(groups);
  return [...granted, revoked(cluster, role.name, { given, brought: [...role.memberOf, ...administered] })];
}

function grantedOld(group: string, member: string, { admin = false }: Membership): Step[] {
  const there = `SELECT FROM pg_auth_members WHERE roleid = ${roleId(group)} AND member = ${roleId(member)}`;
  const [of, to] = [identifier(group), identifier(member)];
  if (admin) return [{ unless: `${there} AND admin_option`, sql: `GRANT ${of} TO ${to} WITH ADMIN OPTION` }];
  return [
    { unless: there, sql: `GRANT ${of} TO ${to}` },
    { unless: `${there} AND NOT admin_option`, sql: `REVOKE ADMIN OPTION FOR ${of} FROM ${to}` },
  ];
}

/** A membership is of who granted it, and has its own options. */
function grantedNew(group: string, member: string, { admin = false, inherit, set = true }: Membership): Step {
  const options = [
    { word: "ADMIN", column: "admin_option", on: admin },
    ...(inherit === undefined ? [] : [{ word: "INHERIT", column: "inherit_option", on: inherit }]),
    { word: "SET", column: "set_option", on: set },
  ];
  const asSaid = options.map(({ column, on }) => (on ? column : `NOT ${column}`)).join(" AND ");
  return {
    unless:
      `SELECT FROM pg_auth_members WHERE roleid = ${roleId(group)} AND member = ${roleId(member)} ` +
      `AND grantor = ${grantor} AND ${asSaid}`,
    sql:
      `GRANT ${identifier(group)} TO ${identifier(member)} WITH ` +
      options.map(({ word, on }) => `${word} ${on ? "TRUE" : "FALSE"}`).join(", "),
  };
}

/**
 * Takes back what somebody else granted. From 16 on, who makes a role becomes its administrator, without being able to use or be it:
 * that stays.
 */
function revoked(
  { version }: Cluster,
  member: string,
  { given, brought }: { readonly given: readonly string[]; readonly brought: readonly string[] },
): Step {
  const by = version < 16 ? "" : ` GRANTED BY %I`;
  const names = ["roleid", "member", ...(version < 16 ? [] : ["grantor"])].map(
    (column) => `pg_get_userbyid(${column})`,
  );
  const list = (groups: readonly string[]) => groups.map(roleId).join(", ");
  const kept = [...given, ...brought];
  const others = [
    ...(kept.length === 0 ? [] : [`roleid NOT IN (${list(kept)})`]),
    ...(version < 16 || given.length === 0 ? [] : [`roleid IN (${list(given)}) AND grantor <> ${grantor}`]),
  ];
  const which = [
    `member = ${roleId(member)}`,
    ...(others.length === 0 ? [] : [`(${others.join(" OR ")})`]),
    ...(version < 16 ? [] : ["(inherit_option OR set_option)"]),
  ];
  return {
    each:
      `SELECT format('REVOKE %I FROM %I${by}', ${names.join(", ")}) FROM pg_auth_members ` +
      `WHERE ${which.join(" AND ")} ORDER BY 1`,
  };
}
