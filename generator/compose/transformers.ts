import { labelKey, labelValue } from "../kube/checks/fault.ts";
import type { Problem } from "../problem.ts";
import { called, presentId } from "./document.ts";
import type { Doc } from "./document.ts";
import { imagePattern, withImage } from "./images.ts";
import { problemAt, warningAt } from "./kustomization.ts";
import type { Composer } from "./kustomization.ts";
import { lostPatch } from "./lost.ts";
import type { Met } from "./lost.ts";
import { applied } from "./patches.ts";
import { readPatch } from "./read-patch.ts";
import type { Patch, ReadPatch } from "./read-patch.ts";
import { replacements } from "./read-replacements.ts";
import { replaced } from "./replacements.ts";
import { lineOf } from "./trace.ts";
import type { At } from "./trace.ts";
import {
  inNamespace,
  labelFields,
  withAnnotations,
  withLabels,
  withPrefix,
  withReplicas,
  withSuffix,
} from "./transform.ts";
import type { Pair } from "./transform.ts";
import type { Workspace } from "./workspace.ts";

/** How often a patch met a document, over all kustomizations that it is part of. */
export type PatchUse = { readonly patch: Patch; met: number };

type Tools = { readonly read: ReadPatch; readonly files: Workspace; readonly uses: Map<string, PatchUse> };

type State = { docs: readonly Doc[]; readonly problems: Problem[] };

/** The documents after all that a kustomization changes in them, in kustomize's order. */
export function transformed(
  composer: Composer,
  docs: readonly Doc[],
  tools: Tools,
): { docs: readonly Doc[]; problems: Problem[] } {
  const { spec, source } = composer;
  const state: State = { docs, problems: [] };
  const at = (...path: (string | number)[]): At => ({ source, path });
  const each = (change: (doc: Doc) => Doc): void => {
    state.docs = state.docs.map(change);
  };
  const early = [
    ...(spec.patchesStrategicMerge ?? []).map((text, index) => ({
      args: /\n/.test(text) ? { patch: text } : { path: text },
      at: at("patchesStrategicMerge", index),
    })),
    ...(spec.patches ?? []).map((args, index) => ({ args, at: at("patches", index) })),
  ];
  const met = [...patch(state, early, tools)];
  const { namespace, namePrefix, nameSuffix } = spec;
  if (namespace) {
    each((doc) => inNamespace(doc, { value: namespace, at: at("namespace") }));
    conflicts(state, at("namespace"));
  }
  if (namePrefix) each((doc) => withPrefix(doc, { value: namePrefix, at: at("namePrefix") }));
  if (nameSuffix) each((doc) => withSuffix(doc, { value: nameSuffix, at: at("nameSuffix") }));
  labels(composer, state);
  const annotations = pairsOf(spec.commonAnnotations, at("commonAnnotations"));
  if (annotations.length > 0) each((doc) => withAnnotations(doc, annotations));
  const late = (spec.patchesJson6902 ?? []).map((args, index) => ({
    args,
    at: at("patchesJson6902", index),
  }));
  met.push(...patch(state, late, tools));
  replicas(composer, state);
  images(composer, state);
  const found = replacements(composer, tools.files);
  state.problems.push(...found.problems);
  for (const [replacement, where] of found.list) {
    const next = replaced(state.docs, replacement, where);
    state.docs = next.docs;
    state.problems.push(...next.problems);
  }
  // One of them may have gone into a name.
  if (found.list.length > 0) conflicts(state, at("replacements"));
  state.problems.push(...met.flatMap((use) => lostPatch(use, state.docs)));
  const output = (spec.outputPatches ?? []).flatMap((args, index) => {
    const found = readPatch(args, at("outputPatches", index), tools.read);
    state.problems.push(...found.problems);
    return found.patch ?? [];
  });
  if (output.length > 0) each((doc) => ({ ...doc, output: [...doc.output, ...output] }));
  return state;
}

type Listed = { readonly args: Parameters<ReadPatch>[0]; readonly at: At };

function patch(state: State, listed: readonly Listed[], { read, uses }: Tools): Met[] {
  return listed.flatMap(({ args, at }) => {
    const found = readPatch(args, at, read);
    state.problems.push(...found.problems);
    if (found.patch === undefined) return [];
    const { docs, met, problems } = applied(state.docs, found.patch);
    state.docs = docs;
    state.problems.push(...problems);
    const key = lineOf(at);
    const use = uses.get(key) ?? { patch: found.patch, met: 0 };
    use.met += met.length + problems.length;
    uses.set(key, use);
    if (
      found.patch.allowNameChange ||
      found.patch.allowKindChange ||
      found.patch.content.kind === "operations"
    )
      conflicts(state, at);
    return [{ patch: found.patch, ids: new Set(met.map(presentId)) }];
  });
}

