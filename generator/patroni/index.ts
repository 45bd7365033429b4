import type { IConfigMap } from "kubernetes-models/v1/ConfigMap";
import type { Cluster } from "../cluster/cluster.ts";
import { groups, type Group } from "../cluster/group.ts";
import { account } from "../kube/account.ts";
import { metadata } from "../kube/metadata.ts";
import type { KubeObject } from "../kube/object.ts";
import { names } from "../naming.ts";
import { generationFiles } from "../pgbackrest/bootstrap.ts";
import { identityOf } from "../pgbackrest/identity.ts";
import { originOf } from "../pgbackrest/origin.ts";
import { keyBits } from "../postgres/tde.ts";
import { text } from "../template.ts";
import { patroniConfig } from "./config.ts";
import { memberRules } from "./rbac.ts";

/** Patroni's own objects: who the members are to the API server, and the file that they read. */
export function patroni(cluster: Cluster): KubeObject[] {
  return [
    ...account(cluster, names.account(cluster), memberRules(cluster), identityOf(cluster)),
    ...groups(cluster).map(configMap),
  ];
}

/** Not hashed into the pod template: a setting that needs no restart must cause none. */
function configMap(cluster: Group) {
  const { walVolume, tablespaces } = cluster.spec;
  const volumes =
    walVolume === undefined && Object.keys(tablespaces).length === 0
      ? {}
      : { "volumes.sh": text("volumes.sh") };
  const roleLabel = cluster.spec.dcs.type === "kubernetes" ? {} : { "role-label.py": text("role-label.py") };
  const encryptionKey =
    keyBits(cluster) === undefined ? {} : { "encryption-key.sh": text("encryption-key.sh") };
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: metadata(cluster, names.patroniConfig(cluster)),
    data: {
      "patroni.yml": patroniConfig(cluster),
      "start.sh": text("start.sh"),
      "kube.py": text("kube.py"),
      "handover.py": text("handover.py"),
      "rejoin.py": text("rejoin.py"),
      ...roleLabel,
      ...encryptionKey,
      ...volumes,
      ...(cluster.spec.clone === undefined || originOf(cluster) !== undefined
        ? {}
        : { "clone.sh": text("clone.sh") }),
      ...generationFiles(cluster),
    },
  } satisfies IConfigMap;
}
