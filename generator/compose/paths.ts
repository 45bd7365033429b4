/** Whether a path is the folder, or below it. */
export function isWithin(path: string, folder: string): boolean {
  return folder === "" || path === folder || path.startsWith(`${folder}/`);
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
