import type { Kustomization } from "../cluster/spec.ts";
import type { Problem } from "../problem.ts";
import { isRecord } from "../record.ts";
import { everIds, field, idOf, presentId, remembered, textField } from "./document.ts";
import type { Doc } from "./document.ts";
import { operations, patched } from "./json-patch.ts";
import type { Operation } from "./json-patch.ts";
import { problemAt, warningAt } from "./kustomization.ts";
import { mergePatch } from "./merge.ts";
import type { Clash } from "./merge.ts";
import { patternTest } from "./select.ts";
import type { Selector, Test } from "./select.ts";
import { entryOf, withEntries } from "./trace.ts";
import type { At, Entries, Placed } from "./trace.ts";

type PatchArgs = NonNullable<Kustomization["patches"]>[number];

/** A strategic merge patch: what it says that it is for, and what it changes. */
type MergeDocument = { readonly whole: Placed; readonly change: Placed };

/** A patch, ready to be laid over documents. */
export type Patch = {
  readonly at: At;
  readonly content:
    | { readonly kind: "merge"; readonly documents: readonly MergeDocument[] }
    | { readonly kind: "operations"; readonly list: readonly Operation[] };
  readonly target: Test | undefined;
  readonly selector: Selector | undefined;
  readonly allowNameChange: boolean;
  readonly allowKindChange: boolean;
  /** Of the old form patchesJson6902. */
  readonly old: boolean;
};

/** The documents of a patch's text: of the file that it names, or of the text that stands in the kustomization. */
export type ReadPatch = (args: PatchArgs, at: At) => readonly Placed[] | Problem;

/** A patch of a kustomization, or what is wrong with it. */
export function readPatch(args: PatchArgs, at: At, read: ReadPatch): { patch?: Patch; problems: Problem[] } {
  const fail = (message: string, fix: string, where = at) => ({
    problems: [problemAt(where, { rule: "patch-form", message, fix })],
  });
  const documents = read(args, at);
  if ("rule" in documents) return { problems: [documents] };
  const [first] = documents;
  if (first === undefined)
    return fail("the patch says nothing", "write what is to be changed, or take it out");
  const { target: selector, options } = args;
  const target = selector === undefined ? undefined : patternTest(selector);
  if (target !== undefined && typeof target !== "function")
    return fail(
      `${JSON.stringify(target.bad)} is no regular expression, or no selector`,
      "correct it",
      child(at, "target"),
    );
  const shared = {
    at,
    target,
    selector,
    allowNameChange: options?.allowNameChange === true,
    allowKindChange: options?.allowKindChange === true,
    old: at.path[0] === "patchesJson6902",
  };
  if (Array.isArray(first.value)) {
    if (target === undefined)
      return fail("a JSON 6902 patch does not say what it is for", "add target with kind and name");
    const { list, clash } = operations(first);
    if (clash !== undefined) return { problems: [clashProblem(clash)] };
    if (list.length === 0) return fail("the patch has no operation", "write one, or take it out");
    return { patch: { ...shared, content: { kind: "operations", list } }, problems: [] };
  }
  if (target !== undefined && documents.length > 1)
    return fail(
      "a file of several patches has a target for all of them",
      "take target out, or split the file",
    );
  const odd = documents.find(({ value }) => !isRecord(value) || !isNamed(value));
  if (odd !== undefined) {
    return fail(
      "a strategic merge patch has kind and metadata.name, and one of them is missing",
      target === undefined ? "add them, and apiVersion" : "add them; with a target they may be anything",
      odd.at,
    );
  }
  const merging = documents.map((whole) => ({ whole, change: withoutIdentity(whole, options) }));
  return { patch: { ...shared, content: { kind: "merge", documents: merging } }, problems: [] };
}

function isNamed(value: Entries): boolean {
  return textField(value, "kind") !== "" && textField(value["metadata"], "name") !== "";
}

function child({ source, path }: At, key: string | number): At {
  return { source, path: [...path, key] };
}

function clashProblem({ message, fix, at }: Clash): Problem {
  return problemAt(at, { rule: "patch-failed", message, fix });
}

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
    return { docs, met: [], problems: [problemAt(child(child(at, "metadata"), "name"), problem)] };
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
  return [former, { ...former, namespace: "_non_namespaceable_" }].map((one) => idOf(apiVersion, one));
}

