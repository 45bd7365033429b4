import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { File } from "../file.ts";
import type { Problem } from "../problem.ts";
import { faultText, headOf, unreadable } from "./fault.ts";
import { digest, inventoryName, markerName } from "./inventory.ts";
import { outputState } from "./output-state.ts";

/**
 * The files that a finished run wrote to a folder, exactly as it wrote them; a Problem, if the folder holds no render, one
 * that was cut off, or one that somebody changed. Places are relative to the folder.
 */
export function readRendered(dir: string): readonly File[] | Problem {
  try {
    const state = outputState(dir);
    if ("rule" in state) return state;
    if (state.inventoryText === undefined)
      return notARender(inventoryName, "there is no render in this folder");
    if (state.markerText !== undefined)
      return notARender(markerName, "the render in this folder was cut off");
    const files: File[] = [];
    for (const [path, expected] of state.inventory) {
      const found = state.find(path);
      if (found.kind !== "file") return notARender(path, "this file of the render is missing");
      const bytes = readFileSync(join(dir, path));
      if (digest(bytes) !== expected) return notARender(path, "this file is not as the render wrote it");
      files.push({ path, text: bytes.toString("utf8") });
    }
    return files;
  } catch (error) {
    const reason = faultText(error);
    if (reason === undefined) throw error;
    return unreadable(".", reason);
  }
}

/** The text of one file of a folder's; undefined if there is none. */
export function readIfThere(dir: string, name: string): string | undefined {
  try {
    return readFileSync(join(dir, name), "utf8");
  } catch (error) {
    if (faultText(error) === undefined) throw error;
    return undefined;
  }
}

function notARender(path: string, message: string): Problem {
  return {
    rule: "not-a-render",
    severity: "error",
    message,
    fix: "render into this folder again",
    at: headOf(path),
  };
}
