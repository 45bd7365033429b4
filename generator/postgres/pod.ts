import type { Cluster } from "../cluster/cluster.ts";
import type { IVolumeMount } from "kubernetes-models/v1/VolumeMount";
import type { PodPart } from "../kube/pod-part.ts";
import { paths, ports } from "../naming.ts";
import { tdeEnv } from "./tde.ts";
import { tlsPart } from "./tls.ts";

/** PostgreSQL's part of the database pod: its data, its socket, and room for what it writes besides. */
export function postgresPart(cluster: Cluster): PodPart {
  const shared = cluster.spec.enableShmVolume ?? cluster.fleet.pod.sharedMemory;
  const tls = tlsPart(cluster);
  return {
    env: [
      { name: "PGDATA", value: paths.data },
      { name: "BIN_DIRECTORY", value: cluster.profile.binDirectory },
      { name: "HOME", value: paths.home },
      ...tdeEnv(cluster),
    ],
    mounts: [
      dataMount(cluster),
      ...(shared ? [{ mountPath: "/dev/shm", name: "dshm" }] : []),
      { mountPath: paths.run, name: "postgres-run" },
      { mountPath: "/tmp", name: "postgres-tmp" },
      ...tls.mounts,
    ],
    volumes: [
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
  const { subPath } = spec.volume;
  return { mountPath: paths.volume, name: "pgdata", ...(subPath === undefined ? {} : { subPath }) };
}
