import { getSystemErrorMap } from "node:util";
import type { Place, Problem } from "../problem.ts";

/** The head of a file: where a problem stands that is about the whole file. "." is the folder itself. */
export function headOf(file: string): Place {
  return { file, line: 1, column: 1 };
}

/**
 * What the system said about a file, in its own words and without the path: `permission denied (EACCES)`.
 * undefined for everything that is not the world's doing: then it is our bug, and has to be thrown on.
 */
export function faultText(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ("errno" in error && typeof error.errno === "number") {
    const known = getSystemErrorMap().get(error.errno);
    return known === undefined ? error.message : `${known[1]} (${known[0]})`;
  }
  // The one refusal of Node's own that a file, and not a wrong call, brings about.
  return "code" in error && error.code === "ERR_FS_FILE_TOO_LARGE" ? "file is too large" : undefined;
}

/** The path that the system complained about, as it stands in the error. */
export function faultPath(error: unknown): string | undefined {
  return error instanceof Error && "path" in error && typeof error.path === "string" ? error.path : undefined;
}

/** True for one of the system's error names, such as "ENOENT". */
export function isFault(error: unknown, ...codes: readonly string[]): boolean {
  return (
    error instanceof Error && "code" in error && typeof error.code === "string" && codes.includes(error.code)
  );
}

export function unreadable(file: string, reason: string): Problem {
  return {
    rule: "unreadable",
    severity: "error",
    message: `this cannot be read: ${reason}`,
    fix: "make it a regular file or folder that the user running pgrender may read",
    at: headOf(file),
  };
}
