import type { IAffinity } from "kubernetes-models/v1/Affinity";
import type { INodeAffinity } from "kubernetes-models/v1/NodeAffinity";
import type { IPodSpec } from "kubernetes-models/v1/PodSpec";
import type { Cluster } from "../cluster/cluster.ts";
import type { Group } from "../cluster/group.ts";
import type { Toleration } from "../cluster/spec.ts";
import { podDefaults } from "../kube/container.ts";
import { byKey } from "../kube/metadata.ts";
import { podSelector } from "../naming.ts";
import { domainSpread } from "./domains.ts";

type Scheduling = Pick<
  IPodSpec,
  "affinity" | "priorityClassName" | "schedulerName" | "tolerations" | "topologySpreadConstraints"
>;

/** Where the pods may run, and who gives way to whom. */
export function scheduling(cluster: Group): Scheduling {
  const { spec } = cluster;
  const priorityClassName = priorityClass(cluster);
  const tolerated = tolerations(cluster);
  const spread = [...domainSpread(cluster), ...(spec.topologySpreadConstraints ?? [])];
  const affinity = { ...nodes(cluster), ...apart(cluster, podSelector(cluster, "postgresql")) };
  return {
    schedulerName: spec.schedulerName ?? podDefaults.schedulerName,
    ...(priorityClassName === "" ? {} : { priorityClassName }),
    ...(Object.keys(affinity).length === 0 ? {} : { affinity }),
    ...(tolerated.length === 0 ? {} : { tolerations: tolerated }),
    ...(spread.length === 0 ? {} : { topologySpreadConstraints: spread }),
  };
}

/** The spec's, if it has any; else the fleet's. */
export function tolerations({ spec, fleet }: Cluster): Toleration[] {
  const own = spec.tolerations ?? [];
  return [...(own.length > 0 ? own : fleet.pod.tolerations)];
}

/** An empty name is none. */
export function priorityClass({ spec, fleet }: Cluster): string {
  return spec.podPriorityClassName ?? spec.pod_priority_class_name ?? fleet.pod.priorityClass;
}

/** The cluster's own nodes, and those that the fleet's label says are ready: either, or both at once. */
export function nodes({ spec, fleet }: Cluster): Pick<IAffinity, "nodeAffinity"> {
  const ready = Object.entries(fleet.pod.nodes.labels)
    .sort(byKey)
    .map(([key, value]) => ({ key, operator: "In" as const, values: [value] }));
  const own = spec.nodeAffinity;
  if (ready.length === 0) return own === undefined ? {} : { nodeAffinity: own };
  const terms = own?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const joined =
    terms.length === 0 || fleet.pod.nodes.merge === "OR"
      ? [...terms, { matchExpressions: ready }]
      : terms.map((term) => ({ ...term, matchExpressions: [...(term.matchExpressions ?? []), ...ready] }));
  const nodeAffinity: INodeAffinity = {
    ...own,
    requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: joined },
  };
  return { nodeAffinity };
}

/** The pods that a selector finds on nodes of their own: a must, a wish, or nothing. */
export function apart(
  { fleet }: Cluster,
  matchLabels: Readonly<Record<string, string>>,
): Pick<IAffinity, "podAntiAffinity"> {
  const { mode, topologyKey } = fleet.pod.apart;
  const term = { labelSelector: { matchLabels: { ...matchLabels } }, topologyKey };
  switch (mode) {
    case "no":
      return {};
    case "preferred":
      return {
        podAntiAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [{ podAffinityTerm: term, weight: 100 }],
        },
      };
    case "required":
      return { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
  }
}
