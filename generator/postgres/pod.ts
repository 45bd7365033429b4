import type { IVolume } from "kubernetes-models/v1/Volume";
import type { IVolumeMount } from "kubernetes-models/v1/VolumeMount";
import type { Cluster } from "../cluster/cluster.ts";
import { generationOf } from "../cluster/generation.ts";
import type { Group } from "../cluster/group.ts";
import type { PodPart } from "../kube/pod-part.ts";
import { sorted } from "../kube/metadata.ts";
import { dataDirectory, groupSelector, paths, ports, walDirectory } from "../naming.ts";
import { tdeEnv } from "./tde.ts";
import { tlsPart } from "./tls.ts";
import { claimSpec } from "../kube/claim.ts";
import { mountOf } from "../kube/container.ts";
import { memberMounts, memberVolumes, tablespaceDirectories, type MemberVolume } from "./volumes.ts";

/** PostgreSQL's part of the database pod: its data, its socket, and room for what it writes besides. */
export function postgresPart(cluster: Group): PodPart {
  const { walVolume, volume } = cluster.spec;
  const shared = cluster.spec.enableShmVolume ?? cluster.fleet.pod.sharedMemory;
  const tablespaces = tablespaceDirectories(cluster);
  const tls = tlsPart(cluster);
  return {
    env: [
      { name: "PGDATA", value: dataDirectory(generationOf(cluster)) },
      { name: "BIN_DIRECTORY", value: cluster.profile.binDirectory },
      { name: "HOME", value: paths.home },
      ...tdeEnv(cluster),
      ...(walVolume === undefined
        ? []
        : [{ name: "WAL_DIRECTORY", value: walDirectory(generationOf(cluster)) }]),
      ...(tablespaces.length === 0 ? [] : [{ name: "TABLESPACE_DIRECTORIES", value: tablespaces.join(" ") }]),
    ],
    mounts: [
      ...memberMounts(cluster),
      ...(shared ? [{ mountPath: "/dev/shm", name: "dshm" }] : []),
      { mountPath: paths.run, name: "postgres-run" },
      { mountPath: "/tmp", name: "postgres-tmp" },
      ...tls.mounts,
    ],
    volumes: [
      ...(volume.ephemeral ? memberVolumes(cluster).map((own) => ephemeral(cluster, own)) : []),
      // The runtime's own /dev/shm has 64 MB, which parallel queries outgrow.
      ...(shared ? [{ name: "dshm", emptyDir: { medium: "Memory" } }] : []),
      { name: "postgres-run", emptyDir: {} },
      { name: "postgres-tmp", emptyDir: {} },
      ...tls.volumes,
    ],
    container: { ports: [{ containerPort: ports.postgres, name: "postgresql", protocol: "TCP" }] },
  };
}

/** Where a container sees the data. */
export function dataMount({ spec }: Cluster): IVolumeMount {
  return mountOf("pgdata", paths.volume, spec.volume.subPath);
}

/** A volume that comes and goes with its pod, with a claim by the labels of a member's. */
function ephemeral(cluster: Group, { name, claim }: MemberVolume): IVolume {
  const metadata = { labels: sorted(groupSelector(cluster)) };
  return { name, ephemeral: { volumeClaimTemplate: { metadata, spec: claimSpec(claim) } } };
}
