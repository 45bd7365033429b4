import { existsSync, lstatSync, mkdirSync, renameSync, rmSync, rmdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { File } from "../file.ts";
import type { Problem } from "../problem.ts";
import { faultText, headOf } from "./fault.ts";
import { asidePath } from "./inventory.ts";

/**
 * Makes files that do not exist yet, and puts another text in the place of files that do (`edits`). All or nothing: where
 * something is in the way, or the disk refuses, what was made is taken away again. Paths are relative to the folder.
 */
export function createFiles(
  dir: string,
  files: readonly File[],
  edits: readonly File[] = [],
): readonly Problem[] {
  const inTheWay = files.filter(({ path }) => isThere(join(dir, path)));
  if (inTheWay.length > 0) return inTheWay.map(({ path }) => blocked(path));

  const undo: (() => void)[] = [];
  let at = ".";
  try {
    for (const { path, text } of files) {
      at = path;
      makeFolders(dirname(join(dir, path)), undo);
      writeFileSync(join(dir, path), text, { flag: "wx" });
      undo.push(() => rmSync(join(dir, path)));
    }
    const asides = edits.map(({ path, text }) => {
      at = path;
      const aside = join(dir, asidePath(path));
      writeFileSync(aside, text, { flag: "wx" });
      undo.push(() => rmSync(aside, { force: true }));
      return { aside, path };
    });
    for (const { aside, path } of asides) renameSync(aside, join(dir, path));
    return [];
  } catch (error) {
    const reason = faultText(error);
    if (reason === undefined) throw error;
    for (const step of undo.reverse()) step();
    return [refused(at, reason)];
  }
}

function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    // Something on the way is no folder, or may not be looked into: making the file will say so.
    if (faultText(error) === undefined) throw error;
    return false;
  }
}

function makeFolders(folder: string, undo: (() => void)[]): void {
  if (existsSync(folder)) return;
  makeFolders(dirname(folder), undo);
  mkdirSync(folder);
  undo.push(() => rmdirSync(folder));
}

function blocked(path: string): Problem {
  return {
    rule: "in-the-way",
    severity: "error",
    message: "this is there already, and is not written over",
    fix: "move it away, or choose another place",
    at: headOf(path),
  };
}

function refused(path: string, reason: string): Problem {
  return {
    rule: "write-failed",
    severity: "error",
    message: `this cannot be written: ${reason}`,
    fix: "mend that and try again: nothing was written",
    at: headOf(path),
  };
}
