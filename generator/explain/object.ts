import type { Cluster } from "../cluster/cluster.ts";
import { writtenAt } from "../compose/trace.ts";
import type { File } from "../file.ts";
import type { KubeObject } from "../kube/object.ts";
import { emit } from "../pipeline/emit.ts";
import { load } from "../pipeline/load.ts";
import { fieldName } from "../pipeline/messages.ts";
import type { Path } from "../pipeline/source.ts";
import { isRecord } from "../record.ts";
import { causesOf } from "./causes.ts";
import type { Cause, Causes, Document } from "./causes.ts";
import { leaves } from "./flat.ts";
import { groundsOf, made } from "./ground.ts";
import type { Ground } from "./ground.ts";

/** Which object is meant: by the path of its file, or by its kind and name and perhaps its cluster. */
export type Wanted =
  | { readonly file: string }
  | { readonly cluster: string | undefined; readonly kind: string; readonly name: string };

/** A line of an object's file. `causes` is undefined on a line without a value of its own. */
export type Row = {
  readonly text: string;
  readonly line: number;
  readonly path: string;
  readonly causes: readonly Cause[] | undefined;
};

export type ExplainedObject = {
  readonly file: string;
  readonly rows: readonly Row[];
  /** What the object as a whole is there for. */
  readonly existence: readonly Cause[];
};

/** The objects that are meant, each with the files and lines of the input that made its fields. */
export function explainObject(files: readonly File[], wanted: Wanted): readonly ExplainedObject[] {
  return groundsOf(files)
    .filter(({ documents: [document] }) => document !== undefined && mayBeOf(document, wanted))
    .flatMap((ground) => explainedOf(ground, (cluster, object) => isMeant(cluster, object, wanted)));
}

/** The objects of one cluster that are chosen, each explained. */
export function explainedOf(
  ground: Ground,
  chooses: (cluster: Cluster, object: KubeObject) => boolean,
): readonly ExplainedObject[] {
  const found = made(ground);
  if (found === undefined) return [];
  const { cluster, objects } = found;
  const chosen = objects.filter((object) => chooses(cluster, object));
  const patched = ground.patches.length > 0 ? patchedBy(ground) : () => undefined;
  return causesOf(chosen, {
    documents: ground.documents,
    make: (documents) => made({ ...ground, documents })?.objects,
    without: ground.patches.map((patch) => ({
      cause: { field: "outputPatches", at: patch.at.source.placeOf(patch.at.path) },
      objects: made({ ...ground, patches: ground.patches.filter((other) => other !== patch) })?.objects,
    })),
  }).map(({ object, causes }) => explained(cluster, object, { causes, patched }));
}

/** Of a leaf that a patch of the output wrote: the line of the patch. */
function patchedBy({ documents: [own] }: Ground): (object: KubeObject, path: Path) => Cause | undefined {
  return (object, path) => {
    if (own === undefined) return undefined;
    const at = writtenAt({ value: object, at: { source: own.source, path: [] } }, path);
    if (at.source === own.source) return undefined;
    return { field: `outputPatches: ${fieldName(at.path)}`, at: at.source.placeOf(at.path, "key") };
  };
}

/** Names of objects are built from the cluster's, so most clusters need not be built to be ruled out. */
function mayBeOf({ source }: Document, wanted: Wanted): boolean {
  const { metadata } = isRecord(source.value) ? source.value : {};
  const name = isRecord(metadata) ? String(metadata["name"]) : "";
  if ("file" in wanted) return wanted.file.includes(`${name}/`);
  // A long name is cut where Kubernetes allows less.
  return wanted.name.includes(name.slice(0, 20)) && (wanted.cluster === undefined || wanted.cluster === name);
}

function isMeant(cluster: Cluster, object: KubeObject, wanted: Wanted): boolean {
  if ("file" in wanted) return emit(cluster, [object])[0]?.path === wanted.file;
  return (
    object.kind.toLowerCase() === wanted.kind.toLowerCase() &&
    object.metadata.name === wanted.name &&
    (wanted.cluster === undefined || wanted.cluster === cluster.name)
  );
}

type Known = {
  readonly causes: Causes;
  readonly patched: (object: KubeObject, path: Path) => Cause | undefined;
};

function explained(cluster: Cluster, object: KubeObject, { causes, patched }: Known): ExplainedObject {
  const { path: file = "", text = "" } = emit(cluster, [object])[0] ?? {};
  const [source] = load([{ path: file, text }]).sources;
  const lines = text.replace(/\n$/, "").split("\n");
  const byLine = new Map<number, { readonly path: string; readonly causes: readonly Cause[] }>();
  for (const leaf of leaves(object)) {
    const start = source?.placeOf(leaf.path, "value").line ?? 1;
    // The lines of a text come below the mark that announces it; in quotes they are all on one.
    const isBlock = leaf.line !== undefined && /[|>][-+]?$/.test(lines[start - 1] ?? "");
    const line = isBlock ? start + 1 + (leaf.line ?? 0) : start;
    const own = patched(object, leaf.path);
    // What the line of the patch says is all there is to say of a value that stands there.
    const made = own === undefined ? (causes.of.get(leaf.key) ?? []) : [own];
    const all = [...(byLine.get(line)?.causes ?? []), ...made];
    byLine.set(line, { path: fieldName(leaf.path), causes: [...new Set(all)] });
  }
  const rows = lines.map((each, index) => {
    const known = byLine.get(index + 1);
    return { text: each, line: index + 1, path: known?.path ?? "", causes: known?.causes };
  });
  return { file, rows, existence: causes.existence };
}
