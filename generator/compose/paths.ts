/** The folder of a path, `""` at the top. */
export function folderOf(path: string): string {
  return path.split("/").slice(0, -1).join("/");
}

/** A path in a folder with its `.` and `..` worked out; undefined if it leaves the clusters folder. */
export function resolved(folder: string, path: string): string | undefined {
  const steps = folder === "" ? [] : folder.split("/");
  for (const step of path.split("/")) {
    if (step === "" || step === ".") continue;
    if (step !== "..") steps.push(step);
    else if (steps.pop() === undefined) return undefined;
  }
  return steps.join("/");
}

/** Whether a path is the folder, or below it. */
export function isWithin(path: string, folder: string): boolean {
  return folder === "" || path === folder || path.startsWith(`${folder}/`);
}

/** The folders around a path, the nearest first, the top (`""`) last. */
export function foldersAround(path: string): string[] {
  const steps = path.split("/").slice(0, -1);
  return [...steps.keys()].map((count) => steps.slice(0, steps.length - count).join("/")).concat("");
}

/** Whether a path is an address that something would have to be fetched from. */
export function isRemote(path: string): boolean {
  return (
    /^[a-z][a-z0-9+.-]*:\/\//i.test(path) ||
    /^[\w.-]+@[\w.-]+:/.test(path) ||
    /^(git::|github\.com[/:]|gitlab\.com[/:]|bitbucket\.org[/:])/.test(path) ||
    /\?(ref|version|timeout|submodules)=/.test(path)
  );
}
