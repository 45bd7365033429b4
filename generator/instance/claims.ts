import type { IPersistentVolumeClaim } from "kubernetes-models/v1/PersistentVolumeClaim";
import type { Group } from "../cluster/group.ts";
import { metadata } from "../kube/metadata.ts";
import type { KubeObject } from "../kube/object.ts";
import { names, podSelector } from "../naming.ts";

/**
 * What keeps a claim when it is no longer rendered: after a scale-in, or with a cluster that was removed. Argo CD and
 * Flux leave it alone, and Argo CD does not call the application out of sync for it.
 * https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/
 * https://fluxcd.io/flux/components/kustomize/kustomizations/#controlling-the-apply-behavior-of-resources
 */
const kept = {
  "argocd.argoproj.io/compare-options": "IgnoreExtraneous",
  "argocd.argoproj.io/sync-options": "Prune=false,Delete=false",
  "kustomize.toolkit.fluxcd.io/prune": "disabled",
};

/** One claim per member, declared: its size is a field that one can edit in git, unlike that of a claim template. */
export function claims(cluster: Group): KubeObject[] {
  return Array.from({ length: cluster.spec.numberOfInstances }, (_, ordinal) => claim(cluster, ordinal));
}

function claim(cluster: Group, ordinal: number) {
  const { size, storageClass, selector } = cluster.spec.volume;
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: metadata(cluster, names.claim(cluster, ordinal), {
      selector: podSelector(cluster, "postgresql"),
      annotations: kept,
    }),
    spec: {
      accessModes: ["ReadWriteOnce"],
      resources: { requests: { storage: size } },
      ...(storageClass === undefined ? {} : { storageClassName: storageClass }),
      ...(selector === undefined ? {} : { selector }),
      volumeMode: "Filesystem",
    },
  } satisfies IPersistentVolumeClaim;
}
