import type { Cluster } from "../cluster/cluster.ts";
import type { Monitor } from "../cluster/spec.ts";
import { metadata, sorted } from "../kube/metadata.ts";
import type { KubeObject } from "../kube/object.ts";
import { names, podSelector } from "../naming.ts";

/**
 * Has the members scraped: their exporters, and Patroni, which tells who leads. Each series gets CPO's labels `clustername` and
 * `role`; the operator adds `namespace` and `pod`. Not `cluster`, which tells one Kubernetes from another.
 * https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.PodMonitor
 */
export function podMonitor(cluster: Cluster, { podMonitor: given }: NonNullable<Monitor>): KubeObject[] {
  if (given === undefined) return [];
  const own = metadata(cluster, names.podMonitor(cluster));
  const endpoint = (port: string) => ({
    port,
    path: "/metrics",
    interval: `${given.intervalSeconds}s`,
    relabelings: [
      { action: "replace", targetLabel: "clustername", replacement: cluster.name },
      { action: "replace", sourceLabels: [roleOf(cluster)], targetLabel: "role" },
    ],
  });
  return [
    {
      apiVersion: "monitoring.coreos.com/v1",
      kind: "PodMonitor",
      metadata: { ...own, labels: sorted({ ...given.labels, ...own.labels }) },
      spec: {
        selector: { matchLabels: podSelector(cluster, "postgresql") },
        podMetricsEndpoints: ["exporter", "patroni"].map(endpoint),
      },
    },
  ];
}

/** The role's label, as Prometheus writes the names of labels. */
function roleOf({ fleet }: Cluster): string {
  return `__meta_kubernetes_pod_label_${fleet.podRoleLabel.replaceAll(/[^a-zA-Z0-9_]/g, "_")}`;
}
