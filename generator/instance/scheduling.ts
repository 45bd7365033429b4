import type { IAffinity } from "kubernetes-models/v1/Affinity";
import type { INodeAffinity } from "kubernetes-models/v1/NodeAffinity";
import type { IPodSpec } from "kubernetes-models/v1/PodSpec";
import type { Group } from "../cluster/group.ts";
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
  const { spec, fleet } = cluster;
  const priorityClassName = priorityClass(cluster);
  const tolerations = (spec.tolerations ?? []).length > 0 ? spec.tolerations : fleet.pod.tolerations;
  const spread = [...domainSpread(cluster), ...(spec.topologySpreadConstraints ?? [])];
  const affinity = { ...nodes(cluster), ...apart(cluster) };
  return {
    schedulerName: spec.schedulerName ?? podDefaults.schedulerName,
    ...(priorityClassName === "" ? {} : { priorityClassName }),
    ...(Object.keys(affinity).length === 0 ? {} : { affinity }),
    ...(tolerations === undefined || tolerations.length === 0 ? {} : { tolerations: [...tolerations] }),
    ...(spread.length === 0 ? {} : { topologySpreadConstraints: spread }),
  };
}

function priorityClass({ spec, fleet }: Group): string {
  return spec.podPriorityClassName ?? spec.pod_priority_class_name ?? fleet.pod.priorityClass;
}

/** The cluster's own nodes, and those that the fleet's label says are ready: either, or both at once. */
function nodes({ spec, fleet }: Group): Pick<IAffinity, "nodeAffinity"> {
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

/** Members on nodes of their own: a must, a wish, or nothing. */
function apart(cluster: Group): Pick<IAffinity, "podAntiAffinity"> {
  const { mode, topologyKey } = cluster.fleet.pod.apart;
  const term = { labelSelector: { matchLabels: podSelector(cluster, "postgresql") }, topologyKey };
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
