import { foldersOverlap } from "../adapters/folders.ts";
import { readInput } from "../adapters/input.ts";
import type { Input } from "../adapters/input.ts";
import { inventoryName, markerName } from "../adapters/inventory.ts";
import type { Recorded } from "../adapters/inventory.ts";
import { within } from "../adapters/output.ts";
import { progress } from "../adapters/progress.ts";
import { readIfThere } from "../adapters/rendered.ts";
import { below, printProblems, visible } from "../adapters/terminal.ts";
import { watchFolder } from "../adapters/watch.ts";
import { folderOf } from "../file.ts";
import type { File } from "../file.ts";
import { writeRendered } from "./output.ts";
import type { Changed } from "./output.ts";
import { exitCodes, renderInput, stops } from "./world.ts";
import type { World } from "./world.ts";

export type WatchOptions = { readonly clusters: string; readonly output: string; readonly strict: boolean };

/**
 * Renders, and renders again after each change of the clusters folder, until it is stopped. After each run the output is
 * what a render of its own would give; after one with an error it stays as it was. Returns the exit code of the last run.
 */
export async function watchCommand(
  options: WatchOptions,
  world: World,
  watch = watchFolder(options.clusters),
): Promise<number> {
  const { clusters, output } = options;
  const refusal = foldersOverlap(clusters, output);
  if (refusal !== undefined) {
    printProblems(below(output, [refusal]), world);
    return exitCodes.problems;
  }
  world.onStop?.(watch.close);
  const run = runs(options, world);
  let code: number = exitCodes.done;
  try {
    for (let isFirst = true; isFirst || (await watch.changed()); isFirst = false) {
      const problem = watch.cover();
      if (problem !== undefined) {
        printProblems(below(clusters, [problem]), world);
        return exitCodes.problems;
      }
      code = run();
      if (isFirst) world.stderr(`watching ${visible(clusters)}; Ctrl-C ends it\n`);
    }
    return code;
  } finally {
    watch.close();
  }
}

/** What the last run read, whether that could be rendered, and what is in the output folder since a run that wrote. */
type Last = { readonly input: Input; readonly isBroken: boolean; readonly left: Left | undefined };
type Left = { readonly files: readonly File[]; readonly holds: Recorded };

/** One run after the other: each gives its exit code. */
function runs({ clusters, output, strict }: WatchOptions, world: World): () => number {
  const render = world.renderAgain?.() ?? world.render;
  let last: Last | undefined;
  let code: number = exitCodes.done;
  return () => {
    const counter = progress(world);
    const input = readInput(clusters, counter.show);
    const left = isAsLeft(output, last?.left) ? last?.left : undefined;
    // Saved as it was, or told of twice.
    if (last !== undefined && isSame(last.input, input) && (last.isBroken || left !== undefined)) return code;
    const rendered = renderInput(input, { dir: clusters, world: { ...world, render }, progress: counter });
    counter.clear();
    if (stops(rendered.problems, strict)) {
      printProblems(rendered.problems, world);
      world.stderr(`${visible(output)} stays as it was\n`);
      last = { input, isBroken: true, left };
      code = exitCodes.problems;
      return code;
    }
    const changed = left === undefined ? undefined : changedSince(left, rendered.files);
    const { holds, ...outcome } = writeRendered(
      { ...rendered, changed },
      { output, strict, check: false },
      world,
    );
    last = {
      input,
      isBroken: false,
      left: holds === undefined ? undefined : { files: rendered.files, holds },
    };
    code = outcome.code;
    return code;
  };
}

function isSame(one: Input, other: Input): boolean {
  return (
    one.files.length === other.files.length &&
    one.files.every(({ path, text }, index) => {
      const file = other.files[index];
      return file?.path === path && file.text === text;
    }) &&
    JSON.stringify(one.problems) === JSON.stringify(other.problems)
  );
}

/** Whether nobody else has rendered into the folder, or brought another commit there: the inventory names every file. */
function isAsLeft(output: string, left: Left | undefined): boolean {
  return (
    left !== undefined &&
    readIfThere(output, markerName) === undefined &&
    readIfThere(output, inventoryName) === left.holds.text
  );
}

/** The folders with a file that was made anew or is gone, and all files in them: what was not, is the same object. */
function changedSince(before: Left, files: readonly File[]): Changed {
  const [old, made] = [new Set(before.files), new Set(files)];
  const extent = new Set(
    [...files.filter((file) => !old.has(file)), ...before.files.filter((file) => !made.has(file))].map(
      ({ path }) => folderOf(path),
    ),
  );
  const isIn = within(extent);
  return { files: files.filter(({ path }) => isIn(path)), extent, known: before.holds };
}
