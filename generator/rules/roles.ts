import type { Cluster } from "../cluster/cluster.ts";
import { owners } from "../access/roles.ts";
import { exporterRole, monitorOf } from "../cluster/monitor.ts";
import { poolerOf } from "../cluster/pooler.ts";
import { dashed } from "../naming.ts";
import { show } from "../pipeline/messages.ts";
import { error, warning, type Finding } from "./finding.ts";

/** Who has a role of this name already, or why nobody can; undefined if it is free. */
export function taken(cluster: Cluster, name: string): string | undefined {
  if (name === cluster.fleet.superuser) return "the superuser";
  if (name === cluster.fleet.replicationUser) return "the user that replicas stream as";
  if (name === poolerOf(cluster).user) return "the user of the connection pooler";
  const exporter = monitorOf(cluster) === undefined ? undefined : exporterRole;
  if (name === "cpo-exporter" || name === exporter) return "the user of the exporter";
  if (name.startsWith("pg_")) return "PostgreSQL, as all that begin with pg_";
  return ["public", "none", "current_role", "current_user", "session_user"].includes(name)
    ? "SQL, as a word of its own"
    : undefined;
}

/** Roles that are somebody else's, and those whose flags or Secrets contradict each other. */
export function protectedRoles(cluster: Cluster): Finding[] {
  const users = cluster.spec.users ?? {};
  const secrets = new Map(
    Object.keys(users)
      .toReversed()
      .map((name) => [dashed(name), name]),
  );
  return Object.entries(users).flatMap(([name, flags]): Finding[] => {
    const path = ["spec", "users", name];
    const owner = taken(cluster, name);
    if (owner !== undefined) {
      const message = `spec.users.${name} is a name taken by ${owner}`;
      return [
        error({ rule: "role-reserved", message, fix: "give the user another name", path, part: "key" }),
      ];
    }
    if (cluster.fleet.protectedRoles.includes(name)) {
      const message = `spec.users.${name} is left out: teams_api.protected_role_names has the name`;
      const fix = "give the user another name, or take this one off that list in the OperatorConfiguration";
      return [warning({ rule: "role-reserved", message, fix, path, part: "key" })];
    }
    const same = secrets.get(dashed(name));
    if (same !== undefined && same !== name) {
      const message = `spec.users.${name} and ${same} would share one Secret, in whose name _ is -`;
      return [error({ rule: "role-twice", message, fix: "rename one of the two", path, part: "key" })];
    }
    const words = (flags ?? []).map((flag) => flag.toLowerCase());
    const both = words.find((flag) => words.includes(`no${flag}`));
    if (both === undefined) return [];
    const message = `spec.users.${name} has ${both} and no${both}`;
    return [error({ rule: "role-flags", message, fix: "keep one of the two", path })];
  });
}

/** Databases that nobody could own, or that are described twice. */
export function ownersAreRoles(cluster: Cluster): Finding[] {
  const { databases = {}, preparedDatabases = {}, users = {} } = cluster.spec;
  const roles = owners(cluster);
  return Object.entries(databases).flatMap(([name, owner]): Finding[] => {
    const path = ["spec", "databases", name];
    if (/^template[01]$/.test(name)) {
      const message = `spec.databases.${name} is one of PostgreSQL's own templates`;
      return [error({ rule: "database-reserved", message, fix: "take it out", path, part: "key" })];
    }
    if (Object.hasOwn(preparedDatabases, name)) {
      const message = `spec.databases.${name} is in spec.preparedDatabases too, whose owner is ${name}_owner`;
      return [error({ rule: "database-twice", message, fix: "keep one of the two", path, part: "key" })];
    }
    if (roles.has(owner)) return [];
    return [
      warning({
        rule: "owner-unknown",
        message: `spec.databases.${name} is ${show(owner)}, which is no role of this cluster: the database would not be made`,
        fix: `add ${owner} to spec.users, or name one of ${[...Object.keys(users), cluster.fleet.superuser].slice(0, 8).join(", ")}`,
        path,
      }),
    ];
  });
}
