import type { Path } from "../pipeline/source.ts";
import type { Problem } from "../problem.ts";
import { isRecord } from "../record.ts";
import { everIds } from "./document.ts";
import type { Doc } from "./document.ts";
import { warningAt } from "./kustomization.ts";
import type { Patch } from "./patches.ts";
import { lineOf, writtenAt } from "./trace.ts";

/** A patch, and the ids of the documents that it met, as it left them. */
export type Met = { readonly patch: Patch; readonly ids: ReadonlySet<string> };

type Leaf = { readonly path: Path; readonly value: unknown };

/** The warning about a patch of which nothing is left, because what came after it set other values everywhere. */
export function lostPatch({ patch, ids }: Met, docs: readonly Doc[]): Problem[] {
  const leaves = leavesOf(patch);
  if (leaves === undefined || ids.size === 0) return [];
  let lost: { doc: Doc; leaf: Leaf } | undefined;
  for (const doc of docs) {
    if (!everIds(doc).some((id) => ids.has(id))) continue;
    const undone = leaves.find(({ path, value }) => !stands(doc.value, path, value));
    if (undone === undefined || leaves.some(({ path, value }) => stands(doc.value, path, value))) return [];
    lost ??= { doc, leaf: undone };
  }
  if (lost === undefined) return [];
  const { doc, leaf } = lost;
  const now = writtenAt({ value: doc.value, at: doc.at }, leaf.path);
  return [
    warningAt(patch.at, {
      rule: "patch-lost",
      message: `nothing of this patch is left: ${leaf.path.join(".")} comes from ${lineOf(now)}${fromKey(now.path)}`,
      fix: "take the patch out, or what undoes it",
    }),
  ];
}

function fromKey([key]: Path): string {
  return typeof key === "string" &&
    /^(namespace|name(Prefix|Suffix)|images|replicas|labels|replacements)$/.test(key)
    ? ` (${key})`
    : "";
}

/** Single values that the patch sets; undefined if it also does what nobody can undo: removes, or changes lists. */
function leavesOf({ content, target, allowNameChange }: Patch): Leaf[] | undefined {
  if (content.kind === "operations") {
    const leaves: Leaf[] = [];
    for (const { op, path, value } of content.list) {
      if (op === "test") continue;
      const isSingle = (op === "add" || op === "replace") && typeof value?.value !== "object";
      if (!isSingle || path.some((step) => /^(-|\d+)$/.test(step))) return undefined;
      leaves.push({ path, value: value?.value });
    }
    return leaves.length === 0 ? undefined : leaves;
  }
  const leaves: Leaf[] = [];
  for (const { whole, change } of content.documents) {
    if (!collect(change.value, [], leaves)) return undefined;
    const metadata = isRecord(whole.value) ? whole.value["metadata"] : undefined;
    const namespace = isRecord(metadata) ? metadata["namespace"] : undefined;
    // Without a target it says what the patch is for.
    if (target !== undefined && !allowNameChange && typeof namespace === "string")
      leaves.push({ path: ["metadata", "namespace"], value: namespace });
  }
  return leaves.length === 0 ? undefined : leaves;
}

function collect(value: unknown, path: Path, leaves: Leaf[]): boolean {
  if (!isRecord(value)) {
    if (value === null || typeof value === "object" || path.at(-1) === "$patch") return false;
    leaves.push({ path, value });
    return true;
  }
  return Object.entries(value).every(([key, entry]) => collect(entry, [...path, key], leaves));
}

function stands(document: unknown, path: Path, value: unknown): boolean {
  let here = document;
  for (const step of path) here = isRecord(here) ? here[step] : undefined;
  return here === value;
}
