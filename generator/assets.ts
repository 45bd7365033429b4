import { readFileSync } from "node:fs";

/*
 * Files that ship with the code. Reading them is no input of a render: same version, same bytes. Both generator/ and
 * dist/ lie directly below the package, so one relative address serves the sources and what is compiled from them.
 */

const read = new Map<string, string>();

/** The text of a file of the package's, e.g. `templates/start.sh`. */
export function asset(path: string): string {
  const known = read.get(path);
  if (known !== undefined) return known;
  const text = readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
  read.set(path, text);
  return text;
}
