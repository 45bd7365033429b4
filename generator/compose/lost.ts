import type { Path } from "../pipeline/source.ts";
import type { Problem } from "../problem.ts";
import { isRecord } from "../record.ts";
import { field, textField } from "./document.ts";
import type { Doc } from "./document.ts";
import { problemAt, warningAt } from "./kustomization.ts";
import { idsOf, indexOf } from "./patches.ts";
import type { Patch } from "./read-patch.ts";
import { atKey, lineOf, writtenAt } from "./trace.ts";
import type { At } from "./trace.ts";

/** A patch, and the ids of the documents that it met, as it left them. */
export type Met = { readonly patch: Patch; readonly ids: ReadonlySet<string> };

type Leaf = { readonly path: Path; readonly value: unknown };

/** The warnings about patches of which nothing is left, because what came after them set other values everywhere. */
export function lostPatch({ patch, ids }: Met, docs: readonly Doc[]): Problem[] {
  const index = indexOf(docs);
  return partsOf(patch, ids).flatMap((part): Problem[] => {
    const places = new Set([...part.ids].flatMap((id) => index.get(id) ?? []));
    const met = [...places].flatMap((place) => docs[place] ?? []);
    const [first] = met;
    const [leaf] = part.leaves;
    if (first === undefined || leaf === undefined) return [];
    if (met.some(({ value }) => part.leaves.some((one) => stands(value, one.path, one.value)))) return [];
    const now = writtenAt({ value: first.value, at: first.at }, leaf.path);
    return [
      warningAt(part.at, {
        rule: "patch-lost",
        message: `nothing of this patch is left: ${leaf.path.join(".")} comes from ${lineOf(now)}${fromKey(now.path)}`,
        fix: "take the patch out, or what undoes it",
      }),
    ];
  });
}

function fromKey([key]: Path): string {
  return typeof key === "string" &&
    /^(namespace|name(Prefix|Suffix)|images|replicas|labels|replacements)$/.test(key)
    ? ` (${key})`
    : "";
}

/** What is patched together: single values, and the ids of the documents that have them. */
type Part = { readonly leaves: readonly Leaf[]; readonly ids: ReadonlySet<string>; readonly at: At };

/** Without what also does something that nobody can undo: removes, or changes lists. */
function partsOf({ content, target, at, allowNameChange }: Patch, ids: ReadonlySet<string>): Part[] {
  if (ids.size === 0) return [];
  if (content.kind === "operations") {
    const leaves: Leaf[] = [];
    for (const { op, path, value } of content.list) {
      if (op === "test") continue;
      const isSingle = (op === "add" || op === "replace") && typeof value?.value !== "object";
      if (!isSingle || path.some((step) => /^(-|\d+)$/.test(step))) return [];
      leaves.push({ path, value: value?.value });
    }
    return [{ leaves, ids, at }];
  }
  return content.documents.flatMap(({ whole, change }): Part[] => {
    const leaves: Leaf[] = [];
    if (!collect(change.value, [], leaves)) return [];
    const namespace = textField(field(whole.value, "metadata"), "namespace");
    // Without a target it says what the patch is for.
    if (target !== undefined && !allowNameChange && namespace !== "")
      leaves.push({ path: ["metadata", "namespace"], value: namespace });
    return [
      target === undefined ? { leaves, ids: new Set(idsOf(whole.value)), at: whole.at } : { leaves, ids, at },
    ];
  });
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

/** What to say about a patch whose target met nothing in any kustomization that it is part of. */
export function metNothing({ at, selector, content }: Patch): Problem {
  if (selector === undefined) {
    const whole = content.kind === "merge" ? content.documents[0]?.whole : undefined;
    const what = `${textField(whole?.value, "kind")} ${textField(field(whole?.value, "metadata"), "name")}`;
    const where = whole === undefined ? at : atKey(whole.at, "metadata", "name");
    return problemAt(where, {
      rule: "patch-target",
      message: `there is no ${what} to patch`,
      fix: "correct apiVersion, kind and name: they are those of a file in the output folder",
    });
  }
  const { name = "", kind = "", labelSelector = "", annotationSelector = "" } = selector;
  const isExact = /^[-a-z0-9.]+$/.test(name) && labelSelector === "" && annotationSelector === "";
  const said = {
    rule: "patch-target",
    message: isExact
      ? `there is no ${kind === "" ? "document" : kind} ${name} to patch`
      : "the target of this patch selects nothing",
    fix: "correct the target, or take the patch out",
  };
  const where = atKey(at, "target");
  return isExact ? problemAt(where, said, "key") : warningAt(where, said, "key");
}
