import type { IContainer } from "kubernetes-models/v1/Container";
import type { INetworkPolicyPort } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicyPort";
import type { IVolumeMount } from "kubernetes-models/v1/VolumeMount";
import type { Cluster } from "../cluster/cluster.ts";
import type { Group } from "../cluster/group.ts";
import { exporterContainer, monitorOf } from "../cluster/monitor.ts";
import { withDefaults } from "../cluster/resources.ts";
import { completeContainer } from "../kube/complete.ts";
import { fromField, fromSecret } from "../kube/container.ts";
import { names, paths } from "../naming.ts";

/** The ports on which the sidecars say that they can be reached. */
export function sidecarPorts(cluster: Cluster): INetworkPolicyPort[] {
  const { own, fleet } = chosen(cluster);
  return [...own, ...fleet]
    .flatMap(({ ports = [] }) => ports)
    .map(({ containerPort, protocol = "TCP" }) => ({ port: containerPort, protocol }));
}

/** Containers beside the database, with what CPO gives those of a cluster: default resources, and the image pulled once. */
export function sidecars(cluster: Group, data: IVolumeMount): IContainer[] {
  const { own, fleet } = chosen(cluster);
  const complete = own.map((sidecar): IContainer => {
    const { requests, limits } = withDefaults(sidecar.resources ?? {}, cluster.fleet);
    const resources = {
      requests: { ...sidecar.resources?.requests, ...requests },
      limits: { ...sidecar.resources?.limits, ...limits },
    };
    return { imagePullPolicy: "IfNotPresent", ...sidecar, resources };
  });
  return [...complete, ...fleet].map((sidecar) => withAccess(cluster, completeContainer(sidecar), data));
}

/** The cluster's sidecars, each with a name, and those of the fleet that it, or its exporter, does not replace by one of that name. */
function chosen(cluster: Cluster) {
  const { spec, fleet } = cluster;
  const own = (spec.sidecars ?? []).map((sidecar, index) => ({
    ...sidecar,
    name: sidecar.name ?? `sidecar-${index}`,
  }));
  const replaced = new Set(own.map(({ name }) => name));
  if (monitorOf(cluster) !== undefined) replaced.add(exporterContainer);
  return { own, fleet: fleet.pod.sidecars.filter(({ name }) => !replaced.has(name)) };
}

/** Containers that run before the database. */
export function initContainers({ spec }: Group): IContainer[] {
  return (spec.initContainers ?? spec.init_containers ?? []).map(completeContainer);
}

/** The variables that CPO gives every sidecar. */
export const sidecarAccess: readonly string[] = [
  "POD_NAME",
  "POD_NAMESPACE",
  "POSTGRES_USER",
  "POSTGRES_PASSWORD",
];

/** What CPO gives every sidecar: the data, and the superuser's name and password. */
function withAccess(cluster: Group, sidecar: IContainer, data: IVolumeMount): IContainer {
  const { superuser, pod } = cluster.fleet;
  const access = [
    fromField("POD_NAME", "metadata.name"),
    fromField("POD_NAMESPACE", "metadata.namespace"),
    { name: "POSTGRES_USER", value: superuser },
    fromSecret("POSTGRES_PASSWORD", names.credentials(cluster, superuser), "password"),
  ];
  const socket = { mountPath: paths.sharedRun, name: "postgres-run" };
  return {
    ...sidecar,
    env: [
      ...access,
      ...(sidecar.env ?? []).filter(({ name }) => !sidecarAccess.includes(name.toUpperCase())),
    ],
    volumeMounts: [...(sidecar.volumeMounts ?? []), data, ...(pod.sharedSocket ? [socket] : [])],
  };
}
