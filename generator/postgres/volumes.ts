import type { IVolumeMount } from "kubernetes-models/v1/VolumeMount";
import { generationOf } from "../cluster/generation.ts";
import type { Group } from "../cluster/group.ts";
import type { ClaimedVolume } from "../kube/claim.ts";
import { mountOf } from "../kube/container.ts";
import { sorted } from "../kube/metadata.ts";
import { dashed, paths } from "../naming.ts";

/** A volume that each member of a group has: its name in the pod, which the name of its claim begins with. */
export type MemberVolume = {
  readonly name: string;
  readonly mountPath: string;
  readonly subPath?: string;
  readonly claim: ClaimedVolume;
};

/** The volumes of the members: data, then WAL and tablespaces where they have volumes of their own. */
export function memberVolumes({ spec }: Group): readonly MemberVolume[] {
  const { volume, walVolume, tablespaces } = spec;
  const { subPath } = volume;
  return [
    {
      name: "pgdata",
      mountPath: paths.volume,
      ...(subPath === undefined ? {} : { subPath }),
      claim: volume,
    },
    ...(walVolume === undefined ? [] : [{ name: "pgwal", mountPath: paths.walVolume, claim: walVolume }]),
    ...Object.entries(sorted(tablespaces)).map(([name, claim]) => ({
      name: `tbs-${dashed(name)}`,
      mountPath: `${paths.tablespaces}/${name}`,
      claim,
    })),
  ];
}

/** The volumes of the members as a container sees them that works on the data. */
export function memberMounts(cluster: Group): IVolumeMount[] {
  return memberVolumes(cluster).map(({ name, mountPath, subPath }) => mountOf(name, mountPath, subPath));
}

/** Where CREATE TABLESPACE is to put them: not the mount itself, in which a file system may keep lost+found. */
export function tablespaceDirectories(cluster: Group, { folder } = generationOf(cluster)): readonly string[] {
  return Object.keys(sorted(cluster.spec.tablespaces)).map(
    (name) => `${paths.tablespaces}/${name}/${folder}data`,
  );
}
