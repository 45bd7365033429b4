import { resolved } from "../file.ts";
import type { Problem } from "../problem.ts";
import { isRecord } from "../record.ts";
import { called, newDoc, presentId } from "./document.ts";
import type { Doc } from "./document.ts";
import { generated } from "./generate.ts";
import { problemAt } from "./kustomization.ts";
import type { Said } from "./kustomization.ts";
import type { Composer } from "./kustomization.ts";
import { isRemote, isWithin } from "./paths.ts";
import { asPlaced, fileFinder, patchReader, remote, textReader } from "./reading.ts";
import { lineOf } from "./trace.ts";
import type { At } from "./trace.ts";
import { transformed } from "./transformers.ts";
import type { PatchUse } from "./transformers.ts";
import type { Workspace } from "./workspace.ts";

/** What a run over all kustomizations shares: what is built already is not built again. */
export type Run = {
  readonly files: Workspace;
  readonly composers: ReadonlyMap<string, Composer>;
  /** Folders with a kustomization, also with one that cannot be read. */
  readonly folders: ReadonlySet<string>;
  readonly built: Map<string, readonly Doc[]>;
  readonly referenced: Set<string>;
  readonly patches: Map<string, PatchUse>;
  readonly problems: Problem[];
};

/** The documents of a kustomization, before its names have hashes and references follow; the same for all who list it. */
export function accumulated(run: Run, composer: Composer, above: readonly string[]): readonly Doc[] {
  const known = run.built.get(composer.folder);
  if (known !== undefined) return known;
  const docs = extended(run, composer, { docs: [], above: [...above, composer.folder] });
  run.built.set(composer.folder, docs);
  return docs;
}

type Start = { readonly docs: readonly Doc[]; readonly above: readonly string[] };

/** The documents with those of a kustomization added, and then changed as it says. */
function extended(run: Run, composer: Composer, { docs, above }: Start): readonly Doc[] {
  const { spec, source, folder } = composer;
  const all = collector(run, docs);
  for (const [key, list] of [
    ["resources", spec.resources ?? []],
    ["bases", spec.bases ?? []],
  ] as const) {
    for (const [index, name] of list.entries())
      resource(run, { name, at: { source, path: [key, index] }, composer, above }, all.add);
  }
  const made = generated(composer, all.docs, textReader(run.files, folder));
  run.problems.push(...made.problems);
  let current: readonly Doc[] = made.docs;
  for (const [index, name] of (spec.components ?? []).entries()) {
    const at: At = { source, path: ["components", index] };
    const component = folderNamed(run, { name, at, composer, above }, true);
    if (component === undefined) continue;
    current = extended(run, component, { docs: current, above: [...above, component.folder] });
  }
  const after = transformed(composer, current, {
    read: patchReader(run.files, folder),
    files: run.files,
    uses: run.patches,
  });
  run.problems.push(...after.problems);
  return after.docs;
}

/** A list of documents no two of which have one name. */
function collector(run: Run, start: readonly Doc[]) {
  const docs = [...start];
  const ids = new Map(docs.map((doc) => [presentId(doc), doc]));
  const add = (doc: Doc, at: At): void => {
    const id = presentId(doc);
    const other = ids.get(id);
    if (other === undefined) {
      ids.set(id, doc);
      docs.push(doc);
      return;
    }
    const [own, known] = [lineOf(doc.at), lineOf(other.at)];
    run.problems.push(
      problemAt(
        at,
        own === known
          ? {
              rule: "resource-twice",
              message: `${called(doc)} of ${own} comes into this kustomization twice under one name`,
              fix: "take one of the folders out, or give each a namePrefix or a namespace of its own",
            }
          : {
              rule: "resource-twice",
              message: `${called(doc)} (${own}) is in this kustomization already, from ${known}`,
              fix: "take one out, or give it another name or namespace",
            },
      ),
    );
  };
  return { docs, add };
}

type Entry = {
  readonly name: string;
  readonly at: At;
  readonly composer: Composer;
  readonly above: readonly string[];
};

function resource(run: Run, entry: Entry, add: (doc: Doc, at: At) => void): void {
  const { name, at, composer, above } = entry;
  const path = resolved(composer.folder, name);
  if (!isRemote(name) && path !== undefined && run.files.has(path)) {
    const found = fileFinder(run.files, composer.folder)(name, at);
    if ("problem" in found) run.problems.push(found.problem);
    else
      for (const source of run.files.documents(found.path))
        document(run, asPlaced(source), (doc) => add(doc, at));
    return;
  }
  const base = folderNamed(run, entry, false);
  if (base !== undefined) for (const doc of accumulated(run, base, above)) add(doc, at);
}

function document(run: Run, { value, at }: { value: unknown; at: At }, add: (doc: Doc) => void): void {
  const said = (message: string, fix: string): void => {
    run.problems.push(problemAt(at, { rule: "resource-form", message, fix }));
  };
  if (!isRecord(value))
    return said(
      "a resource is an object with apiVersion, kind and metadata.name",
      "write one object a document, with --- between them",
    );
  const kind = value["kind"];
  if (typeof kind === "string" && kind.endsWith("List") && value["items"] !== undefined) {
    return said(`a ${kind} is not looked into`, "write each item as a document of its own, separated by ---");
  }
  const metadata = value["metadata"];
  const name = isRecord(metadata) ? metadata["name"] : undefined;
  if (
    typeof value["apiVersion"] !== "string" ||
    typeof kind !== "string" ||
    typeof name !== "string" ||
    name === ""
  ) {
    return said(
      "a resource has apiVersion, kind and metadata.name, and one of them is missing",
      "add it; a patch belongs under patches",
    );
  }
  add(newDoc(value, at));
}

/** The kustomization of a folder that is named; what is wrong with the name is reported. */
function folderNamed(
  run: Run,
  { name, at, composer, above }: Entry,
  component: boolean,
): Composer | undefined {
  const fail = (said: Said): undefined => {
    run.problems.push(problemAt(at, said));
    return undefined;
  };
  if (isRemote(name)) {
    run.problems.push(remote(name, at));
    return undefined;
  }
  const folder = name.startsWith("/") ? undefined : resolved(composer.folder, name);
  if (folder === undefined) {
    return fail({
      rule: "outside-folder",
      message: `${name} leaves the clusters folder`,
      fix: "copy the folder into the clusters folder, and list that",
    });
  }
  run.referenced.add(folder);
  const way = above.find((visited) => isWithin(visited, folder));
  if (way !== undefined) {
    const chain = [...above.slice(above.indexOf(way)), folder].map((path) => path || ".").join(" → ");
    return fail({
      rule: "composition-cycle",
      message: `${name} is listed by itself, or lies around what lists it: ${chain}`,
      fix: "take the line out, or move what both need into a folder of its own",
    });
  }
  const found = run.composers.get(folder);
  if (found === undefined) {
    if (run.folders.has(folder)) return undefined;
    return run.files.isFolder(folder)
      ? fail({
          rule: "file-missing",
          message: `the folder ${name} has no kustomization.yaml`,
          fix: "add one, or list its files",
        })
      : fail({
          rule: "file-missing",
          message: `there is neither a file nor a folder ${name}`,
          fix: "correct the path, or take the line out",
        });
  }
  if (found.isComponent !== component) {
    return component
      ? fail({
          rule: "component-kind",
          message: `${name} is a Kustomization`,
          fix: "list it under resources, or write kind: Component there",
        })
      : fail({ rule: "component-kind", message: `${name} is a Component`, fix: "list it under components" });
  }
  return found;
}
