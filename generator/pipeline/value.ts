import { isAlias, isMap, isNode, isScalar, isSeq } from "yaml";
import type { Alias, Node, Scalar, YAMLMap, YAMLSeq } from "yaml";

import { excerpt } from "./finding.ts";
import type { Finding, Wrong } from "./finding.ts";
import { isMergeKey, lateMerge, mergeSources, NOT_MERGEABLE } from "./merge-key.ts";
import { scalarValue, tagProblem } from "./scalar.ts";

/** The node that each alias stands for. */
export type Targets = ReadonlyMap<Alias, Node>;

/** Nested collections of one document, aliases followed. A Pod has some ten, a schema in a CRD some thirty. */
export const MAX_DEPTH = 64;

/** Values that the aliases of one file may stand for. A thousand documents of a hundred lines each stay below it. */
export const MAX_ALIASED = 100_000;
const CHARACTERS_PER_VALUE = 100;

/** What the documents of one file share: how many values their aliases may still stand for. */
export type Allowance = { aliased: number };

type State = {
  readonly findings: Finding[];
  readonly anchors: Map<string, Node>;
  readonly targets: Map<Alias, Node>;
  /** Nodes with an anchor that are being read: an alias to one of them would have no end. */
  readonly open: Set<Node>;
  readonly allowance: Allowance;
  readonly lineOf: (offset: number) => number;
  /** Aliases being followed. Inside of them everything but the expansion itself was looked at before. */
  following: number;
  /** The first of them: the one to show, for the others stand in what was written for another purpose. */
  outermost: Alias | undefined;
  halted: boolean;
};

/**
 * Plain data of a document: objects, arrays, strings, finite numbers, booleans, null, and no object in two places.
 * With findings the value is not complete. Uses up the allowance.
 */
export function valueOf(
  root: Node,
  { allowance, lineOf }: Pick<State, "allowance" | "lineOf">,
): { value: unknown; findings: readonly Finding[]; targets: Targets } {
  const findings: Finding[] = [];
  const targets = new Map<Alias, Node>();
  const fresh = {
    anchors: new Map(),
    open: new Set<Node>(),
    following: 0,
    outermost: undefined,
    halted: false,
  };
  const value = nodeValue({ ...fresh, findings, targets, allowance, lineOf }, root, 1);
  return { value, findings, targets };
}

function nodeValue(state: State, node: unknown, depth: number): unknown {
  if (state.halted) return null;
  if (isAlias(node)) return aliasValue(state, node, depth);
  if (!isScalar(node) && !isMap(node) && !isSeq(node)) return null;
  if (state.following > 0) {
    state.allowance.aliased -= cost(node);
    if (state.allowance.aliased < 0) return halt(state, node, ALIAS_BOMB);
  }
  if (node.anchor === undefined) return contentValue(state, node, depth);

  if (state.following === 0) state.anchors.set(node.anchor, node);
  state.open.add(node);
  const value = contentValue(state, node, depth);
  state.open.delete(node);
  return value;
}

// A text costs nothing to share here, but whoever writes it out pays for each of its lines.
function cost(node: Node): number {
  return isScalar(node) ? 1 + Math.floor((node.source?.length ?? 0) / CHARACTERS_PER_VALUE) : 1;
}

function aliasValue(state: State, alias: Alias, depth: number): unknown {
  // The last anchor of that name before the alias, not before the place where it is followed from.
  const target = state.targets.get(alias) ?? state.anchors.get(alias.source);
  if (target === undefined) {
    report(state, alias, {
      rule: "unknown-alias",
      // Not by name: an unquoted password may begin with an asterisk.
      message: "this is read as an alias, and nothing before it in its document has its anchor",
      fix: "correct the name, or put the text in quotes if no alias is meant",
    });
    return null;
  }
  if (state.open.has(target)) return halt(state, alias, SELF_REFERENCE);

  state.targets.set(alias, target);
  if (state.following === 0) state.outermost = alias;
  state.following += 1;
  const value = nodeValue(state, target, depth);
  state.following -= 1;
  return value;
}

