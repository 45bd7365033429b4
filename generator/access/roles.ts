import type { Cluster } from "../cluster/cluster.ts";
import { exporterRole, monitorOf } from "../cluster/monitor.ts";
import { poolerRole } from "../cluster/pooler.ts";
import { preparedRoles } from "../cluster/prepared.ts";
import { once } from "../once.ts";

/** A role as the spec wants it. */
export type Role = {
  readonly name: string;
  /** `LOGIN`, `NOSUPERUSER` and so on: all that a role can have, said one way or the other. */
  readonly flags: readonly Flag[];
  readonly memberOf: readonly string[];
  /** Who may grant it. */
  readonly administrator: string | undefined;
  /** Schemas of its search_path, behind its own. */
  readonly schemas: readonly string[];
};

export type Flag = { readonly word: string; readonly column: string; readonly on: boolean };

/** The privileges of a role by the column of pg_roles that tells of it; only two are there if nothing is said. */
const privileges: Readonly<Record<string, string>> = {
  SUPERUSER: "rolsuper",
  CREATEDB: "rolcreatedb",
  CREATEROLE: "rolcreaterole",
  INHERIT: "rolinherit",
  LOGIN: "rolcanlogin",
  REPLICATION: "rolreplication",
  BYPASSRLS: "rolbypassrls",
};

/** The roles that the spec asks for, a group before its members. */
export const roles = once((cluster: Cluster): readonly Role[] => {
  const prepared = preparedRoles(cluster);
  const shared = cluster.fleet.ownerRoles;
  const holders = new Set([
    ...Object.values(cluster.spec.databases ?? {}),
    ...prepared.filter(({ owns }) => owns).map(({ name }) => name),
  ]);
  const found: readonly Role[] = [
    ...users(cluster).map(({ name, flags }) => ({
      ...role(name, flags),
      administrator: cluster.fleet.usersAdministrator,
    })),
    ...prepared.map((each) => ({ ...each, flags: flagsOf(each.logsIn ? ["login"] : ["nologin"]) })),
    ...[...poolers(cluster), ...exporters(cluster)].map((name) => role(name, ["login"])),
  ].map((each) => (holders.has(each.name) ? { ...each, memberOf: [...each.memberOf, ...shared] } : each));
  const needed = new Set([
    ...found.flatMap(({ memberOf }) => memberOf),
    ...found.flatMap(({ administrator }) => administrator ?? []),
  ]);
  for (const { name } of found) needed.delete(name);
  // As CPO's image makes it, who administers others may make databases.
  const groups = [...needed].map((name) =>
    role(name, shared.includes(name) ? ["nologin"] : ["nologin", "createdb"]),
  );
  return [...groups, ...found];
});

function role(name: string, flags: readonly string[]): Role {
  return { name, flags: flagsOf(flags), memberOf: [], administrator: undefined, schemas: [] };
}

/** Roles that a database can belong to. */
export function owners(cluster: Cluster): ReadonlySet<string> {
  const { superuser, replicationUser } = cluster.fleet;
  return new Set([...roles(cluster).map(({ name }) => name), superuser, replicationUser]);
}

/** Names of the roles with a password of their own, in a Secret. As with CPO, so has a user who may not log in. */
export function withPassword(cluster: Cluster): string[] {
  return [
    ...users(cluster).map(({ name }) => name),
    ...preparedRoles(cluster).flatMap(({ name, logsIn }) => (logsIn ? [name] : [])),
    ...poolers(cluster),
    ...exporters(cluster),
  ];
}

/** The namespaces of Secrets that users are to find elsewhere, by role: CPO reads one from the name `namespace.user`. */
export const foreignHomes = once((cluster: Cluster): ReadonlyMap<string, string> => {
  if (!cluster.fleet.foreignSecrets) return new Map();
  return new Map(
    [
      ...users(cluster).map(
        ({ name }) => [name, name.includes(".") ? name.split(".")[0] : undefined] as const,
      ),
      ...preparedRoles(cluster).flatMap(({ name, logsIn, secretNamespace }) =>
        logsIn ? [[name, secretNamespace] as const] : [],
      ),
    ].flatMap(([name, home]) => (home === undefined || home === cluster.namespace ? [] : [[name, home]])),
  );
});

/** The role that measures the cluster, if somebody does. */
function exporters(cluster: Cluster): string[] {
  return monitorOf(cluster) === undefined ? [] : [exporterRole];
}

/** The role by which poolers look up passwords, if there are any. */
function poolers(cluster: Cluster): string[] {
  const name = poolerRole(cluster);
  return name === undefined ? [] : [name];
}

/** The spec's users but those whose names are protected. */
function users({ spec, fleet }: Cluster): { readonly name: string; readonly flags: readonly string[] }[] {
  return Object.entries(spec.users ?? {})
    .filter(([name]) => !fleet.protectedRoles.includes(name))
    .map(([name, flags]) => ({ name, flags: flags ?? [] }));
}

function flagsOf(given: readonly string[]): readonly Flag[] {
  const said = new Set(given.map((flag) => flag.toUpperCase()));
  return Object.entries(privileges).map(([word, column]) => {
    const usual = word === "LOGIN" || word === "INHERIT";
    return { word, column, on: usual ? !said.has(`NO${word}`) : said.has(word) };
  });
}
