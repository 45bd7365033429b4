import type { Cluster } from "../cluster/cluster.ts";
import { bytes, millicores } from "../kube/quantity.ts";
import { error, warning, type Finding } from "./finding.ts";

export function requestsWithinLimits({ resources }: Cluster): Finding[] {
  const measures = { cpu: millicores, memory: bytes };
  return (["cpu", "memory"] as const).flatMap((name) => {
    const request = measures[name](resources.requests[name]);
    const limit = measures[name](resources.limits[name]);
    if (request === undefined || limit === undefined || request <= limit) return [];
    return error({
      rule: "request-over-limit",
      message: `spec.resources.requests.${name} is ${resources.requests[name]}, over the limit of ${resources.limits[name]}`,
      fix: `raise spec.resources.limits.${name} or lower the request`,
      path: ["spec", "resources", "requests", name],
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
