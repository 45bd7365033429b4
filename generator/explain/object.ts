import type { Cluster } from "../cluster/cluster.ts";
import { compose } from "../compose/index.ts";
import type { Patch } from "../compose/read-patch.ts";
import type { File } from "../file.ts";
import type { KubeObject } from "../kube/object.ts";
import { objectsOf } from "../objects.ts";
import { emit } from "../pipeline/emit.ts";
import { fleets } from "../pipeline/fleet.ts";
import { load } from "../pipeline/load.ts";
import { fieldName } from "../pipeline/messages.ts";
import { resolve } from "../pipeline/resolve.ts";
import { isForeign, validate } from "../pipeline/validate.ts";
import { isRecord } from "../record.ts";
import { causesOf } from "./causes.ts";
import type { Cause, Document } from "./causes.ts";
import { leaves } from "./flat.ts";

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
  const { roots, plain, outputPatches } = compose(files);
  const composed = roots.flatMap((root) => root.documents.filter(({ value }) => !isForeign(value)));
  const documents = [...plain, ...composed].flatMap((source): readonly Document[] => {
    const { valid } = validate(source);
    return valid === undefined ? [] : [{ kind: valid.kind, source }];
  });
  const settings = documents.filter(({ kind }) => kind !== "cluster");
  return documents
    .filter((document) => document.kind === "cluster" && mayBeOf(document, wanted))
    .flatMap((document) => {
      const ground = { all: [document, ...settings], patches: outputPatches.get(document.source) ?? [] };
      const found = made(ground.all, ground.patches);
      if (found === undefined) return [];
      return found.objects
        .filter((object) => isMeant(found.cluster, object, wanted))
        .map((object) => explained(found.cluster, object, ground));
    });
}

/** What a cluster's document and the settings give; undefined, if one of them is not valid. */
function made(
  documents: readonly Document[],
  patches: readonly Patch[],
): { readonly cluster: Cluster; readonly objects: readonly KubeObject[] } | undefined {
  const checked = documents.map(({ source }) => validate(source).valid);
  const valid = checked.flatMap((document) => document ?? []);
  const [own] = valid;
  if (valid.length < documents.length || own?.kind !== "cluster") return undefined;
  const { cluster } = resolve(own.document, own.source, fleets(valid).of(own.source.folder));
  return { cluster, objects: objectsOf(cluster, { source: own.source, patches }, new Map()).objects };
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

type Ground = { readonly all: readonly Document[]; readonly patches: readonly Patch[] };

function explained(cluster: Cluster, object: KubeObject, { all, patches }: Ground): ExplainedObject {
  const { path: file = "", text = "" } = emit(cluster, [object])[0] ?? {};
  const [source] = load([{ path: file, text }]).sources;
  const { of, existence } = causesOf(object, {
    documents: all,
    make: (given) => made(given, patches)?.objects,
    without: patches.map((patch) => ({
      cause: { field: "outputPatches", at: patch.at.source.placeOf(patch.at.path) },
      objects: made(
        all,
        patches.filter((other) => other !== patch),
      )?.objects,
    })),
  });
  const lines = text.replace(/\n$/, "").split("\n");
  const byLine = new Map<number, { readonly path: string; readonly causes: readonly Cause[] }>();
  for (const leaf of leaves(object)) {
    const start = source?.placeOf(leaf.path, "value").line ?? 1;
    // The lines of a text come below the mark that announces it; in quotes they are all on one.
    const isBlock = leaf.line !== undefined && /[|>][-+]?$/.test(lines[start - 1] ?? "");
    const line = isBlock ? start + 1 + (leaf.line ?? 0) : start;
    const causes = [...(byLine.get(line)?.causes ?? []), ...(of.get(leaf.key) ?? [])];
    byLine.set(line, { path: fieldName(leaf.path), causes: [...new Set(causes)] });
  }
  const rows = lines.map((each, index) => {
    const known = byLine.get(index + 1);
    return { text: each, line: index + 1, path: known?.path ?? "", causes: known?.causes };
  });
  return { file, rows, existence };
}
