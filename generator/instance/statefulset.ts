import type { IStatefulSet } from "kubernetes-models/apps/v1/StatefulSet";
import type { IPersistentVolumeClaim } from "kubernetes-models/v1/PersistentVolumeClaim";
import { running, type Group } from "../cluster/group.ts";
import { metadata } from "../kube/metadata.ts";
import { groupSelector, names } from "../naming.ts";
import { claimSpec, memberVolumes } from "../postgres/volumes.ts";
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

/**
 * The template for claims that nobody declared. Kubernetes refuses any change of it, so it depends on nothing but its name:
 * no size, no class, no label of the spec's reaches it. Every claim is declared by itself and is found by its name; this one
 * counts only when a declared claim is missing, e.g. deleted by hand: then a claim of 1Gi in the default class appears,
 * and applying the render again expands it.
 */
function claimTemplate(name: string) {
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name },
    spec: claimSpec({ size: "1Gi" }),
  } satisfies IPersistentVolumeClaim;
}
