import { readdirSync } from "node:fs";
import type { Dirent } from "node:fs";
import { join } from "node:path";
import { isAsideName } from "./inventory.ts";

/**
 * What lies at a path. For `symlink` and `blocked` (something that is no folder, where one should be) `path` names the
 * part of the way that is to blame.
 */
export type Found = {
  readonly kind: "missing" | "file" | "folder" | "symlink" | "other" | "blocked";
  readonly path: string;
};

export type Listing = {
  readonly find: (path: string) => Found;
  /** Paths of files that a cut-off run left aside, in the folders that `find` looked into. */
  readonly leftAside: () => readonly string[];
};

/**
 * Looks into a folder (which exists) by reading each folder on the way once, without following links: 20,000 files then
 * cost no call each, and names come as they are spelt on disk, also where the file system ignores case.
 * Throws the system's error for a folder that cannot be read.
 */
export function listing(root: string): Listing {
  const folders = new Map<string, { readonly found: Found; readonly names: ReadonlyMap<string, Dirent> }>();
  const readFolder = (path: string) => {
    const known = folders.get(path);
    if (known !== undefined) return known;
    const found: Found = path === "" ? { kind: "folder", path } : find(path);
    const entries = found.kind === "folder" ? readdirSync(join(root, path), { withFileTypes: true }) : [];
    const folder = { found, names: new Map(entries.map((entry) => [entry.name, entry])) };
    folders.set(path, folder);
    return folder;
  };
  const find = (path: string): Found => {
    const slash = path.lastIndexOf("/");
    const parent = readFolder(path.slice(0, Math.max(slash, 0)));
    if (parent.found.kind === "file" || parent.found.kind === "other")
      return { kind: "blocked", path: parent.found.path };
    if (parent.found.kind !== "folder")
      return { ...parent.found, path: parent.found.kind === "missing" ? path : parent.found.path };
    return { kind: kindOf(parent.names.get(path.slice(slash + 1))), path };
  };
  return {
    find,
    leftAside: () =>
      [...folders].flatMap(([path, { names }]) =>
        [...names.values()]
          .filter((entry) => entry.isFile() && isAsideName(entry.name))
          .map((entry) => (path === "" ? entry.name : `${path}/${entry.name}`)),
      ),
  };
}

function kindOf(entry: Dirent | undefined): Found["kind"] {
  if (entry === undefined) return "missing";
  if (entry.isSymbolicLink()) return "symlink";
  if (entry.isDirectory()) return "folder";
  return entry.isFile() ? "file" : "other";
}
