import type { Cluster } from "../cluster/cluster.ts";
import type { Alerts, Monitor } from "../cluster/spec.ts";
import { converges } from "../converge/index.ts";
import { metadata, sorted } from "../kube/metadata.ts";
import type { KubeObject } from "../kube/object.ts";
import { names } from "../naming.ts";
import type { Alert } from "./alert.ts";
import { diskAlerts } from "./disk-alerts.ts";
import { jobAlerts } from "./job-alerts.ts";
import { patroniAlerts } from "./patroni-alerts.ts";
import { postgresAlerts } from "./postgres-alerts.ts";

const runbooks = "https://github.com/pgrender/pgrender/blob/main/docs/alerts/README.md";

/**
 * When somebody has to look at the cluster. A cluster that sleeps has nobody who could say anything.
 * https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.PrometheusRule
 */
export function alertRules(cluster: Cluster, { alerts: given }: NonNullable<Monitor>): KubeObject[] {
  if (given === undefined || !converges(cluster)) return [];
  const own = metadata(cluster, names.alerts(cluster));
  return [
    {
      apiVersion: "monitoring.coreos.com/v1",
      kind: "PrometheusRule",
      metadata: { ...own, labels: sorted({ ...given.labels, ...own.labels }) },
      spec: {
        groups: [
          {
            name: cluster.namespace === undefined ? cluster.name : `${cluster.namespace}.${cluster.name}`,
            rules: alerts(cluster, given).map((alert) => rule(cluster, given, alert)),
          },
        ],
      },
    },
  ];
}

function alerts(cluster: Cluster, given: Alerts): Alert[] {
  return [patroniAlerts, postgresAlerts, diskAlerts, jobAlerts].flatMap((part) => part(cluster, given));
}

function rule(cluster: Cluster, given: Alerts, { severity, summary, description, labels, ...what }: Alert) {
  return {
    ...what,
    // Of what is about an object the series do not say whose it is.
    labels: { ...given.alertLabels, clustername: cluster.name, ...labels, severity },
    annotations: { summary, description, runbook_url: `${runbooks}#${what.alert.toLowerCase()}` },
  };
}
