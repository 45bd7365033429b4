import type { Cluster } from "./cluster.ts";
import type { PreparedDatabase, PreparedSchema } from "./spec.ts";

/** A role of a prepared database; one that logs in has a password, and so a Secret. */
export type PreparedRole = {
  readonly name: string;
  readonly logsIn: boolean;
  /** The database in the spec, or undefined for the one that an empty mapping means. */
  readonly database: string | undefined;
  /** Where its Secret is, if not beside the cluster. */
  readonly namespace: string | undefined;
};

/** The roles that prepared databases bring, in CPO's order: of each database, then of each of its schemas. */
export function preparedRoles({ name, spec }: Cluster): readonly PreparedRole[] {
  const given = spec.preparedDatabases;
  if (given === undefined) return [];
  const databases = Object.entries(given);
  // `{}` means one database, called as the cluster is.
  if (databases.length === 0) return rolesIn(undefined, name.replaceAll("-", "_"), {});
  return databases.flatMap(([database, prepared]) => rolesIn(database, database, prepared));
}

function rolesIn(database: string | undefined, base: string, prepared: PreparedDatabase): PreparedRole[] {
  const { defaultUsers = false, schemas = {}, secretNamespace: namespace } = prepared;
  const named: readonly (readonly [string, PreparedSchema])[] = Object.entries(schemas);
  const own = named.length === 0 ? [["data", {}] as const] : named;
  return [
    ...rolesOf(base, defaultUsers),
    ...own.flatMap(
      ([schema, { defaultRoles = true, defaultUsers: users = false }]: readonly [string, PreparedSchema]) =>
        defaultRoles ? rolesOf(`${base}_${schema}`, users) : [],
    ),
  ].map((role) => ({ ...role, database, namespace }));
}

function rolesOf(base: string, users: boolean): Pick<PreparedRole, "name" | "logsIn">[] {
  return ["owner", "reader", "writer"].flatMap((role) => [
    { name: `${base}_${role}`, logsIn: false },
    ...(users ? [{ name: `${base}_${role}_user`, logsIn: true }] : []),
  ]);
}
