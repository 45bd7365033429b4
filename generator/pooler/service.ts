import type { IService } from "kubernetes-models/v1/Service";
import type { Cluster } from "../cluster/cluster.ts";
import type { PoolerRole } from "../cluster/pooler.ts";
import { metadata, sorted } from "../kube/metadata.ts";
import type { KubeObject } from "../kube/object.ts";
import { names, poolerLabel, poolerSelector, ports } from "../naming.ts";
import { annotations, exposure, isLoadBalancer, poolerEntry } from "../network/load-balancer.ts";

/** The way to a pooler. It selects by one label, as CPO's does. */
export function service(cluster: Cluster, role: PoolerRole): KubeObject {
  const name = names.pooler(cluster, role);
  const entry = poolerEntry(role);
  const own = metadata(cluster, name, {
    selector: poolerSelector(cluster, role),
    annotations: annotations(cluster, entry),
  });
  const { spec } = cluster;
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { ...own, labels: sorted({ ...spec.labels, ...spec.connectionPooler?.labels, ...own.labels }) },
    spec: {
      ...exposure(cluster, entry),
      internalTrafficPolicy: "Cluster",
      ports: [{ name, port: ports.postgres, protocol: "TCP", targetPort: ports.postgres }],
      selector: { [poolerLabel]: name },
      sessionAffinity: "None",
      type: isLoadBalancer(cluster, entry) ? "LoadBalancer" : "ClusterIP",
    },
  } satisfies IService;
}
