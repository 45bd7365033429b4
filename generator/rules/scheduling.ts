import type { Cluster } from "../cluster/cluster.ts";
import { clusterSelector } from "../naming.ts";
import { error, warning, type Finding } from "./finding.ts";

/** A constraint without a selector counts no pod, so it spreads none. */
export function spreadCounts(cluster: Cluster): Finding[] {
  return (cluster.spec.topologySpreadConstraints ?? []).flatMap(({ labelSelector }, index) => {
    const { matchLabels = {}, matchExpressions = [] } = labelSelector ?? {};
    if (Object.keys(matchLabels).length + matchExpressions.length > 0) return [];
    const selector = Object.entries(clusterSelector(cluster)).map(([key, value]) => `${key}: ${value}`);
    return warning({
      rule: "spread-without-selector",
      message: `spec.topologySpreadConstraints[${index}] ${labelSelector === undefined ? "has no labelSelector, so it counts no pod and spreads none" : "has an empty labelSelector, so it counts every pod of the namespace"}`,
      fix: `add labelSelector: { matchLabels: { ${selector.join(", ")} } }`,
      path: ["spec", "topologySpreadConstraints", String(index)],
    });
  });
}

/** Two constraints of one kind about one key: Kubernetes refuses the second. */
export function spreadOnce({ spec }: Cluster): Finding[] {
  const given = (spec.topologySpreadConstraints ?? []).map(
    ({ topologyKey, whenUnsatisfiable }) => `${topologyKey} ${whenUnsatisfiable}`,
  );
  return given.flatMap((key, index) => {
    if (given.indexOf(key) === index) return [];
    return error({
      rule: "item-twice",
      message: `spec.topologySpreadConstraints[${index}] is a second one for ${key.replace(" ", " with ")}`,
      fix: "keep one of the two",
      path: ["spec", "topologySpreadConstraints", String(index)],
    });
  });
}

/** The fleet's limits have another number than the spec. */
export function instancesAllowed({ spec, askedInstances: asked, fleet }: Cluster): Finding[] {
  if (asked === spec.numberOfInstances) return [];
  const key = spec.numberOfInstances > asked ? "min_instances" : "max_instances";
  const { freedBy } = fleet.instances;
  return [
    warning({
      rule: "instances-limited",
      message: `spec.numberOfInstances is ${asked}, the OperatorConfiguration's ${key} makes it ${spec.numberOfInstances}`,
      fix: `write ${spec.numberOfInstances}${freedBy === "" ? "" : `, or annotate the cluster with ${freedBy}: "true"`}`,
      path: ["spec", "numberOfInstances"],
    }),
  ];
}
