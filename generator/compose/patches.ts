import { nearest } from "../pipeline/messages.ts";
import type { Problem } from "../problem.ts";
import { isRecord } from "../record.ts";
import type { Entries } from "../record.ts";
import {
  called,
  everIds,
  everNamed,
  field,
  idOf,
  kindOf,
  nameOf,
  noNamespace,
  remembered,
  textField,
  withMetadata,
} from "./document.ts";
import type { Doc } from "./document.ts";
import { patched } from "./json-patch.ts";
import type { Operation } from "./json-patch.ts";
import { problemAt } from "./kustomization.ts";
import { mergePatch } from "./merge.ts";
import { clashProblem } from "./read-patch.ts";
import type { MergeDocument, Patch } from "./read-patch.ts";
import { atKey } from "./trace.ts";
import type { Placed } from "./trace.ts";

/** The documents after a patch, and which of them it met. */
export type Patched = {
  readonly docs: readonly Doc[];
  /** The documents as the patch left them. */
  readonly met: readonly Doc[];
  readonly problems: readonly Problem[];
};

export function applied(docs: readonly Doc[], patch: Patch): Patched {
  const { target, content } = patch;
  if (target !== undefined) {
    const problems: Problem[] = [];
    const met: Doc[] = [];
    const after = docs.flatMap((doc) => {
      if (!target(doc)) return [doc];
      const next =
        content.kind === "merge"
          ? mergedOver(doc, content.documents[0], patch)
          : operatedOn(doc, content.list, patch);
      problems.push(...next.problems);
      if (next.problems.length === 0) met.push(next.doc ?? doc);
      return next.doc === undefined ? [] : [next.doc];
    });
    return { docs: after, met, problems };
  }
  if (content.kind !== "merge") return { docs, met: [], problems: [] };
  return content.documents.reduce<Patched>(
    (all, document) => {
      const next = appliedByName(all.docs, document, patch);
      return {
        docs: next.docs,
        met: [...all.met, ...next.met],
        problems: [...all.problems, ...next.problems],
      };
    },
    { docs, met: [], problems: [] },
  );
}

/** A strategic merge patch that names its target itself; it may take any name that the target had. */
function appliedByName(docs: readonly Doc[], document: MergeDocument, patch: Patch): Patched {
  const { value, at } = document.whole;
  const index = indexOf(docs);
  const found = idsOf(value).flatMap((id) => index.get(id) ?? []);
  const [place, second] = found;
  const doc = place === undefined ? undefined : docs[place];
  if (place === undefined || doc === undefined || second !== undefined) {
    const metadata = field(value, "metadata");
    const namespace = textField(metadata, "namespace");
    const what = `${textField(value, "kind")} ${textField(metadata, "name")}${namespace === "" ? "" : ` in namespace ${namespace}`}`;
    const problem =
      second === undefined
        ? {
            rule: "patch-target",
            message: `there is no ${what} to patch`,
            fix: nearMiss(docs, value),
          }
        : {
            rule: "patch-target",
            message: `there are ${found.length} documents that were called ${what}`,
            fix: "add target with what tells them apart",
          };
    return { docs, met: [], problems: [problemAt(atKey(at, "metadata", "name"), problem)] };
  }
  const { doc: next, problems } = mergedOver(doc, document, patch);
  const after = next === undefined ? docs.toSpliced(place, 1) : docs.with(place, next);
  if (next !== undefined && !patch.allowNameChange && !patch.allowKindChange) indexes.set(after, index);
  return { docs: after, met: [next ?? doc], problems };
}

/** The ids that a patch without a target means: an object outside of namespaces has one of its own. */
export function idsOf(value: unknown): string[] {
  const metadata = field(value, "metadata");
  const former = {
    kind: textField(value, "kind"),
    name: textField(metadata, "name"),
    namespace: textField(metadata, "namespace") || "default",
  };
  const apiVersion = textField(value, "apiVersion");
  return [former, { ...former, namespace: noNamespace }].map((one) => idOf(apiVersion, one));
}

