import type { Cluster } from "../cluster/cluster.ts";
import { compose } from "../compose/index.ts";
import type { Patch } from "../compose/read-patch.ts";
import type { File } from "../file.ts";
import type { KubeObject } from "../kube/object.ts";
import { objectsOf } from "../objects.ts";
import { fleets } from "../pipeline/fleet.ts";
import { resolve } from "../pipeline/resolve.ts";
import { isForeign, validate } from "../pipeline/validate.ts";
import type { Document } from "./causes.ts";

/** What one cluster is rendered from: its own document, then those that hold for the fleet, and the patches of its output. */
export type Ground = { readonly documents: readonly Document[]; readonly patches: readonly Patch[] };

/** One for each valid cluster of a clusters folder. */
export function groundsOf(files: readonly File[]): readonly Ground[] {
  const { roots, plain, outputPatches } = compose(files);
  const composed = roots.flatMap((root) => root.documents.filter(({ value }) => !isForeign(value)));
  const documents = [...plain, ...composed].flatMap((source): readonly Document[] => {
    const { valid } = validate(source);
    return valid === undefined ? [] : [{ kind: valid.kind, source }];
  });
  const settings = documents.filter(({ kind }) => kind !== "cluster");
  return documents
    .filter(({ kind }) => kind === "cluster")
    .map((document) => ({
      documents: [document, ...settings],
      patches: outputPatches.get(document.source) ?? [],
    }));
}

/** What a cluster's document and the settings give; undefined, if one of them is not valid. */
export function made({
  documents,
  patches,
}: Ground): { readonly cluster: Cluster; readonly objects: readonly KubeObject[] } | undefined {
  const checked = documents.map(({ source }) => validate(source).valid);
  const valid = checked.flatMap((document) => document ?? []);
  const [own] = valid;
  if (valid.length < documents.length || own?.kind !== "cluster") return undefined;
  const { cluster } = resolve(own.document, own.source, fleets(valid).of(own.source.folder));
  return { cluster, objects: objectsOf(cluster, { source: own.source, patches }, new Map()).objects };
}
