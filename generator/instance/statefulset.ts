import type { IStatefulSet } from "kubernetes-models/apps/v1/StatefulSet";
import type { IPersistentVolumeClaim } from "kubernetes-models/v1/PersistentVolumeClaim";
import type { Group } from "../cluster/group.ts";
import { metadata } from "../kube/metadata.ts";
import { names, podSelector } from "../naming.ts";
import { podTemplate } from "./pod.ts";

/** The members. Kubernetes heals and rolls them; who of them is the primary is Patroni's business. */
export function statefulSet(cluster: Group) {
  const selector = podSelector(cluster, "postgresql");
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: metadata(cluster, names.statefulSet(cluster), {
      selector,
      annotations: cluster.inherited.statefulSet,
    }),
    spec: {
      replicas: cluster.spec.numberOfInstances,
      serviceName: names.members(cluster),
      // After an outage of all members the one with the newest data has to come up, whichever ordinal it has.
      podManagementPolicy: "Parallel",
      // The highest ordinal first, so that the handover finds a successor that is updated already.
      updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 0 } },
      revisionHistoryLimit: 10,
      persistentVolumeClaimRetentionPolicy: cluster.fleet.claimRetention,
      selector: { matchLabels: selector },
      template: podTemplate(cluster),
      volumeClaimTemplates: [claimTemplate],
    },
  } satisfies IStatefulSet;
}

/**
 * The template for claims that nobody declared. Kubernetes refuses any change of it, so it depends on nothing: no size,
 * no class, no label of the spec's reaches it. Every claim is declared by itself and is found by its name; this one
 * counts only when a declared claim is missing, e.g. deleted by hand: then a claim of 1Gi in the default class appears,
 * and applying the render again expands it.
 */
const claimTemplate = {
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: { name: "pgdata" },
  spec: {
    accessModes: ["ReadWriteOnce"],
    resources: { requests: { storage: "1Gi" } },
    volumeMode: "Filesystem",
  },
} satisfies IPersistentVolumeClaim;
