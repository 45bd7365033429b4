import type { Cluster } from "../cluster/cluster.ts";
import { ownMemberLabels } from "../naming.ts";
import { error, type Finding } from "./finding.ts";

/** Labels of the pods that pgrender sets: Services, claims and Patroni find the pods by them. */
export function podLabels(cluster: Cluster): Finding[] {
  const { spec, fleet } = cluster;
  if (spec.labels === undefined && spec.postgresql.labels === undefined) return [];
  const own: Readonly<Record<string, string | undefined>> = {
    ...ownMemberLabels(cluster),
    [fleet.podRoleLabel]: undefined,
  };
  const lists = [
    [["spec", "labels"], spec.labels ?? {}],
    [["spec", "postgresql", "labels"], spec.postgresql.labels ?? {}],
  ] as const;
  return lists.flatMap(([path, map]) =>
    Object.entries(map)
      .filter(([key, value]) => key in own && own[key] !== value)
      .map(([key]) =>
        error({
          rule: "own-label",
          message: `${path.join(".")} has ${key}, ${key === fleet.podRoleLabel ? "which Patroni keeps" : "which pgrender sets itself"}`,
          fix: "take it out, or give the label another name",
          path: [...path, key],
          part: "key",
        }),
      ),
  );
}

/** A name that has to begin with the team's, if the fleet wants it so. */
export function teamPrefix({ name, spec, fleet }: Cluster): Finding[] {
  const { teamId = "" } = spec;
  if (!fleet.teamPrefix) return [];
  if (teamId === "") {
    const message = "spec.teamId is missing, with enable_team_id_clustername_prefix a cluster needs it";
    return [error({ rule: "team-prefix", message, fix: "add it", path: ["spec"], part: "key" })];
  }
  if (name.startsWith(`${teamId}-`)) return [];
  return [
    error({
      rule: "team-prefix",
      message: `the cluster is called ${name}, with enable_team_id_clustername_prefix it has to begin with ${teamId}-`,
      fix: `call it ${teamId}-${name}`,
      path: ["metadata", "name"],
    }),
  ];
}
