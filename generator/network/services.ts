import type { IService } from "kubernetes-models/v1/Service";
import type { Cluster } from "../cluster/cluster.ts";
import { groups, type Group } from "../cluster/group.ts";
import { metadata } from "../kube/metadata.ts";
import type { KubeObject } from "../kube/object.ts";
import { clusterSelector, groupSelector, inService, names, ports, roleSelector } from "../naming.ts";
import { annotations, exposure, isLoadBalancer, type Role } from "./load-balancer.ts";

/** Ways to the members: to the primary, to the replicas, to each by name, and to those of a pool. */
export function services(cluster: Cluster): KubeObject[] {
  return [
    roleService(cluster, names.primary(cluster), "master"),
    roleService(cluster, names.replicas(cluster), "replica"),
    members(cluster),
    ...groups(cluster).flatMap((group) => (group.pool === undefined ? [] : [poolService(group)])),
  ];
}

function roleService(cluster: Cluster, name: string, role: Role) {
  const selector = roleSelector(cluster, role);
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: metadata(cluster, name, { selector, ...annotated(cluster, role) }),
    spec: {
      ...exposure(cluster, role),
      internalTrafficPolicy: "Cluster",
      ports: [{ name: "postgresql", port: ports.postgres, protocol: "TCP", targetPort: ports.postgres }],
      selector: inService(cluster, selector),
      sessionAffinity: "None",
      type: isLoadBalancer(cluster, role) ? "LoadBalancer" : "ClusterIP",
    },
  } satisfies IService;
}

/** The replicas of a pool, by the label of the pool: they have no other role. */
function poolService(group: Group) {
  const selector = groupSelector(group);
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: metadata(group, names.pool(group), { selector, ...annotated(group) }),
    spec: {
      internalTrafficPolicy: "Cluster",
      ports: [{ name: "postgresql", port: ports.postgres, protocol: "TCP", targetPort: ports.postgres }],
      selector: inService(group, selector),
      sessionAffinity: "None",
      type: "ClusterIP",
    },
  } satisfies IService;
}

function annotated(cluster: Cluster, role?: Role): { annotations?: Record<string, string> } {
  const found = annotations(cluster, role);
  return Object.keys(found).length === 0 ? {} : { annotations: found };
}

/** Names for the members, ready or not: they have to find each other before they can be ready. */
function members(cluster: Cluster) {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: metadata(cluster, names.members(cluster), annotated(cluster)),
    spec: {
      clusterIP: "None",
      internalTrafficPolicy: "Cluster",
      publishNotReadyAddresses: true,
      selector: clusterSelector(cluster),
      sessionAffinity: "None",
      type: "ClusterIP",
    },
  } satisfies IService;
}
