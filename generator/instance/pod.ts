import type { IAffinity } from "kubernetes-models/v1/Affinity";
import type { IPodTemplateSpec } from "kubernetes-models/v1/PodTemplateSpec";
import type { Group } from "../cluster/group.ts";
import { containerDefaults, podDefaults, restrictedContainer, restrictedPod } from "../kube/container.ts";
import { sorted } from "../kube/metadata.ts";
import { memberLabels, names, podSelector } from "../naming.ts";
import { patroniPart } from "../patroni/pod.ts";
import { postgresPart } from "../postgres/pod.ts";

/** The database pod: one part from each component that has a say in it, in this order. */
export function podTemplate(cluster: Group): IPodTemplateSpec {
  const parts = [postgresPart, patroniPart].map((part) => part(cluster));
  return {
    metadata: { labels: sorted(memberLabels(cluster)) },
    spec: {
      ...podDefaults,
      restartPolicy: "Always",
      affinity: apart(cluster),
      serviceAccountName: names.account(cluster),
      serviceAccount: names.account(cluster),
      securityContext: restrictedPod(cluster),
      terminationGracePeriodSeconds: cluster.fleet.gracePeriodSeconds,
      containers: [
        {
          name: "postgres",
          image: cluster.image,
          ...containerDefaults,
          ...Object.assign({}, ...parts.map((part) => part.container)),
          ports: parts.flatMap((part) => part.container?.ports ?? []),
          env: parts.flatMap((part) => part.env ?? []),
          resources: cluster.resources,
          securityContext: restrictedContainer,
          volumeMounts: parts.flatMap((part) => part.mounts ?? []),
        },
      ],
      volumes: parts.flatMap((part) => part.volumes ?? []),
    },
  };
}

/** Members on nodes of their own, where there are enough: a wish, so that a small cluster still gets all its members. */
function apart(cluster: Group): IAffinity {
  const labelSelector = { matchLabels: podSelector(cluster, "postgresql") };
  const term = { labelSelector, topologyKey: "kubernetes.io/hostname" };
  return {
    podAntiAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [{ podAffinityTerm: term, weight: 100 }],
    },
  };
}
