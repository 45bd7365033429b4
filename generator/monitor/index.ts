import type { IConfigMap } from "kubernetes-models/v1/ConfigMap";
import type { Cluster } from "../cluster/cluster.ts";
import { monitorOf } from "../cluster/monitor.ts";
import { metadata } from "../kube/metadata.ts";
import type { KubeObject } from "../kube/object.ts";
import { names } from "../naming.ts";
import { text } from "../template.ts";
import { alertRules } from "./alerts.ts";
import { dashboard } from "./dashboard.ts";
import { podMonitor } from "./pod-monitor.ts";

/** What the exporters beside the members read. */
export function exporters(cluster: Cluster): KubeObject[] {
  return monitorOf(cluster) === undefined ? [] : [configMap(cluster)];
}

/** Who asks them, whom that concerns, and how it looks. */
export function monitoring(cluster: Cluster): KubeObject[] {
  const monitor = monitorOf(cluster);
  if (monitor === undefined) return [];
  return [...podMonitor(cluster, monitor), ...alertRules(cluster, monitor), ...dashboard(cluster, monitor)];
}

/** Not hashed into the pod template: the exporter is started anew when its questions change, and no database with it. */
function configMap(cluster: Cluster): KubeObject {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: metadata(cluster, names.exporter(cluster)),
    data: { "exporter.sh": text("exporter.sh"), "queries.yaml": text("exporter-queries.yaml") },
  } satisfies IConfigMap;
}
