import { durationSeconds } from "../kube/duration.ts";
import { bytes } from "../kube/quantity.ts";
import type { Fleet, Pool, Resources } from "./cluster.ts";
import { databaseResources } from "./resources.ts";
import type { Spec } from "./spec.ts";

/** The pools of a spec, with the cluster's own for what each leaves out. */
export function pools(spec: Spec, fleet: Fleet): readonly Pool[] {
  return spec.pools.map((given) => {
    const own = withOwn(spec, given);
    const resources = databaseResources(own.resources, fleet);
    return {
      name: given.name,
      delaySeconds: durationSeconds(given.delay ?? "0s") ?? 0,
      replicaService: given.replicaService,
      resources,
      memoryBytes: memoryBytes(resources),
      spec: own,
    };
  });
}

function withOwn(spec: Spec, given: Spec["pools"][number]): Spec {
  return {
    ...spec,
    numberOfInstances: given.instances,
    // A pool has nobody to follow when the members sleep that it belongs to.
    hibernate: spec.hibernate || spec.numberOfInstances === 0,
    volume: given.volume ?? spec.volume,
    resources: {
      requests: { ...spec.resources.requests, ...given.resources.requests },
      limits: { ...spec.resources.limits, ...given.resources.limits },
    },
    postgresql: {
      ...spec.postgresql,
      parameters: { ...spec.postgresql.parameters, ...given.parameters },
    },
    ...(given.walVolume === undefined ? {} : { walVolume: given.walVolume }),
    ...(given.nodeAffinity === undefined ? {} : { nodeAffinity: given.nodeAffinity }),
    ...(given.tolerations === undefined ? {} : { tolerations: given.tolerations }),
  };
}

/** The memory that PostgreSQL can count on: the container's limit. */
export function memoryBytes({ limits }: Resources): number {
  return Number(bytes(limits.memory) ?? 0n);
}
