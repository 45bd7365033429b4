import type { Group } from "../cluster/group.ts";
import { claim } from "../kube/claim.ts";
import type { KubeObject } from "../kube/object.ts";
import { groupSelector, names } from "../naming.ts";
import { memberVolumes } from "../postgres/volumes.ts";

/** A claim per member and volume. */
export function claims(cluster: Group): KubeObject[] {
  if (cluster.spec.volume.ephemeral) return [];
  const selector = groupSelector(cluster);
  return Array.from({ length: cluster.spec.numberOfInstances }, (_, ordinal) =>
    memberVolumes(cluster).map(({ name, claim: volume }) =>
      claim(cluster, { name: names.claim(cluster, ordinal, name), selector, volume }),
    ),
  ).flat();
}
