import type { IConfigMap } from "kubernetes-models/v1/ConfigMap";
import type { Cluster } from "../cluster/cluster.ts";
import type { Monitor } from "../cluster/spec.ts";
import { contentHash } from "../kube/hash.ts";
import { metadata, sorted } from "../kube/metadata.ts";
import type { KubeObject } from "../kube/object.ts";
import { names } from "../naming.ts";
import { panels } from "./panels.ts";

/** A dashboard as Grafana's sidecar finds it: by a label, and in a folder by an annotation. */
export function dashboard(cluster: Cluster, { dashboard: given }: NonNullable<Monitor>): KubeObject[] {
  if (given === undefined) return [];
  const annotations = given.folder === "" ? {} : { annotations: { grafana_folder: given.folder } };
  const own = metadata(cluster, names.dashboard(cluster), annotations);
  const configMap: KubeObject = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { ...own, labels: sorted({ ...given.labels, ...own.labels, grafana_dashboard: "1" }) },
    // The folder of all dashboards is one: the name of a file tells them apart.
    data: { [`postgres-${place(cluster, "-")}.json`]: `${JSON.stringify(model(cluster), null, 2)}\n` },
  } satisfies IConfigMap;
  return [configMap];
}

function place({ namespace, name }: Cluster, between: string): string {
  return namespace === undefined ? name : `${namespace}${between}${name}`;
}

/** https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/ */
function model(cluster: Cluster): Readonly<Record<string, unknown>> {
  return {
    uid: `pgrender-${contentHash([cluster.namespace, cluster.name])}`,
    title: `PostgreSQL ${place(cluster, "/")}`,
    tags: ["postgresql"],
    schemaVersion: 39,
    editable: false,
    refresh: "30s",
    time: { from: "now-6h", to: "now" },
    templating: {
      list: [{ name: "datasource", label: "Data source", type: "datasource", query: "prometheus" }],
    },
    panels: panels(cluster),
  };
}
