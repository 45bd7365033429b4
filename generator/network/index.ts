import type { Cluster } from "../cluster/cluster.ts";
import type { KubeObject } from "../kube/object.ts";
import { policies } from "./policies.ts";
import { services } from "./services.ts";

/** How clients and members reach the members, and nobody else. */
export function network(cluster: Cluster): KubeObject[] {
  return [...services(cluster), ...policies(cluster)];
}
