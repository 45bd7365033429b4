import type { IPodDisruptionBudget } from "kubernetes-models/policy/v1/PodDisruptionBudget";
import type { IConfigMap } from "kubernetes-models/v1/ConfigMap";
import type { Cluster } from "../cluster/cluster.ts";
import { poolerRoles, type PoolerRole } from "../cluster/pooler.ts";
import { metadata } from "../kube/metadata.ts";
import type { KubeObject } from "../kube/object.ts";
import { names, poolerSelector } from "../naming.ts";
import { text } from "../template.ts";
import { configuration } from "./config.ts";
import { deployment, replicas } from "./deployment.ts";
import { service } from "./service.ts";

/** PgBouncer between the applications and the members: what it reads, its pods, the way to them, and what a drain may take. */
export function poolers(cluster: Cluster): KubeObject[] {
  return poolerRoles(cluster).flatMap((role) => [
    configMap(cluster, role),
    service(cluster, role),
    ...disruptionBudget(cluster, role),
    deployment(cluster, role),
  ]);
}

/** Not hashed into the pod template: PgBouncer reads it anew, and cuts nobody off for that. */
function configMap(cluster: Cluster, role: PoolerRole): KubeObject {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: metadata(cluster, names.pooler(cluster, role), { selector: poolerSelector(cluster, role) }),
    data: {
      "pgbouncer.ini": configuration(cluster, role),
      "pooler-start.sh": text("pooler-start.sh"),
      "pooler-stop.sh": text("pooler-stop.sh"),
    },
  } satisfies IConfigMap;
}

/** One pod after the other; one alone may go at any time, for it would block every drain. */
function disruptionBudget(cluster: Cluster, role: PoolerRole): KubeObject[] {
  if (replicas(cluster) < 2 || !cluster.fleet.disruptionBudgets) return [];
  const selector = poolerSelector(cluster, role);
  return [
    {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: metadata(cluster, names.pooler(cluster, role), { selector }),
      spec: { maxUnavailable: 1, selector: { matchLabels: selector } },
    } satisfies IPodDisruptionBudget,
  ];
}
