import type { IPersistentVolumeClaim } from "kubernetes-models/v1/PersistentVolumeClaim";
import type { Cluster } from "../cluster/cluster.ts";
import type { Spec } from "../cluster/spec.ts";
import { metadata } from "./metadata.ts";

/** What a spec says of a volume that Kubernetes is to find. */
export type ClaimedVolume = NonNullable<Spec["walVolume"]>;

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

/** A claim, declared: its size is a field that one can edit in git, unlike a claim template's. */
export function claim(
  cluster: Cluster,
  {
    name,
    selector,
    volume,
  }: { name: string; selector: Readonly<Record<string, string>>; volume: ClaimedVolume },
) {
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: metadata(cluster, name, { selector, annotations: kept }),
    spec: claimSpec(volume),
  } satisfies IPersistentVolumeClaim;
}

/**
 * The template for claims that nobody declared. Kubernetes refuses any change of it, so it depends on nothing but its name:
 * no size, no class, no label of the spec's reaches it. Every claim is declared by itself and is found by its name; this one
 * counts only when a declared claim is missing, e.g. deleted by hand: then a claim of 1Gi in the default class appears,
 * and applying the render again expands it.
 */
export function claimTemplate(name: string) {
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name },
    spec: claimSpec({ size: "1Gi" }),
  } satisfies IPersistentVolumeClaim;
}

/** The claim of a volume. A class that is left out is the default one of the Kubernetes cluster. */
export function claimSpec({ size, storageClass, selector }: ClaimedVolume) {
  return {
    accessModes: ["ReadWriteOnce"],
    resources: { requests: { storage: size } },
    ...(storageClass === undefined ? {} : { storageClassName: storageClass }),
    ...(selector === undefined ? {} : { selector }),
    volumeMode: "Filesystem",
  } satisfies IPersistentVolumeClaim["spec"];
}