function nearMiss(docs: readonly Doc[], value: unknown): string {
  const name = textField(field(value, "metadata"), "name");
  const namesake = docs.find((doc) => everIds(doc).some((id) => id.endsWith(`/${name}`)));
  if (namesake === undefined) return "correct the name, or list the file that has it under resources";
  return `there is ${presentId(namesake)}: correct apiVersion, kind or namespace`;
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

/** The patch without what only says what it is for: kustomize puts kind, name and namespace back after a merge. */
function withoutIdentity({ value, at }: Placed, options: PatchArgs["options"]): Placed {
  if (!isRecord(value)) return { value, at };
  const metadata = entryOf(value, at, "metadata");
  const changes: [string, Placed | undefined][] = [["apiVersion", undefined]];
  if (options?.allowKindChange !== true) changes.push(["kind", undefined]);
  if (isRecord(metadata?.value)) {
    const own: [string, undefined][] = [["namespace", undefined]];
    if (options?.allowNameChange !== true) own.push(["name", undefined]);
    const rest = withEntries({ value: metadata.value, at: metadata.at }, own);
    changes.push(["metadata", Object.keys(rest).length === 0 ? undefined : { value: rest, at: metadata.at }]);
  }
  return { value: withEntries({ value, at }, changes), at };
}

function operatedOn(doc: Doc, list: readonly Operation[], patch: Patch): Changed {
  // kustomize keeps notes in the annotations while it works, so that they are always there for a patch.
  const start = patch.old ? { value: doc.value, at: doc.at } : withAnnotations(doc);
  const { value, clash } = patched(start, list);
  if (clash !== undefined) return { doc, problems: [clashProblem(clash)] };
  if (value === undefined) return { doc: undefined, problems: [] };
  return {
    doc: { ...(patch.old ? doc : remembered(doc)), value: withoutEmptyAnnotations(value, doc) },
    problems: [],
  };
}

function withAnnotations({ value, at }: Doc): Placed {
  const metadata = entryOf(value, at, "metadata");
  if (!isRecord(metadata?.value) || metadata.value["annotations"] !== undefined) return { value, at };
  const annotated = withEntries({ value: metadata.value, at: metadata.at }, [
    ["annotations", { value: {}, at: metadata.at }],
  ]);
  return { value: withEntries({ value, at }, [["metadata", { value: annotated, at: metadata.at }]]), at };
}

function withoutEmptyAnnotations(value: Entries, { at }: Doc): Entries {
  const metadata = entryOf(value, at, "metadata");
  const annotations = isRecord(metadata?.value) ? metadata.value["annotations"] : undefined;
  if (!isRecord(metadata?.value) || !isRecord(annotations) || Object.keys(annotations).length > 0)
    return value;
  const plain = withEntries({ value: metadata.value, at: metadata.at }, [["annotations", undefined]]);
  return withEntries({ value, at }, [["metadata", { value: plain, at: metadata.at }]]);
}

/** A patch that names its targets itself, without those that are not among the documents. */
export function named(docs: readonly Doc[], patch: Patch): Patch {
  const { content } = patch;
  if (content.kind !== "merge") return patch;
  const index = indexOf(docs);
  const documents = content.documents.filter(({ whole }) => idsOf(whole.value).some((id) => index.has(id)));
  return { ...patch, content: { kind: "merge", documents } };
}

/** What to say about a patch whose target met nothing in any kustomization that it is part of. */
export function metNothing({ at, selector, content }: Patch): Problem {
  if (selector === undefined) {
    const whole = content.kind === "merge" ? content.documents[0]?.whole : undefined;
    const what = `${textField(whole?.value, "kind")} ${textField(field(whole?.value, "metadata"), "name")}`;
    const where = whole === undefined ? at : child(child(whole.at, "metadata"), "name");
    return problemAt(where, {
      rule: "patch-target",
      message: `there is no ${what} to patch`,
      fix: "correct the name",
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
  const where = child(at, "target");
  return isExact ? problemAt(where, said, "key") : warningAt(where, said, "key");
}
