import type { IContainer } from "kubernetes-models/v1/Container";
import { generationOf } from "../cluster/generation.ts";
import type { Group } from "../cluster/group.ts";
import { containerDefaults, restrictedContainer, run } from "../kube/container.ts";
import type { PodPart } from "../kube/pod-part.ts";
import { dataDirectory, names, paths, ports } from "../naming.ts";
import { memberMounts } from "../postgres/volumes.ts";
import { configEnv, configMounts, configVolumes, script, stanzaEnv } from "./parts.ts";
import { backupOf } from "./repositories.ts";

/**
 * pgBackRest's part of the database pod: its configuration, and a server beside the database, by which a backup reads the
 * member's files. Nobody needs `pods/exec` for that.
 */
export function backupPart(cluster: Group): PodPart {
  const backup = backupOf(cluster);
  if (backup === undefined) return {};
  return {
    env: [
      ...configEnv,
      stanzaEnv(cluster),
      // It wins over patroni.yml, which members of two generations read while a cluster is restored.
      { name: "PATRONI_POSTGRESQL_DATA_DIR", value: dataDirectory(generationOf(cluster)) },
    ],
    mounts: [...configMounts],
    volumes: configVolumes(cluster, backup, names.backupConfig(cluster), [
      "pgbackrest_instance.conf",
      "pgbackrest-server.sh",
    ]),
    beside: [server(cluster)],
  };
}

/** Kubernetes starts it before the database and ends it after; whatever becomes of it, the database runs on. */
function server(cluster: Group): IContainer {
  return {
    name: "pgbackrest",
    image: cluster.image,
    ...containerDefaults,
    ...run(cluster, script("pgbackrest-server.sh")),
    restartPolicy: "Always",
    env: [...configEnv],
    ports: [{ containerPort: ports.pgbackrest, name: "pgbackrest", protocol: "TCP" }],
    // It hands files on; they are compressed where the backup is made.
    resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { cpu: "1", memory: "256Mi" } },
    securityContext: restrictedContainer,
    volumeMounts: [
      ...memberMounts(cluster),
      { mountPath: paths.run, name: "postgres-run" },
      { mountPath: "/tmp", name: "postgres-tmp" },
      ...configMounts,
    ],
  };
}
