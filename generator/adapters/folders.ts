import { realpathSync } from "node:fs";
import { basename, dirname, join, resolve, sep } from "node:path";
import type { Problem } from "../problem.ts";
import { headOf, isFault } from "./fault.ts";

/**
 * The problem of an output folder that is the clusters folder, or lies in it or around it: a render would read what it
 * wrote, or take specs for stale output. Neither folder has to exist. Its place is the output folder.
 */
export function foldersOverlap(
  clusters: string,
  output: string,
  noun = "clusters folder",
): Problem | undefined {
  const input = realLocation(resolve(clusters));
  const target = realLocation(resolve(output));
  const relation = relationOf(target, input);
  if (relation === undefined) return undefined;
  return {
    rule: "folders-overlap",
    severity: "error",
    message: `the output folder ${relation} the ${noun} (${clusters})`,
    fix: `name an output folder beside the ${noun} with --output DIR`,
    at: headOf("."),
  };
}

function relationOf(target: string, input: string): string | undefined {
  if (target === input) return "is";
  if (within(target, input)) return "lies in";
  return within(input, target) ? "lies around" : undefined;
}

function within(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`);
}

// The part that exists without its links, with the rest behind it. `native` also gives the case as it is on disk.
function realLocation(path: string): string {
  try {
    return realpathSync.native(path);
  } catch (error) {
    const parent = dirname(path);
    if (parent === path || !isFault(error, "ENOENT", "ENOTDIR", "EACCES", "EPERM", "ELOOP")) throw error;
    return join(realLocation(parent), basename(path));
  }
}
