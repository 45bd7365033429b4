import type { Cluster, Resources } from "../cluster/cluster.ts";
import { poolerOf, poolerRoles } from "../cluster/pooler.ts";
import { withDefaults } from "../cluster/resources.ts";
import { bytes, millicores } from "../kube/quantity.ts";
import { error, warning, type Finding } from "./finding.ts";

export function requestsWithinLimits(cluster: Cluster): Finding[] {
  const { spec, resources, pools, fleet } = cluster;
  const { verification } = spec.backup ?? {};
  return [
    ...withinLimits(resources, ["spec", "resources"]),
    ...(verification === undefined
      ? []
      : withinLimits(withDefaults(verification.resources, fleet), [
          "spec",
          "backup",
          "verification",
          "resources",
        ])),
    ...(poolerRoles(cluster).length === 0
      ? []
      : withinLimits(poolerOf(cluster).resources, ["spec", "connectionPooler", "resources"])),
    ...pools.flatMap((pool, index) =>
      // What a pool does not say itself is the cluster's, and said there.
      Object.values(spec.pools[index]?.resources ?? {}).some((given) => Object.keys(given).length > 0)
        ? withinLimits(pool.resources, ["spec", "pools", String(index), "resources"])
        : [],
    ),
  ];
}

function withinLimits(resources: Resources, path: readonly string[]): Finding[] {
  const measures = { cpu: millicores, memory: bytes };
  const said = path.join(".").replace(/\.(\d+)/, "[$1]");
  return (["cpu", "memory"] as const).flatMap((name) => {
    const request = measures[name](resources.requests[name]);
    const limit = measures[name](resources.limits[name]);
    if (request === undefined || limit === undefined || request <= limit) return [];
    return error({
      rule: "request-over-limit",
      message: `${said}.requests.${name} is ${resources.requests[name]}, over the limit of ${resources.limits[name]}`,
      fix: `raise ${said}.limits.${name} or lower the request`,
      path: [...path, "requests", name],
    });
  });
}

export function limitsRaised({ spec, resources }: Cluster): Finding[] {
  return (["cpu", "memory"] as const).flatMap((name) => {
    const own = spec.resources.limits[name];
    if (own === undefined || own === resources.limits[name]) return [];
    return warning({
      rule: "limit-raised",
      message: `spec.resources.limits.${name} is ${own}, raised to the fleet's least of ${resources.limits[name]}`,
      fix: `write ${resources.limits[name]}, or lower min_${name}_limit in the OperatorConfiguration`,
      path: ["spec", "resources", "limits", name],
    });
  });
}

export function requestsChanged({ spec, resources, fleet }: Cluster): Finding[] {
  return (["cpu", "memory"] as const).flatMap((name) => {
    const own = spec.resources.requests[name];
    const now = resources.requests[name];
    if (own === undefined || own === now) return [];
    const key = now === fleet.greatestRequests[name] ? `max_${name}_request` : "set_memory_request_to_limit";
    return warning({
      rule: "request-changed",
      message: `spec.resources.requests.${name} is ${own}, the OperatorConfiguration's ${key} makes it ${now}`,
      fix: `write ${now}, or change ${key}`,
      path: ["spec", "resources", "requests", name],
    });
  });
}

/** CPO's own description takes a K, and Kubernetes a k or Ki; it takes a claim of nothing, which no provisioner does. */
export function volumeHoldsSomething({ spec }: Cluster): Finding[] {
  const size = bytes(spec.volume.size);
  if (size === undefined) {
    return [
      error({
        rule: "wrong-format",
        message: `spec.volume.size is ${spec.volume.size}, which is no amount`,
        fix: "write a number and its unit as Kubernetes knows them, as in 500M, 64Mi or 10Gi",
        path: ["spec", "volume", "size"],
      }),
    ];
  }
  if (size !== 0n) return [];
  return [
    error({
      rule: "wrong-value",
      message: `spec.volume.size is ${spec.volume.size}: nothing could be kept in it`,
      fix: "write the size of a volume, as in 10Gi",
      path: ["spec", "volume", "size"],
    }),
  ];
}
