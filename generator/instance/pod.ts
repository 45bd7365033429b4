import type { IContainer } from "kubernetes-models/v1/Container";
import type { IPodTemplateSpec } from "kubernetes-models/v1/PodTemplateSpec";
import type { Group } from "../cluster/group.ts";
import { containerDefaults, podDefaults, restrictedPod } from "../kube/container.ts";
import { sorted } from "../kube/metadata.ts";
import type { PodPart } from "../kube/pod-part.ts";
import { memberLabels, names } from "../naming.ts";
import { monitorPart } from "../monitor/pod.ts";
import { patroniPart } from "../patroni/pod.ts";
import { restoreAnnotation } from "../pgbackrest/bootstrap.ts";
import { originPart } from "../pgbackrest/origin.ts";
import { backupPart } from "../pgbackrest/pod.ts";
import { dataMount, postgresPart } from "../postgres/pod.ts";
import { environment, environmentObjects } from "./environment.ts";
import { resources } from "./resources.ts";
import { scheduling } from "./scheduling.ts";
import { databaseSecurity } from "./security.ts";
import { initContainers, sidecars } from "./sidecars.ts";
import { moreVolumes, withMounts } from "./volumes.ts";

/** One part from each component that has a say in the database pod, in this order. */
export function podParts(cluster: Group): PodPart[] {
  return [postgresPart, patroniPart, backupPart, originPart, monitorPart].map((part) => part(cluster));
}

/** The database pod. */
export function podTemplate(cluster: Group): IPodTemplateSpec {
  const parts = podParts(cluster);
  const annotations = podAnnotations(cluster);
  const before = [...initContainers(cluster), ...parts.flatMap((part) => part.beside ?? [])].map(
    (container) => withMounts(container, cluster),
  );
  const beside = [...sidecars(cluster, dataMount(cluster)), ...parts.flatMap((part) => part.alongside ?? [])];
  return {
    metadata: {
      labels: sorted(memberLabels(cluster)),
      ...(Object.keys(annotations).length === 0 ? {} : { annotations: sorted(annotations) }),
    },
    spec: {
      ...podDefaults,
      restartPolicy: "Always",
      ...scheduling(cluster),
      serviceAccountName: names.account(cluster),
      serviceAccount: names.account(cluster),
      securityContext: restrictedPod(cluster),
      terminationGracePeriodSeconds: cluster.fleet.gracePeriodSeconds,
      ...(before.length === 0 ? {} : { initContainers: before }),
      containers: [database(cluster, parts), ...beside].map((container) => withMounts(container, cluster)),
      volumes: [...parts.flatMap((part) => part.volumes ?? []), ...moreVolumes(cluster)],
    },
  };
}

function database(cluster: Group, parts: readonly PodPart[]): IContainer {
  return {
    name: "postgres",
    image: cluster.image,
    ...containerDefaults,
    ...Object.assign({}, ...parts.map((part) => part.container)),
    ports: parts.flatMap((part) => part.container?.ports ?? []),
    env: environment(
      cluster,
      parts.flatMap((part) => part.env ?? []),
    ),
    ...environmentObjects(cluster),
    resources: resources(cluster),
    securityContext: databaseSecurity(cluster),
    volumeMounts: parts.flatMap((part) => part.mounts ?? []),
  };
}

/** The fleet's, the cluster's, and those of its metadata: the last one of a key holds, as with CPO. */
function podAnnotations(cluster: Group): Readonly<Record<string, string>> {
  const { fleet, spec, inherited } = cluster;
  return {
    ...fleet.pod.annotations,
    ...spec.podAnnotations,
    ...inherited.annotations,
    ...restoreAnnotation(cluster),
  };
}
