import type { Cluster } from "../cluster/cluster.ts";
import type { KubeObject } from "../kube/object.ts";
import { claims } from "./claims.ts";
import { disruptionBudget } from "./disruption.ts";
import { statefulSet } from "./statefulset.ts";

/** The members of the cluster. The claims come first: a claim that is missing would be made from the template. */
export function instance(cluster: Cluster): KubeObject[] {
  return [...claims(cluster), ...disruptionBudget(cluster), statefulSet(cluster)];
}
