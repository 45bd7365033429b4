import {
  closeSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join, posix } from "node:path";
import type { Problem } from "../problem.ts";
import { faultText, headOf, isFault } from "./fault.ts";
import { asidePath, inventoryName, markerName } from "./inventory.ts";
import type { OutputPlan } from "./output.ts";

/** One change of the disk. `path` is the file that it is done for, relative to the output folder ("." is the folder). */
export type Step =
  | { readonly kind: "make-folder" | "remove-folder" | "remove" | "move-in"; readonly path: string }
  | { readonly kind: "create" | "write-aside"; readonly path: string; readonly text: string };

/** Called before each step. What it throws is thrown on, and leaves the folder as a cut at that moment would. */
export type OnStep = (step: Step, done: number, total: number) => void;

/**
 * Carries a plan out. May be cut off at any moment: existing files are replaced by a rename, so none is half-written,
 * and the marker tells the next run which paths this one was at.
 * Returns the problem `write-failed` where the disk refuses (full, no permission); the next run then completes the work.
 */
export function writeOutput(plan: OutputPlan, onStep: OnStep = () => {}): Problem | undefined {
  const all = stepsOf(plan);
  for (const [done, step] of all.entries()) {
    onStep(step, done, all.length);
    try {
      carryOut(step, plan.dir);
    } catch (error) {
      const reason = faultText(error);
      if (reason === undefined) throw error;
      return writeFailed(step.path, reason);
    }
  }
  return undefined;
}

/**
 * Stale files go before new ones come: where the file system ignores case, `Orders.yaml` would otherwise be removed
 * right after `orders.yaml` was written. The inventory is last, so whoever reads it finds what it names.
 */
export function stepsOf(plan: OutputPlan): readonly Step[] {
  const folders = new Set(plan.writes.filter((write) => write.isNew).map(({ path }) => posix.dirname(path)));
  const steps: Step[] = [
    ...plan.leftAside.map((path) => ({ kind: "remove" as const, path })),
    ...(plan.marker === undefined ? [] : replace(markerName, plan.marker)),
    ...plan.removes.map((path) => ({ kind: "remove" as const, path })),
    ...plan.emptied.map((path) => ({ kind: "remove-folder" as const, path })),
    ...[...folders].map((path) => ({ kind: "make-folder" as const, path })),
    // A new file is written in place: 20,000 renames take 3 s on ext4, and half of a new file is in the marker.
    ...plan.writes.flatMap(({ path, text, isNew }) =>
      isNew ? [{ kind: "create" as const, path, text }] : replace(path, text),
    ),
    ...(plan.inventory === undefined ? [] : replace(inventoryName, plan.inventory)),
    ...(plan.marker !== undefined || plan.markerLies ? [{ kind: "remove" as const, path: markerName }] : []),
  ];
  return steps.length === 0 ? [] : [{ kind: "make-folder", path: "." }, ...steps];
}

function replace(path: string, text: string): Step[] {
  return [
    { kind: "write-aside", path, text },
    { kind: "move-in", path },
  ];
}

function carryOut(step: Step, dir: string): void {
  const place = join(dir, step.path);
  switch (step.kind) {
    case "make-folder":
      mkdirSync(place, { recursive: true });
      return;
    case "remove-folder":
      removeIfEmpty(place);
      return;
    case "remove":
      unlinkSync(place);
      return;
    case "move-in":
      renameSync(join(dir, asidePath(step.path)), place);
      return;
    // "wx" fails where something has come to lie since the plan was made, instead of writing over or through it.
    case "create":
      create(place, step.text);
      return;
    case "write-aside":
      writeFileSync(join(dir, asidePath(step.path)), step.text, { flag: "wx" });
      return;
  }
}

/** As writeFileSync does it, which makes a Buffer of each text first and takes a quarter longer. */
function create(place: string, text: string): void {
  const file = openSync(place, "wx");
  try {
    const written = writeSync(file, text);
    // A disk that is nearly full takes a part; the rest brings its error.
    if (written < Buffer.byteLength(text)) writeFileSync(file, Buffer.from(text).subarray(written));
  } finally {
    closeSync(file);
  }
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch (error) {
    if (!isFault(error, "ENOTEMPTY", "EEXIST")) throw error;
  }
}

function writeFailed(path: string, reason: string): Problem {
  return {
    rule: "write-failed",
    severity: "error",
    message: `this cannot be written: ${reason}`,
    fix: "mend that and render again: the next run completes what this one began",
    at: headOf(path),
  };
}