function contentValue(state: State, node: Scalar | YAMLMap | YAMLSeq, depth: number): unknown {
  if (isScalar(node)) {
    const { value, wrong } = scalarValue(node);
    if (wrong !== undefined) report(state, node, wrong);
    return value;
  }
  if (depth > MAX_DEPTH) return halt(state, node, TOO_DEEP);
  if (node.tag !== undefined && node.tag !== `tag:yaml.org,2002:${isMap(node) ? "map" : "seq"}`) {
    report(state, node, tagProblem(node.tag));
  }
  return isMap(node)
    ? mappingValue(state, node, depth)
    : node.items.map((item) => nodeValue(state, item, depth + 1));
}

function mappingValue(state: State, map: YAMLMap, depth: number): Readonly<Record<string, unknown>> {
  const record: Record<string, unknown> = {};
  const keys = new Map<string, unknown>();
  for (const { key, value } of map.items) {
    const name = nodeValue(state, key, depth + 1);
    const content = nodeValue(state, value, depth + 1);
    const wrong = keyProblem(state, name, keys);
    if (wrong !== undefined) {
      report(state, key, wrong);
      continue;
    }
    if (typeof name !== "string") continue;
    keys.set(name, key);
    if (!isMergeKey(key)) {
      record[name] = content;
      continue;
    }
    const sources = mergeSources(value, content);
    if (sources === undefined) report(state, value, NOT_MERGEABLE);
    for (const [merged, mergedContent] of (sources ?? []).flatMap(Object.entries)) {
      if (keys.has(merged)) report(state, keys.get(merged), lateMerge(merged));
      else if (!Object.hasOwn(record, merged)) record[merged] = mergedContent;
    }
  }
  return record;
}

function keyProblem(state: State, name: unknown, keys: ReadonlyMap<string, unknown>): Wrong | undefined {
  if (state.halted) return undefined;
  if (typeof name !== "string") {
    const kind = name !== null && typeof name === "object" ? "a list or mapping" : String(name);
    return {
      rule: "key-not-a-string",
      message: `this key is read as ${kind}, not as text`,
      fix: "put the key in quotes",
    };
  }
  if (name === "__proto__") {
    return {
      rule: "key-forbidden",
      message: "no key may be named __proto__: to JavaScript that is the prototype of an object",
      fix: "rename the key",
    };
  }
  const first = keys.get(name);
  if (first === undefined) return undefined;
  return {
    rule: "duplicate-key",
    message: `the key ${excerpt(name)} stands twice in one mapping, first in line ${state.lineOf(startOf(first))}`,
    fix: name === "<<" ? "merge a list: <<: [*first, *second]" : "remove one of the two",
  };
}

/** Ends the reading of the document: whatever else is wrong in it, going on would cost time or memory without bound. */
function halt(state: State, node: unknown, wrong: Wrong): null {
  state.findings.push({ ...wrong, offset: startOf(state.following > 0 ? state.outermost : node) });
  state.halted = true;
  return null;
}

function report(state: State, node: unknown, wrong: Wrong): void {
  if (state.following === 0 && !state.halted) state.findings.push({ ...wrong, offset: startOf(node) });
}

/** Offset of a parsed node's first character; 0 for what is none. */
export function startOf(node: unknown): number {
  return isNode(node) ? (node.range?.[0] ?? 0) : 0;
}

const ALIAS_BOMB: Wrong = {
  rule: "alias-bomb",
  message: `the aliases of this file stand for too much: more than ${MAX_ALIASED} values or lines`,
  fix: "write the values out, or share less of them with anchors",
};

const SELF_REFERENCE: Wrong = {
  rule: "alias-bomb",
  message: "this alias stands inside of what it stands for, without end",
  fix: "write the value out",
};

export const TOO_DEEP: Wrong = {
  rule: "too-deep",
  message: `lists and mappings are nested more than ${MAX_DEPTH} levels deep`,
  fix: "nest less deep",
};
