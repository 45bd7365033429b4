import { folderOf, foldersAround, isKustomization, resolved } from "../file.ts";
import type { File } from "../file.ts";

/**
 * What can be rendered without the rest of the fleet: a file that no kustomization composes, or a kustomization that no
 * other one refers to, with all files that it may read.
 */
export type Unit = {
  /** The path of the file, or the folder of the kustomization. */
  readonly root: string;
  readonly composed: boolean;
  readonly files: readonly File[];
};

/**
 * The units of a clusters folder, sorted by root, found without parsing: whatever in a kustomization's text could be a
 * path of a file or folder counts as one. So a unit may hold more than it needs, but never less.
 */
export function units(files: readonly File[]): readonly Unit[] {
  const tree = treeOf(files);
  const references = new Map(
    [...tree.kustomizations].map(([folder, { text }]) => [folder, referenced(text, folder, tree)] as const),
  );
  const inner = new Set([...references.values()].flatMap(({ folders }) => [...folders]));
  const roots = [...references.keys()].filter((folder) => !inner.has(folder));
  // Kustomizations that refer to each other have no root, and whoever reads them has to say so.
  const reached = new Set(roots.flatMap((root) => [...closure(root, references)]));
  const cyclic = [...references.keys()].filter((folder) => !reached.has(folder));

  const isUsed = new Set([...references.values()].flatMap((found) => [...found.files]));
  const homes = new Map(files.map(({ path }) => [path, homeOf(path, references)]));
  const composed = [...roots, ...cyclic].map((root): Unit => {
    const folders = closure(root, references);
    const paths = new Set([...folders].flatMap((folder) => [...(references.get(folder)?.files ?? [])]));
    const isPart = ({ path }: File) => paths.has(path) || folders.has(homes.get(path) ?? path);
    return { root, composed: true, files: files.filter(isPart) };
  });
  const plain = files
    .filter(({ path }) => /\.ya?ml$/.test(path) && homes.get(path) === undefined && !isUsed.has(path))
    .map((file): Unit => ({ root: file.path, composed: false, files: [file] }));
  return [...composed, ...plain].toSorted((a, b) => (a.root < b.root ? -1 : 1));
}

/** The nearest folder around a file that has a kustomization: without it, the file is part of nothing. */
function homeOf(path: string, kustomized: ReadonlyMap<string, unknown>): string | undefined {
  return foldersAround(path).find((folder) => kustomized.has(folder));
}

type FileTree = {
  readonly paths: ReadonlySet<string>;
  readonly kustomizations: ReadonlyMap<string, File>;
};

type References = { readonly files: ReadonlySet<string>; readonly folders: ReadonlySet<string> };

function treeOf(files: readonly File[]): FileTree {
  const found = files.filter(({ path }) => isKustomization(path));
  return {
    paths: new Set(files.map(({ path }) => path)),
    kustomizations: new Map(found.map((file) => [folderOf(file.path), file])),
  };
}

function referenced(text: string, folder: string, tree: FileTree): References {
  const files = new Set<string>();
  const folders = new Set<string>();
  for (const word of words(text)) {
    if (word === "" || word.startsWith("/")) continue;
    const path = resolved(folder, word);
    if (path === undefined || path === folder) continue;
    if (tree.paths.has(path)) files.add(path);
    if (tree.kustomizations.has(path)) folders.add(path);
  }
  return { files, folders };
}

/** What could be a path: every run of letters between blanks and punctuation of YAML's, and each line's whole value. */
function words(text: string): ReadonlySet<string> {
  const lines = text
    .split("\n")
    .map((line) => line.replace(/^[\s-]*([\w.-]+:)?\s*/, "").replace(/(?<!\s)\s+(#.*)?$/, ""))
    .flatMap((line) => [line, line.replaceAll(/^["']|["']$/g, "")]);
  return new Set([...lines, ...text.split(/[\s,"'[\]{}]+/), ...text.split(/[\s,"'[\]{}=]+/)]);
}

function closure(root: string, references: ReadonlyMap<string, References>): ReadonlySet<string> {
  const seen = new Set([root]);
  // A set that grows while it is walked through is walked to its end.
  for (const folder of seen) for (const next of references.get(folder)?.folders ?? []) seen.add(next);
  return seen;
}
