import type { IConfigMap } from "kubernetes-models/v1/ConfigMap";
import type { Cluster } from "../cluster/cluster.ts";
import { metadata } from "../kube/metadata.ts";
import type { KubeObject } from "../kube/object.ts";
import { names } from "../naming.ts";
import { text } from "../template.ts";
import { storesConfig } from "./config.ts";
import { schedule, scripts } from "./job.ts";
import { targetOf } from "./target.ts";

/** Dumps of all databases by schedule, and what their pods read. */
export function logicalBackups(cluster: Cluster): KubeObject[] {
  const target = targetOf(cluster);
  if (target === undefined) return [];
  const configMap: KubeObject = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: metadata(cluster, names.logicalBackup(cluster)),
    data: {
      "pgbackrest_instance.conf": storesConfig(cluster, target),
      ...Object.fromEntries(scripts.map((name) => [name, text(name)])),
    },
  } satisfies IConfigMap;
  return [configMap, schedule(cluster, target)];
}
