import type { Cluster } from "./cluster.ts";
import type { PreparedDatabase, PreparedSchema } from "./spec.ts";

/** The role that administers what prepared databases bring. CPO's image makes it when a cluster begins. */
const administrator = "admin";

/** A role of a prepared database; one that logs in has a password, and so a Secret. */
export type PreparedRole = {
  readonly name: string;
  readonly logsIn: boolean;
  /** What it is a member of. */
  readonly memberOf: readonly string[];
  /** Who may grant it. */
  readonly administrator: string;
  /** Whether it owns the database or a schema, or is a user who does. */
  readonly owns: boolean;
  /** The schemas that it finds its tables in. */
  readonly schemas: readonly string[];
  /** The database in the spec, or undefined for the one that an empty mapping means. */
  readonly database: string | undefined;
  /** The namespace that the spec wants its Secret in; undefined: the cluster's. */
  readonly secretNamespace: string | undefined;
};

/** A database that is made with roles of its own, `C_owner` and so on; those of a schema begin with `C_schema`. */
export type Prepared = {
  readonly name: string;
  readonly users: boolean;
  readonly extensions: Readonly<Record<string, string>>;
  readonly schemas: readonly { readonly name: string; readonly roles: boolean; readonly users: boolean }[];
  readonly given: string | undefined;
  readonly secretNamespace: string | undefined;
};

/** The prepared databases, with what is meant where nothing is said. */
export function preparedDatabases({ name, spec }: Cluster): readonly Prepared[] {
  const given = spec.preparedDatabases;
  if (given === undefined) return [];
  const databases = Object.entries(given);
  // `{}` means one database, called as the cluster is.
  if (databases.length === 0) return [prepared(undefined, name.replaceAll("-", "_"), {})];
  return databases.map(([database, said]) => prepared(database, database, said));
}

function prepared(given: string | undefined, name: string, said: PreparedDatabase): Prepared {
  const schemas: readonly (readonly [string, PreparedSchema])[] = Object.entries(said.schemas ?? {});
  const own = schemas.length === 0 ? [["data", {}] as const] : schemas;
  return {
    name,
    users: said.defaultUsers ?? false,
    extensions: said.extensions ?? {},
    schemas: own.map(
      ([schema, { defaultRoles = true, defaultUsers = false }]: readonly [string, PreparedSchema]) => ({
        name: schema,
        roles: defaultRoles,
        users: defaultRoles && defaultUsers,
      }),
    ),
    given,
    secretNamespace: said.secretNamespace,
  };
}

/** The roles that prepared databases bring, in CPO's order: of each database, then of each of its schemas. */
export function preparedRoles(cluster: Cluster): readonly PreparedRole[] {
  return preparedDatabases(cluster).flatMap((database) => {
    const { name, users, schemas, given, secretNamespace } = database;
    return [
      ...rolesOf(
        name,
        users,
        administrator,
        schemas.map((schema) => schema.name),
      ),
      ...schemas.flatMap((schema) =>
        schema.roles ? rolesOf(`${name}_${schema.name}`, schema.users, `${name}_owner`, [schema.name]) : [],
      ),
    ].map((role) => ({ ...role, database: given, secretNamespace }));
  });
}

type Role = Omit<PreparedRole, "database" | "secretNamespace">;

function rolesOf(base: string, users: boolean, above: string, schemas: readonly string[]): Role[] {
  const owner = `${base}_owner`;
  return ["owner", "reader", "writer"].flatMap((kind) => {
    const role: Role = {
      name: `${base}_${kind}`,
      logsIn: false,
      memberOf: kind === "writer" ? [`${base}_reader`] : [],
      administrator: kind === "owner" ? above : owner,
      owns: kind === "owner",
      schemas,
    };
    return users
      ? [role, { ...role, name: `${role.name}_user`, logsIn: true, memberOf: [role.name] }]
      : [role];
  });
}
