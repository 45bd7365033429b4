import { asset } from "../assets.ts";
import { foldersAround, isKustomization } from "../file.ts";
import type { File } from "../file.ts";
import { load, loadFile } from "../pipeline/load.ts";
import type { LoadFile } from "../pipeline/load.ts";
import type { Source } from "../pipeline/source.ts";
import { distinct } from "../problem.ts";
import type { Problem } from "../problem.ts";
import { accumulated } from "./accumulate.ts";
import type { Run } from "./accumulate.ts";
import { withHash } from "./content-hash.ts";
import { field } from "./document.ts";
import type { Doc } from "./document.ts";
import { kustomizations, problemAt, warningAt } from "./kustomization.ts";
import type { Composer } from "./kustomization.ts";
import { withReferences } from "./names.ts";
import type { OutputPatches } from "./output.ts";
import { metNothing } from "./lost.ts";
import type { Patch } from "./read-patch.ts";
import { fileFinder } from "./reading.ts";
import { placeFinder } from "./trace.ts";
import { workspace } from "./workspace.ts";

/** A kustomization that no other one lists, and what it is composed of. */
export type Root = {
  /** Its folder below the clusters folder, `""` at the top. */
  readonly folder: string;
  /** In the order in which kustomize gathers them. */
  readonly documents: readonly Source[];
};

export type Composition = {
  readonly roots: readonly Root[];
  /** Documents of folders without a kustomization: each is what its file says. */
  readonly plain: readonly Source[];
  /** What is to be laid over the objects that are rendered from a document. */
  readonly outputPatches: OutputPatches;
  readonly problems: readonly Problem[];
};

/** Composes a clusters folder, from all its files. A document of a root knows of each value where it was written. */
export function compose(files: readonly File[], read: LoadFile = loadFile): Composition {
  const isComposed = files.some(({ path }) => isKustomization(path));
  if (!isComposed) {
    const { sources, problems } = load(files.filter(isYaml), read);
    return { roots: [], plain: sources, outputPatches: new Map(), problems };
  }
  const space = workspace(files, read);
  const { composers, folders, problems: found } = kustomizations(space);
  const run: Run = {
    files: space,
    composers,
    folders,
    built: new Map(),
    referenced: new Set(),
    patches: new Map(),
    problems: [...found],
  };
  const outputPatches = new Map<Source, readonly Patch[]>();
  const roots = composedRoots(run, outputPatches);
  const plain = load(
    files.filter((file) => isYaml(file) && isPlain(run, file.path)),
    read,
  );
  const problems = [...space.problems(), ...run.problems, ...leftOvers(run), ...plain.problems];
  return { roots, plain: plain.sources, outputPatches, problems: distinct(problems) };
}

function isYaml({ path }: File): boolean {
  return /\.ya?ml$/.test(path);
}

function composedRoots(run: Run, output: Map<Source, readonly Patch[]>): Root[] {
  const tops = [...run.composers.values()].filter(({ isComponent }) => !isComponent);
  // What is listed is known only when all have been gathered, which is done once for each.
  for (const composer of tops) {
    accumulated(run, composer, []);
    published(run, composer);
  }
  return tops
    .filter(({ folder }) => !run.referenced.has(folder))
    .map((composer) => root(run, composer, output));
}

function root(run: Run, composer: Composer, output: Map<Source, readonly Patch[]>): Root {
  const { docs, ambiguous } = withReferences(accumulated(run, composer, []).map(withHash));
  for (const { name, kind, at } of ambiguous) {
    run.problems.push(
      problemAt(at, {
        rule: "reference-ambiguous",
        message: `several documents were called ${kind} ${name}, and each has another name now`,
        fix: "give them names of their own",
      }),
    );
  }
  const documents = docs
    .filter((doc) => !isLocal(doc))
    .map((doc) => {
      const source = composed(doc, composer.folder);
      if (doc.output.length > 0) output.set(source, doc.output);
      return source;
    });
  return { folder: composer.folder, documents };
}

/** Documents that kustomize reads, and does not put out. */
function isLocal({ value }: Doc): boolean {
  const local = field(field(value["metadata"], "annotations"), "config.kubernetes.io/local-config");
  return local !== undefined && local !== "false";
}

function composed({ value, at }: Doc, folder: string): Source {
  return { file: at.source.file, folder, value, placeOf: placeFinder({ value, at }) };
}

/** A file is taken as it is if no kustomization lists it, and none is in the folders around it. */
function isPlain(run: Run, path: string): boolean {
  if (run.files.isUsed(path)) return false;
  return (
    /(^|\/)pgrender\.ya?ml$/.test(path) || !foldersAround(path).some((folder) => run.folders.has(folder))
  );
}

/** What is there and is part of nothing. */
function leftOvers(run: Run): Problem[] {
  const files = run.files.paths.filter(
    (path) => isYaml({ path, text: "" }) && !run.files.isUsed(path) && !isPlain(run, path),
  );
  const unlisted = files.flatMap((path): Problem[] => {
    const folder = foldersAround(path).find((around) => run.folders.has(around)) ?? "";
    const lister = run.composers.get(folder)?.source.file;
    // What a kustomization lists is not known before it can be read.
    if (lister === undefined) return [];
    return [
      {
        rule: "not-composed",
        severity: "warning",
        message: "no kustomization lists this file, so it is part of nothing",
        fix: `list it in ${lister}, or move it to a folder without a kustomization around it`,
        at: { file: path, line: 1, column: 1 },
      },
    ];
  });
  const components = [...run.composers.values()].filter(
    ({ isComponent, folder }) => isComponent && !run.referenced.has(folder),
  );
  const unused = components
    .filter(({ spec }) => spec.configurations === undefined || Object.keys(spec).length > 3)
    .map(({ source }) =>
      warningAt(
        { source, path: ["kind"] },
        {
          rule: "not-composed",
          message: "no kustomization lists this Component, so it changes nothing",
          fix: "list its folder under components where it is wanted, or remove it",
        },
      ),
    );
  const patches = [...run.patches.values()].filter(
    ({ met, patch }) => met === 0 && patch.target !== undefined,
  );
  return [...unlisted, ...unused, ...patches.map(({ patch }) => metNothing(patch))];
}

/** What tells kustomize of our kinds is known here; what tells it of others is not. */
function published(run: Run, composer: Composer): void {
  const { spec, source, folder } = composer;
  const files = (spec.configurations ?? []).map(
    (name, index) => [name, ["configurations", index], "configurations.yaml"] as const,
  );
  const path = field(spec.openapi, "path");
  const all =
    typeof path === "string" ? [...files, [path, ["openapi", "path"], "openapi.json"] as const] : files;
  for (const [name, where, ours] of all) {
    const at = { source, path: where };
    const found = fileFinder(run.files, folder)(name, at);
    if ("problem" in found) run.problems.push(found.problem);
    else if (run.files.text(found.path) !== asset(`schemas/${ours}`)) {
      run.problems.push(
        warningAt(at, {
          rule: "composition-unsupported",
          message: `${name} is not the ${ours} that pgrender schema writes: what it adds counts for kustomize alone`,
          fix: "run pgrender schema again, or take the line out",
        }),
      );
    }
  }
}
