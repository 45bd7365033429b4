import type { Cluster } from "../cluster/cluster.ts";
import type { Problem } from "../problem.ts";

/** What a rule has to say, with the path of the field that it is about. */
export type Finding = Omit<Problem, "at"> & {
  readonly path: readonly string[];
  readonly part?: "key" | "value";
};

/** Something that a schema cannot say about one cluster. */
export type Rule = (cluster: Cluster, kind: string) => Finding[];

export const error = (finding: Omit<Finding, "severity">): Finding => ({ ...finding, severity: "error" });
export const warning = (finding: Omit<Finding, "severity">): Finding => ({ ...finding, severity: "warning" });