/** What to do about a patch whose target is not there, from what is. */
function nearMiss(docs: readonly Doc[], value: unknown): string {
  const name = textField(field(value, "metadata"), "name");
  const namesakes = docs.filter((doc) => everNamed(doc).some((former) => former.name === name));
  const [first] = namesakes;
  if (first === undefined) {
    const near = nearest(name, docs.map(nameOf));
    return near === undefined
      ? "correct the name, or list the file that has it under resources"
      : `did you mean ${near}? Else list the file that has it under resources`;
  }
  const like = namesakes.find(
    (doc) =>
      kindOf(doc) === textField(value, "kind") && doc.value["apiVersion"] === field(value, "apiVersion"),
  );
  if (like === undefined)
    return `there is ${called(first)}, which is ${textField(first.value, "apiVersion")}: write its apiVersion and kind`;
  const namespace = textField(like.value["metadata"], "namespace");
  return namespace === ""
    ? "the one of that name is in no namespace: take metadata.namespace out of the patch"
    : `the one of that name is in namespace ${namespace}: write metadata.namespace: ${namespace}, or add target with kind and name`;
}

// Patches by name are often as many as the documents, so that each may not look through all of them.
const indexes = new WeakMap<readonly Doc[], ReadonlyMap<string, number[]>>();

export function indexOf(docs: readonly Doc[]): ReadonlyMap<string, number[]> {
  const known = indexes.get(docs);
  if (known !== undefined) return known;
  const index = new Map<string, number[]>();
  for (const [place, doc] of docs.entries()) {
    for (const id of new Set(everIds(doc))) {
      const places = index.get(id);
      if (places === undefined) index.set(id, [place]);
      else places.push(place);
    }
  }
  indexes.set(docs, index);
  return index;
}

type Changed = { readonly doc: Doc | undefined; readonly problems: Problem[] };

function mergedOver(doc: Doc, document: MergeDocument | undefined, patch: Patch): Changed {
  if (document === undefined) return { doc, problems: [] };
  const { merged, clashes } = mergePatch({ value: doc.value, at: doc.at }, document.change);
  const problems = clashes.map(clashProblem);
  if (merged === undefined) return { doc: undefined, problems };
  const before = patch.allowNameChange || patch.allowKindChange ? remembered(doc) : doc;
  return { doc: merged === doc.value ? before : { ...before, value: merged }, problems };
}

function operatedOn(doc: Doc, list: readonly Operation[], patch: Patch): Changed {
  const start = patch.old ? { value: doc.value, at: doc.at } : withAnnotations(doc);
  const { value, clash } = patched(start, list);
  if (clash !== undefined) return { doc, problems: [clashProblem(clash)] };
  if (value === undefined) return { doc: undefined, problems: [] };
  return {
    doc: { ...(patch.old ? doc : remembered(doc)), value: withoutEmptyAnnotations(value, doc) },
    problems: [],
  };
}

/** kustomize keeps notes in the annotations while it works, so that they are always there for a patch. */
function withAnnotations({ value, at }: Doc): Placed {
  const annotated = withMetadata({ value, at }, (metadata) =>
    metadata.value["annotations"] === undefined ? [["annotations", { value: {}, at: metadata.at }]] : [],
  );
  return { value: annotated, at };
}

function withoutEmptyAnnotations(value: Entries, { at }: Doc): Entries {
  return withMetadata({ value, at }, (metadata) => {
    const { annotations } = metadata.value;
    return isRecord(annotations) && Object.keys(annotations).length === 0 ? [["annotations", undefined]] : [];
  });
}

/** A patch that names its targets itself, without those that are not among the documents. */
export function named(docs: readonly Doc[], patch: Patch): Patch {
  const { content } = patch;
  if (content.kind !== "merge") return patch;
  const index = indexOf(docs);
  const documents = content.documents.filter(({ whole }) => idsOf(whole.value).some((id) => index.has(id)));
  return { ...patch, content: { kind: "merge", documents } };
}
