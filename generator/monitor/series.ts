import type { Cluster } from "../cluster/cluster.ts";

type Matcher = readonly [label: string, sign: "=" | "!=" | "=~" | "!~", value: string];

/** A metric's series, by their labels. */
function series(metric: string, ...matchers: readonly Matcher[]): string {
  return `${metric}{${matchers.map(([label, sign, value]) => `${label}${sign}${quoted(value)}`).join(", ")}}`;
}

/** A text in PromQL. */
function quoted(text: string): string {
  return JSON.stringify(text);
}

/** Those that the cluster's members give. */
export function ofMembers(cluster: Cluster, metric: string, ...more: readonly Matcher[]): string {
  return series(metric, ...inNamespace(cluster), ["clustername", "=", cluster.name], ...more);
}

/** Those about a kind of the cluster's objects, which are told by their names. */
export function ofObjects(
  cluster: Cluster,
  metric: string,
  [label, ...names]: readonly [label: string, ...names: string[]],
  ...more: readonly Matcher[]
): string {
  return series(metric, ...inNamespace(cluster), [label, "=~", names.join("|")], ...more);
}

/** Where the spec says none, objects of this name in any namespace are meant. */
function inNamespace({ namespace }: Cluster): Matcher[] {
  return namespace === undefined ? [] : [["namespace", "=", namespace]];
}
