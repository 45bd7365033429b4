import type { IPersistentVolumeClaim } from "kubernetes-models/v1/PersistentVolumeClaim";
import type { Group } from "../cluster/group.ts";
import { keptClaim } from "../kube/claim.ts";
import { metadata } from "../kube/metadata.ts";
import type { KubeObject } from "../kube/object.ts";
import { groupSelector, names } from "../naming.ts";
import { claimSpec, memberVolumes, type MemberVolume } from "../postgres/volumes.ts";

/** A claim per member and volume, declared: its size is a field that one can edit in git, unlike a claim template's. */
export function claims(cluster: Group): KubeObject[] {
  if (cluster.spec.volume.ephemeral) return [];
  return Array.from({ length: cluster.spec.numberOfInstances }, (_, ordinal) =>
    memberVolumes(cluster).map((volume) => claim(cluster, ordinal, volume)),
  ).flat();
}

function claim(cluster: Group, ordinal: number, volume: MemberVolume) {
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: metadata(cluster, names.claim(cluster, ordinal, volume.name), {
      selector: groupSelector(cluster),
      annotations: keptClaim,
    }),
    spec: claimSpec(volume.claim),
  } satisfies IPersistentVolumeClaim;
}