/** Two documents that have become one. */
function conflicts(state: State, at: At): void {
  const seen = new Map<string, Doc>();
  for (const doc of state.docs) {
    const id = presentId(doc);
    const other = seen.get(id);
    if (other === undefined) seen.set(id, doc);
    else {
      state.problems.push(
        problemAt(at, {
          rule: "resource-twice",
          message: `this makes one of ${called(doc)} (${lineOf(doc.at)}) and the one from ${lineOf(other.at)}`,
          fix: "give one of them another name, or compose them in two folders",
        }),
      );
    }
  }
}

function pairsOf(map: Readonly<Record<string, string>> | undefined, { source, path }: At): Pair[] {
  return Object.entries(map ?? {}).map(([key, value]) => [key, value, { source, path: [...path, key] }]);
}

function labels({ spec, source }: Composer, state: State): void {
  for (const [index, entry] of (spec.labels ?? []).entries()) {
    const path = ["labels", index];
    const { specs, conflict } = labelFields(entry);
    if (conflict) {
      state.problems.push(
        problemAt(
          { source, path: [...path, "fields"] },
          {
            rule: "label-fields",
            message: "a field of these labels is one that they go to anyway, and create differs",
            fix: "take the field out",
          },
        ),
      );
    }
    const pairs = pairsOf(entry.pairs, { source, path: [...path, "pairs"] });
    state.problems.push(...unfit(pairs));
    state.docs = state.docs.map((doc) => withLabels(doc, pairs, specs));
  }
  const common = pairsOf(spec.commonLabels, { source, path: ["commonLabels"] });
  state.problems.push(...unfit(common));
  const { specs } = labelFields({ includeSelectors: true });
  if (common.length > 0) state.docs = state.docs.map((doc) => withLabels(doc, common, specs));
}

/** Labels that Kubernetes would refuse in every document. */
function unfit(pairs: readonly Pair[]): Problem[] {
  return pairs.flatMap(([key, value, at]): Problem[] => {
    const [part, form] = !labelKey.accepts(key)
      ? (["key", labelKey] as const)
      : ([labelValue.accepts(value) ? undefined : "value", labelValue] as const);
    if (part === undefined) return [];
    const text = JSON.stringify(part === "key" ? key : value);
    const message = `${text} is no ${part === "key" ? "name" : "value"} of a label`;
    return [problemAt(at, { rule: "wrong-format", message, fix: `write ${form.words}` }, part)];
  });
}

function replicas({ spec, source }: Composer, state: State): void {
  for (const [index, value] of (spec.replicas ?? []).entries()) {
    const at: At = { source, path: ["replicas", index] };
    let found = 0;
    state.docs = state.docs.map((doc) => {
      const after = withReplicas(doc, { value, at: { source, path: [...at.path, "count"] } });
      found += after === undefined ? 0 : 1;
      return after ?? doc;
    });
    if (found > 0) continue;
    state.problems.push(
      problemAt(
        { source, path: [...at.path, "name"] },
        {
          rule: "replicas-target",
          message: `there is no cluster or workload ${value.name}`,
          fix: "correct the name",
        },
      ),
    );
  }
}

function images({ spec, source, isComponent }: Composer, state: State): void {
  for (const [index, image] of (spec.images ?? []).entries()) {
    const at: At = { source, path: ["images", index] };
    const pattern = imagePattern(image.name);
    if (pattern === undefined) {
      state.problems.push(
        problemAt(
          { source, path: [...at.path, "name"] },
          {
            rule: "wrong-value",
            message: `${JSON.stringify(image.name)} is no regular expression, which kustomize takes it for`,
            fix: "write the image's name",
          },
        ),
      );
      continue;
    }
    const after = state.docs.map((doc) => withImage(doc, image, { pattern, at }));
    const isFound = after.some(
      (doc, place) => doc !== state.docs[place] && doc.value !== state.docs[place]?.value,
    );
    state.docs = after;
    // A component is for many kustomizations, and for some of them without an effect.
    if (isFound || isComponent) continue;
    state.problems.push(
      warningAt(
        { source, path: [...at.path, "name"] },
        {
          rule: "images-target",
          message: `no document has an image ${image.name}`,
          fix: "correct the name; the image of a cluster that gives none is chosen in the Settings or the OperatorConfiguration",
        },
      ),
    );
  }
}
