import { isScalar, isSeq } from "yaml";

import { excerpt } from "./finding.ts";
import type { Wrong } from "./finding.ts";
import { isRecord } from "../record.ts";

/** True for the plain key `<<`; in quotes it is a key like any other. https://yaml.org/type/merge.html */
export function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.source === "<<" && key.type === "PLAIN" && key.tag === undefined;
}

/**
 * The merged values in the order in which they count, from the node behind `<<` and its value. A list must stand there
 * itself: go-yaml takes no alias of a list. undefined when it is neither a mapping nor a list of mappings.
 */
export function mergeSources(
  node: unknown,
  value: unknown,
): readonly Readonly<Record<string, unknown>>[] | undefined {
  const sources: readonly unknown[] = isSeq(node) && Array.isArray(value) ? value : [value];
  return sources.every(isRecord) ? sources : undefined;
}

export const NOT_MERGEABLE: Wrong = {
  rule: "yaml-merge",
  message: "<< merges a mapping or a list of mappings, and nothing else",
  fix: "name the anchor of a mapping: <<: *anchor",
};

/**
 * A key that stands before the << which brings it too. By YAML's rule the mapping's own key counts, but go-yaml takes
 * what comes last: the file would have two meanings.
 */
export function lateMerge(name: string): Wrong {
  return {
    rule: "yaml-merge",
    message: `the key ${excerpt(name)} stands before a << that brings it too: kubectl would take the merged value`,
    fix: "move the << to the top of its mapping",
  };
}
