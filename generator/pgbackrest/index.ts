import type { IConfigMap } from "kubernetes-models/v1/ConfigMap";
import type { Cluster } from "../cluster/cluster.ts";
import { metadata } from "../kube/metadata.ts";
import type { KubeObject } from "../kube/object.ts";
import { names } from "../naming.ts";
import { text } from "../template.ts";
import { certificates } from "./certificates.ts";
import { memberConfig, originConfig, repositoryConfig } from "./config.ts";
import { repositoryHost } from "./host.ts";
import { backupAccount } from "./identity.ts";
import { backupJobs, scripts } from "./jobs.ts";
import { originOf } from "./origin.ts";
import { backupOf, type Backup } from "./repositories.ts";
import { verifications } from "./verification.ts";

/** Backups by pgBackRest: what its programs read, who keeps repositories on volumes, and who makes backups and when. */
export function backups(cluster: Cluster): KubeObject[] {
  const backup = backupOf(cluster);
  const origin = originOf(cluster);
  return [
    ...(origin === undefined
      ? []
      : [
          configMap(cluster, names.originConfig(cluster), {
            "pgbackrest_clone.conf": originConfig(cluster, origin),
          }),
        ]),
    ...(backup === undefined ? [] : ofItsOwn(cluster, backup)),
  ];
}

function ofItsOwn(cluster: Cluster, backup: Backup): KubeObject[] {
  return [
    configMap(cluster, names.backupConfig(cluster), {
      "pgbackrest_instance.conf": memberConfig(cluster, backup),
      "pgbackrest-server.sh": text("pgbackrest-server.sh"),
    }),
    configMap(cluster, names.repositoryConfig(cluster), {
      "pgbackrest_instance.conf": repositoryConfig(cluster, backup),
      "pgbackrest-server.sh": text("pgbackrest-server.sh"),
      ...Object.fromEntries(scripts.map((name) => [name, text(name)])),
    }),
    ...certificates(cluster),
    ...backupAccount(cluster),
    ...repositoryHost(cluster, backup),
    ...backupJobs(cluster, backup),
    ...verifications(cluster, backup),
  ];
}

/** Not hashed into any pod template: pgBackRest reads it anew for each of its commands. */
function configMap(cluster: Cluster, name: string, data: Record<string, string>): KubeObject {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: metadata(cluster, name),
    data,
  } satisfies IConfigMap;
}
