import { once } from "../once.ts";
import type { Cluster, FleetPooler } from "./cluster.ts";
import { withDefaults } from "./resources.ts";

/** Before whom a pooler stands, by the role of the members that it leads to. */
export type PoolerRole = "master" | "replica";

/** The poolers that a cluster has. CPO takes a `connectionPooler` for a wish to have one before the primary. */
export function poolerRoles({ spec }: Cluster): readonly PoolerRole[] {
  const { connectionPooler, enableConnectionPooler, enableReplicaConnectionPooler } = spec;
  return [
    ...((enableConnectionPooler ?? connectionPooler !== undefined) ? (["master"] as const) : []),
    ...(enableReplicaConnectionPooler === true ? (["replica"] as const) : []),
  ];
}

/** How PgBouncer runs, the same before all roles: the spec's word, else the fleet's. */
export type Pooler = Omit<FleetPooler, "connections">;

/** The role that looks up passwords, of a cluster with a pooler. */
export function poolerRole(cluster: Cluster): string | undefined {
  return poolerRoles(cluster).length === 0 ? undefined : poolerOf(cluster).user;
}

export const poolerOf = once(({ spec, fleet }: Cluster): Pooler => {
  const own = spec.connectionPooler ?? {};
  return {
    image: own.dockerImage ?? fleet.pooler.image,
    instances: own.numberOfInstances ?? fleet.pooler.instances,
    schema: own.schema ?? fleet.pooler.schema,
    user: own.user ?? fleet.pooler.user,
    mode: own.mode ?? fleet.pooler.mode,
    resources: withDefaults(own.resources ?? {}, { ...fleet, resources: fleet.pooler.resources }),
  };
});
