import { isKubeObject } from "../kube/object.ts";
import type { KubeObject } from "../kube/object.ts";
import type { Source } from "../pipeline/source.ts";
import type { Problem } from "../problem.ts";
import { called, field, newDoc, present } from "./document.ts";
import type { Doc } from "./document.ts";
import { problemAt } from "./kustomization.ts";
import { metNothing } from "./lost.ts";
import { applied, named } from "./patches.ts";
import type { Patch } from "./read-patch.ts";

/** For each document its patches, in the order of the kustomizations that it went through. */
export type OutputPatches = ReadonlyMap<Source, readonly Patch[]>;

/** What was patched so far in a run, so that a patch that met nothing anywhere can be told of. */
export type OutputUse = Map<Patch, number>;

/** The objects that were rendered from a document, with its patches laid over them in their order. */
export function outputPatched(
  objects: readonly KubeObject[],
  { source, patches }: { readonly source: Source; readonly patches: readonly Patch[] },
  uses: OutputUse,
): { objects: readonly KubeObject[]; problems: Problem[] } {
  if (patches.length === 0) return { objects, problems: [] };
  const problems: Problem[] = [];
  const start: readonly Doc[] = objects.map((object) => {
    const doc = newDoc(object, { source, path: [] });
    // A patch without a namespace means the cluster's, whichever it is.
    return { ...doc, former: [{ ...present(doc), namespace: "default" }] };
  });
  const docs = patches.reduce((current, patch) => {
    const next = applied(current, patch.target === undefined ? named(current, patch) : patch);
    uses.set(patch, (uses.get(patch) ?? 0) + next.met.length + next.problems.length);
    problems.push(...next.problems, ...next.docs.flatMap((doc) => broken(doc, current, patch)));
    return next.docs;
  }, start);
  return { objects: docs.map(({ value }) => value).filter(isKubeObject), problems };
}

/** What to say about output patches that met no object of any cluster. */
export function unusedOutput(uses: OutputUse): Problem[] {
  return [...uses].filter(([, met]) => met === 0).map(([patch]) => metNothing(patch));
}

function broken(doc: Doc, before: readonly Doc[], patch: Patch): Problem[] {
  if (!isKubeObject(doc.value)) {
    return [
      problemAt(patch.at, {
        rule: "patch-failed",
        message: "the patch takes apiVersion, kind or name away from an object",
        fix: "leave them",
      }),
    ];
  }
  const template = templateOf(doc);
  if (template === undefined || before.some((other) => templateOf(other) === template)) return [];
  return [
    problemAt(patch.at, {
      rule: "claim-template",
      message: `the patch changes volumeClaimTemplates of ${called(doc)}, which Kubernetes refuses for a StatefulSet that is there`,
      fix: "patch the PersistentVolumeClaims, which are objects of their own",
    }),
  ];
}

function templateOf({ value }: Doc): string | undefined {
  return value["kind"] === "StatefulSet"
    ? JSON.stringify(field(value["spec"], "volumeClaimTemplates") ?? null)
    : undefined;
}
