import type { File } from "../file.ts";
import type { LoadFile } from "../pipeline/load.ts";
import type { Source } from "../pipeline/source.ts";
import type { Problem } from "../problem.ts";

/** The files of the clusters folder, each read at most once. */
export type Workspace = {
  readonly paths: readonly string[];
  readonly has: (path: string) => boolean;
  readonly isFolder: (path: string) => boolean;
  /** The text of a file, which from then on counts as used; undefined if there is none. */
  readonly text: (path: string) => string | undefined;
  /** The YAML documents of a file, which from then on counts as used. A document of a patch may be a list. */
  readonly documents: (path: string) => readonly Source[];
  /** The YAML documents of a text that stands in a file. */
  readonly load: LoadFile;
  readonly isUsed: (path: string) => boolean;
  /** What was wrong in what was read. */
  readonly problems: () => readonly Problem[];
};

export function workspace(files: readonly File[], load: LoadFile): Workspace {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const folders = new Set([""]);
  for (const { path } of files) {
    for (
      let end = path.lastIndexOf("/");
      end > 0 && !folders.has(path.slice(0, end));
      end = path.lastIndexOf("/", end - 1)
    )
      folders.add(path.slice(0, end));
  }
  const used = new Set<string>();
  const read = new Map<
    string,
    { readonly sources: readonly Source[]; readonly problems: readonly Problem[] }
  >();
  return {
    paths: [...byPath.keys()],
    has: (path) => byPath.has(path),
    isFolder: (path) => folders.has(path),
    text: (path) => {
      used.add(path);
      return byPath.get(path)?.text;
    },
    documents: (path) => {
      used.add(path);
      const known = read.get(path);
      if (known !== undefined) return known.sources;
      const file = byPath.get(path);
      const loaded = file === undefined ? { sources: [], problems: [] } : load(file, "any");
      read.set(path, loaded);
      return loaded.sources;
    },
    load,
    isUsed: (path) => used.has(path),
    problems: () => [...read.values()].flatMap(({ problems }) => problems),
  };
}
