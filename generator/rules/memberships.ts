import { roles } from "../access/roles.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { nearest } from "../pipeline/messages.ts";
import { error, type Finding } from "./finding.ts";

/** Roles that PostgreSQL brings and that can have members, by the version that they are in since. */
const predefined: Readonly<Record<string, number>> = {
  pg_monitor: 13,
  pg_read_all_settings: 13,
  pg_read_all_stats: 13,
  pg_stat_scan_tables: 13,
  pg_read_server_files: 13,
  pg_write_server_files: 13,
  pg_execute_server_program: 13,
  pg_signal_backend: 13,
  pg_read_all_data: 14,
  pg_write_all_data: 14,
  pg_checkpoint: 15,
  pg_use_reserved_connections: 16,
  pg_create_subscription: 16,
  pg_maintain: 17,
  pg_signal_autovacuum_worker: 18,
};

/** Memberships in roles that there are, without a circle, and with no more options than the version has. */
export function membershipsHold(cluster: Cluster): Finding[] {
  const given = cluster.spec.roleOptions ?? {};
  const known = [
    ...roles(cluster).map(({ name }) => name),
    ...Object.keys(predefined).filter((name) => (predefined[name] ?? 0) <= cluster.version),
  ];
  const found = Object.entries(given).flatMap(([name, { memberOf = {} }]) =>
    Object.entries(memberOf).flatMap(([group, how]): Finding[] => {
      const path = ["spec", "roleOptions", name, "memberOf", group];
      const field = path.join(".");
      if (!known.includes(group)) {
        const since = Object.hasOwn(predefined, group) ? predefined[group] : undefined;
        const near = nearest(group, known);
        return [
          error({
            rule: "role-unknown",
            message:
              since === undefined
                ? `${field} is no role of this cluster, nor one that PostgreSQL ${cluster.version} brings`
                : `${field} is a role that PostgreSQL brings since ${since}`,
            fix:
              since !== undefined
                ? `take it out until spec.postgresql.version is "${since}"`
                : near === undefined
                  ? `add ${group} to spec.users, as [nologin] if nobody logs in as it`
                  : `did you mean ${near}?`,
            path,
            part: "key",
          }),
        ];
      }
      const [late] = cluster.version < 16 ? Object.keys(how).filter((option) => option !== "admin") : [];
      if (late === undefined) return [];
      return [
        error({
          rule: "role-option",
          message: `${field}.${late} is an option since PostgreSQL 16: before, ${late === "inherit" ? "a role inherits from all that it is a member of, or from none" : "every member may SET ROLE"}`,
          fix: late === "inherit" ? `take it out; noinherit in spec.users.${name} is for all` : "take it out",
          path: [...path, late],
          part: "key",
        }),
      ];
    }),
  );
  return [...found, ...circles(cluster)];
}

/** Who would be a member of itself, in the end: said at each membership of the spec's that closes a circle. */
function circles(cluster: Cluster): Finding[] {
  const given = cluster.spec.roleOptions ?? {};
  const groups = new Map<string, Set<string>>();
  const join = (member: string, group: string) =>
    groups.set(member, (groups.get(member) ?? new Set()).add(group));
  for (const { name, memberOf, administrator } of roles(cluster)) {
    for (const group of memberOf) join(name, group);
    if (administrator !== undefined) join(administrator, name);
  }
  return Object.entries(given).flatMap(([name, { memberOf = {} }]) =>
    Object.keys(memberOf).flatMap((group): Finding[] => {
      const way = name === group ? [name] : between(groups, group, name);
      if (way === undefined) {
        join(name, group);
        return [];
      }
      const path = ["spec", "roleOptions", name, "memberOf", group];
      return [
        error({
          rule: "role-cycle",
          message: `${path.join(".")} makes a role a member of itself: ${[name, ...way].join(" in ")}`,
          fix: "take one of these memberships out",
          path,
          part: "key",
        }),
      ];
    }),
  );
}

/** The roles from one to another that it is a member of, both included; undefined if it is not. */
function between(
  groups: ReadonlyMap<string, ReadonlySet<string>>,
  from: string,
  to: string,
): readonly string[] | undefined {
  const seen = new Set([from]);
  const ways: (readonly string[])[] = [[from]];
  for (let way = ways.pop(); way !== undefined; way = ways.pop()) {
    for (const next of groups.get(way.at(-1) ?? "") ?? []) {
      if (next === to) return [...way, next];
      if (seen.has(next)) continue;
      seen.add(next);
      ways.push([...way, next]);
    }
  }
  return undefined;
}
