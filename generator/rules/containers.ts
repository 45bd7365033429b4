import type { Cluster } from "../cluster/cluster.ts";
import { groups } from "../cluster/group.ts";
import { exporterContainer, monitorOf } from "../cluster/monitor.ts";
import { initContainer } from "../kube/checks/container.ts";
import { fieldName } from "../pipeline/messages.ts";
import { split } from "../instance/environment.ts";
import { podParts } from "../instance/pod.ts";
import { sidecarAccess } from "../instance/sidecars.ts";
import { error, warning, type Finding } from "./finding.ts";

/** What the fleet does not let a cluster have. */
export function containersAllowed({ spec, fleet }: Cluster): Finding[] {
  const { allowed } = fleet.pod;
  const refused = [
    ...(allowed.sidecars ? [] : (["sidecars"] as const)),
    ...(allowed.initContainers ? [] : (["initContainers", "init_containers"] as const)),
  ].filter((field) => (spec[field] ?? []).length > 0);
  return refused.map((field) =>
    error({
      rule: "containers-refused",
      message: `spec.${field} is refused by the OperatorConfiguration: ${field === "sidecars" ? "enable_sidecars" : "enable_init_containers"} is false`,
      fix: `take spec.${field} out, or allow it for the fleet`,
      path: ["spec", field],
      part: "key",
    }),
  );
}

/** Two containers of one name make no pod. */
export function containerNames(cluster: Cluster): Finding[] {
  const { spec } = cluster;
  const taken = new Set(["postgres", ...(monitorOf(cluster) === undefined ? [] : [exporterContainer])]);
  const lists = [
    ["initContainers", spec.initContainers ?? []],
    ["init_containers", spec.initContainers === undefined ? (spec.init_containers ?? []) : []],
    ["sidecars", spec.sidecars ?? []],
  ] as const;
  return lists.flatMap(([list, containers]) =>
    (containers ?? []).flatMap(({ name }, index) => {
      if (name === undefined) return [];
      const twice = taken.has(name);
      taken.add(name);
      if (!twice) return [];
      return error({
        rule: "container-name",
        message: `spec.${list}[${index}].name is ${name}, and so is that of another container of the pod`,
        fix: "give each container a name of its own",
        path: ["spec", list, String(index), "name"],
      });
    }),
  );
}

/** What only containers can have that run beside the database, and how long any of them may take to stop. */
export function containersStartAndStop({ spec, fleet }: Cluster): Finding[] {
  const before = { initContainers: spec.initContainers, init_containers: spec.init_containers };
  const ended = Object.entries(before).flatMap(([list, containers]) =>
    (containers ?? []).flatMap((container, index) =>
      initContainer({ ...container }).map(({ rule, path, says, fix }) => {
        const place = ["spec", list, index, ...path];
        return error({ rule, message: `${fieldName(place)} ${says}`, fix, path: place.map(String) });
      }),
    ),
  );
  const most = fleet.gracePeriodSeconds;
  const slow = (spec.sidecars ?? []).flatMap(({ lifecycle }, index) => {
    const seconds = lifecycle?.preStop?.sleep?.seconds ?? 0;
    if (seconds <= most) return [];
    const path = ["spec", "sidecars", index, "lifecycle", "preStop", "sleep", "seconds"];
    return error({
      rule: "wrong-value",
      message: `${fieldName(path)} is ${seconds}, and a pod has ${most} seconds to stop`,
      fix: `write ${most} or less, or raise pod_terminate_grace_period in the OperatorConfiguration`,
      path: path.map(String),
    });
  });
  return [...ended, ...slow];
}

/** Both spellings of a field: the old one is not read. */
export function oldSpellings({ spec }: Cluster): Finding[] {
  const pairs = [
    ["init_containers", "initContainers"],
    ["pod_priority_class_name", "podPriorityClassName"],
  ] as const;
  return pairs
    .filter(
      ([old, current]) =>
        (spec[old] ?? undefined) !== undefined && (spec[current] ?? undefined) !== undefined,
    )
    .map(([old, current]) =>
      warning({
        rule: "old-spelling",
        message: `spec.${old} is not read: spec.${current} is the same field under its new name, and is given too`,
        fix: `take spec.${old} out`,
        path: ["spec", old],
        part: "key",
      }),
    );
}

/** Variables that would have no effect: CPO drops them without a word. */
export function variablesLeftOut(cluster: Cluster): Finding[] {
  return [...databaseVariables(cluster), ...sidecarVariables(cluster)];
}

function sidecarVariables({ spec }: Cluster): Finding[] {
  const given = new Set(sidecarAccess);
  return (spec.sidecars ?? []).flatMap(({ env = [] }, index) =>
    env.flatMap(({ name }, at) => {
      if (!given.has(name.toUpperCase())) return [];
      return warning({
        rule: "variable-left-out",
        message: `spec.sidecars[${index}].env has ${name}, which every sidecar gets: yours is left out`,
        fix: "take it out",
        path: ["spec", "sidecars", String(index), "env", String(at), "name"],
      });
    }),
  );
}

function databaseVariables(cluster: Cluster): Finding[] {
  const { spec } = cluster;
  if ((spec.env ?? []).length + (spec.postgresql.env ?? []).length === 0) return [];
  return groups(cluster)
    .slice(0, 1)
    .flatMap((group) => {
      const built = podParts(group).flatMap((part) => part.env ?? []);
      const ours = new Set(built.map(({ name }) => name.toLowerCase()));
      return split(group, built).leftOut.map(({ path, variable: { name } }) =>
        warning({
          rule: "variable-left-out",
          message: ours.has(name.toLowerCase())
            ? `${path.slice(0, -1).join(".")} has ${name}, which pgrender sets itself: yours is left out`
            : `${path.slice(0, -1).join(".")} has ${name} once more: the first one holds`,
          fix: "take it out",
          path: [...path, "name"],
        }),
      );
    });
}
