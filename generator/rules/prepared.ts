import type { Cluster } from "../cluster/cluster.ts";
import { preparedDatabases, preparedRoles, type PreparedRole } from "../cluster/prepared.ts";
import { dashed } from "../naming.ts";
import { error, type Finding } from "./finding.ts";
import { taken } from "./roles.ts";

/** PostgreSQL's longest name, in bytes. */
const longest = 63;

/** Roles of prepared databases that could not be made, or would be somebody else's: said once for each database. */
export function preparedRolesFit(cluster: Cluster): Finding[] {
  const owners = new Map(
    Object.keys(cluster.spec.users ?? {}).map((user) => [
      dashed(user),
      { name: user, field: `users.${user}` },
    ]),
  );
  const said = new Set<string | undefined>();
  return preparedRoles(cluster).flatMap((role): Finding[] => {
    const { name, database } = role;
    const other = owners.get(dashed(name));
    if (other === undefined) owners.set(dashed(name), { name, field: fieldOf(role) });
    const wrong = fault(cluster, role, other);
    if (wrong === undefined || said.has(database)) return [];
    said.add(database);
    const { rule, says, fix } = wrong;
    return [
      error({
        rule,
        message: `spec.${fieldOf(role)} would have a role ${name}${says}`,
        fix,
        path: ["spec", "preparedDatabases", ...(database === undefined ? [] : [database])],
        part: "key",
      }),
    ];
  });
}

/** Databases and schemas that are PostgreSQL's own, and whose owner nobody should change. */
export function preparedNamesFree(cluster: Cluster): Finding[] {
  return preparedDatabases(cluster).flatMap(({ name, given, schemas }): Finding[] => {
    const path = ["spec", "preparedDatabases", ...(given === undefined ? [] : [given])];
    if (/^template[01]$/.test(name)) {
      const message = `spec.preparedDatabases.${name} is one of PostgreSQL's own templates`;
      return [error({ rule: "database-reserved", message, fix: "take it out", path, part: "key" })];
    }
    return schemas
      .filter((schema) => /^(pg_.*|information_schema)$/.test(schema.name))
      .map((schema) =>
        error({
          rule: "schema-reserved",
          message: `spec.${[...path.slice(1), "schemas", schema.name].join(".")} is a name that PostgreSQL keeps for itself`,
          fix: "give the schema another name",
          path: [...path, "schemas", schema.name],
          part: "key",
        }),
      );
  });
}

type Owner = { readonly name: string; readonly field: string };

function fault(
  cluster: Cluster,
  { name, logsIn }: PreparedRole,
  other: Owner | undefined,
): { rule: string; says: string; fix: string } | undefined {
  if (name.length > longest) {
    return {
      rule: "wrong-length",
      says: ` of ${name.length} characters, PostgreSQL cuts names off after ${longest}`,
      fix: "shorten the name of the database or of the schema",
    };
  }
  if (logsIn && !/^[a-z0-9][a-z0-9_]*$/.test(name)) {
    return {
      rule: "wrong-format",
      says: ", whose Secret could not have its name",
      fix: "begin with a letter and write small letters, digits and _, or take defaultUsers out",
    };
  }
  const owner = taken(cluster, name);
  const fix = "rename the database or the schema";
  if (owner !== undefined) return { rule: "role-reserved", says: `, a name taken by ${owner}`, fix };
  if (other?.name === name) return { rule: "role-twice", says: `, and so would spec.${other.field}`, fix };
  if (other === undefined || !logsIn) return undefined;
  return {
    rule: "role-twice",
    says: `, which would share one Secret with ${other.name} of spec.${other.field}: in its name _ is -`,
    fix: "rename one of the two",
  };
}

function fieldOf({ database }: PreparedRole): string {
  return database === undefined ? "preparedDatabases" : `preparedDatabases.${database}`;
}
