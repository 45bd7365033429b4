import type { IContainer } from "kubernetes-models/v1/Container";
import type { IVolume } from "kubernetes-models/v1/Volume";
import type { IVolumeMount } from "kubernetes-models/v1/VolumeMount";
import type { Group } from "../cluster/group.ts";
import type { AdditionalVolume } from "../cluster/spec.ts";
import { completeVolume } from "../kube/complete.ts";

const secretVolume = "additional-secret-mount";

/** The volumes that the spec and the fleet add to the pod. */
export function moreVolumes({ spec, fleet }: Group): IVolume[] {
  const { secret } = fleet.pod.secretMount;
  return [
    ...(secret === "" ? [] : [{ name: secretVolume, secret: { secretName: secret, defaultMode: 0o644 } }]),
    ...(spec.additionalVolumes ?? []).map(({ name, volumeSource }) =>
      completeVolume({ name, ...volumeSource }),
    ),
  ];
}

/** A container with what it is to see of those volumes. */
export function withMounts(container: IContainer, cluster: Group): IContainer {
  const more = mountsFor(container.name, cluster);
  if (more.length === 0) return container;
  return { ...container, volumeMounts: [...(container.volumeMounts ?? []), ...more] };
}

/** A Secret of the fleet's is for every container; a volume for those that it names, `all`, or the database's. */
function mountsFor(name: string, { spec, fleet }: Group): IVolumeMount[] {
  const { secret, path } = fleet.pod.secretMount;
  return [
    ...(secret === "" ? [] : [{ mountPath: path, name: secretVolume }]),
    ...(spec.additionalVolumes ?? [])
      .filter((volume) => targets(volume).some((target) => target === name || target === "all"))
      .map(mount),
  ];
}

/** The containers that a volume is for. */
export function targets({ targetContainers }: AdditionalVolume): readonly string[] {
  return targetContainers === null || targetContainers === undefined || targetContainers.length === 0
    ? ["postgres"]
    : targetContainers;
}

function mount({ name, mountPath, subPath, isSubPathExpr }: AdditionalVolume): IVolumeMount {
  if (subPath === undefined) return { mountPath, name };
  return isSubPathExpr === true ? { mountPath, name, subPathExpr: subPath } : { mountPath, name, subPath };
}
