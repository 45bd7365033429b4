import type { Kustomization } from "../cluster/spec.ts";
import type { Problem } from "../problem.ts";
import { isRecord } from "../record.ts";
import type { Entries } from "../record.ts";
import { textField } from "./document.ts";
import { operations } from "./json-patch.ts";
import type { Operation } from "./json-patch.ts";
import { problemAt } from "./kustomization.ts";
import type { Clash } from "./merge-directives.ts";
import { patternTest } from "./select.ts";
import type { Selector, Test } from "./select.ts";
import { atKey, entryOf, withEntries } from "./trace.ts";
import type { At, Placed } from "./trace.ts";

type PatchArgs = NonNullable<Kustomization["patches"]>[number];

/** A strategic merge patch: what it says that it is for, and what it changes. */
export type MergeDocument = { readonly whole: Placed; readonly change: Placed };

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
    return fail(target.message, target.fix, atKey(at, "target", target.key));
  const old = at.path[0] === "patchesJson6902";
  if (old && !selector?.name)
    return fail(
      "the target of a patch under patchesJson6902 has no name, which kustomize asks for there",
      "add it, or move the patch to patches",
      selector === undefined ? at : atKey(at, "target"),
    );
  const shared = {
    at,
    target,
    selector,
    allowNameChange: options?.allowNameChange === true,
    allowKindChange: options?.allowKindChange === true,
    old,
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

export function clashProblem({ message, fix, at }: Clash): Problem {
  return problemAt(at, { rule: "patch-failed", message, fix });
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
