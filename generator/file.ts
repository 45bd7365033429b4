/** Text at a path, at both ends of the generator. Paths are relative, with `/`, on every system. */
export type File = { readonly path: string; readonly text: string };

/** The folder that a path lies in, `""` at the top. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf("/"), 0));
}

/** A folder and those around it, the nearest first, the top (`""`) last. */
export function enclosing(folder: string): string[] {
  const steps = folder === "" ? [] : folder.split("/");
  return [...steps.keys()].map((count) => steps.slice(0, steps.length - count).join("/")).concat("");
}

/** The folders around a path, in the same order. */
export function foldersAround(path: string): string[] {
  return enclosing(folderOf(path));
}

/** A path as seen from a folder, with its `.` and `..` worked out; undefined if it leaves the clusters folder. */
export function resolved(folder: string, path: string): string | undefined {
  const steps = folder === "" ? [] : folder.split("/");
  for (const step of path.split("/")) {
    if (step === "" || step === ".") continue;
    if (step !== "..") steps.push(step);
    else if (steps.pop() === undefined) return undefined;
  }
  return steps.join("/");
}

/** Whether a path is one of the names under which kustomize looks for what a folder is composed of. */
export function isKustomization(path: string): boolean {
  return /(^|\/)(kustomization\.ya?ml|Kustomization)$/.test(path);
}
