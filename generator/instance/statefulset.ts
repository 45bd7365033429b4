import type { IStatefulSet } from "kubernetes-models/apps/v1/StatefulSet";
import { running, type Group } from "../cluster/group.ts";
import { claimTemplate } from "../kube/claim.ts";
import { metadata } from "../kube/metadata.ts";
import { groupSelector, names } from "../naming.ts";
import { memberVolumes } from "../postgres/volumes.ts";
import { podTemplate } from "./pod.ts";

/** The members. Kubernetes heals and rolls them; who of them is the primary is Patroni's business. */
export function statefulSet(cluster: Group) {
  const selector = groupSelector(cluster);
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: metadata(cluster, names.statefulSet(cluster), {
      selector,
      annotations: cluster.inherited.statefulSet,
    }),
    spec: {
      replicas: running(cluster),
      serviceName: names.members(cluster),
      // After an outage of all members the one with the newest data has to come up, whichever ordinal it has.
      podManagementPolicy: "Parallel",
      // The highest ordinal first, so that the handover finds a successor that is updated already.
      updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 0 } },
      revisionHistoryLimit: 10,
      persistentVolumeClaimRetentionPolicy: cluster.fleet.claimRetention,
      selector: { matchLabels: selector },
      template: podTemplate(cluster),
      ...(cluster.spec.volume.ephemeral
        ? {}
        : { volumeClaimTemplates: memberVolumes(cluster).map(({ name }) => claimTemplate(name)) }),
    },
  } satisfies IStatefulSet;
}
