import type { IPodSpec } from "kubernetes-models/v1/PodSpec";
import type { Cluster } from "../cluster/cluster.ts";
import type { PoolerRole } from "../cluster/pooler.ts";
import { apart, nodes, priorityClass, tolerations } from "../instance/scheduling.ts";
import { poolerSelector } from "../naming.ts";

/** Where the pods of a pooler run: where the members may, and apart from each other. */
export function scheduling(cluster: Cluster, role: PoolerRole): Partial<IPodSpec> {
  const selector = poolerSelector(cluster, role);
  const tolerated = tolerations(cluster);
  const name = priorityClass(cluster);
  const affinity = { ...nodes(cluster), ...apart(cluster, selector) };
  // The spec's are about its members: the pods of a pooler spread alike, among themselves.
  const spread = (cluster.spec.topologySpreadConstraints ?? []).map((constraint) => ({
    ...constraint,
    labelSelector: { matchLabels: selector },
  }));
  return {
    ...(name === "" ? {} : { priorityClassName: name }),
    ...(Object.keys(affinity).length === 0 ? {} : { affinity }),
    ...(tolerated.length === 0 ? {} : { tolerations: tolerated }),
    topologySpreadConstraints:
      spread.length > 0
        ? spread
        : [
            {
              labelSelector: { matchLabels: selector },
              maxSkew: 1,
              topologyKey: "topology.kubernetes.io/zone",
              whenUnsatisfiable: "ScheduleAnyway",
            },
          ],
  };
}
