import type { FleetPooler } from "../cluster/cluster.ts";
import type { PoolerConfiguration } from "../cluster/spec.ts";

/** What CPO's configuration says about all poolers. */
export function fleetPooler(keys: PoolerConfiguration): FleetPooler {
  return {
    image: keys.connection_pooler_image,
    instances: keys.connection_pooler_number_of_instances,
    schema: keys.connection_pooler_schema,
    user: keys.connection_pooler_user,
    mode: keys.connection_pooler_mode,
    connections: keys.connection_pooler_max_db_connections,
    resources: {
      requests: {
        cpu: keys.connection_pooler_default_cpu_request,
        memory: keys.connection_pooler_default_memory_request,
      },
      limits: {
        cpu: keys.connection_pooler_default_cpu_limit,
        memory: keys.connection_pooler_default_memory_limit,
      },
    },
  };
}
