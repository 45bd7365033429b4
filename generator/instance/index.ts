import type { Cluster } from "../cluster/cluster.ts";
import { groups } from "../cluster/group.ts";
import type { KubeObject } from "../kube/object.ts";
import { claims } from "./claims.ts";
import { disruptionBudget } from "./disruption.ts";
import { statefulSet } from "./statefulset.ts";

/** The members of the cluster. The claims come first: a claim that is missing would be made from the template. */
export function instance(cluster: Cluster): KubeObject[] {
  return groups(cluster).flatMap((group) => [
    ...claims(group),
    ...disruptionBudget(group),
    statefulSet(group),
  ]);
}
