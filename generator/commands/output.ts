import { planOutput } from "../adapters/output.ts";
import type { Recorded } from "../adapters/inventory.ts";
import type { Difference, Extent } from "../adapters/output.ts";
import { progress } from "../adapters/progress.ts";
import { below, count, printProblems, shownPath, visible } from "../adapters/terminal.ts";
import { writeOutput } from "../adapters/write.ts";
import type { File } from "../file.ts";
import { claimRefusal } from "../pipeline/claim-change.ts";
import type { Problem } from "../problem.ts";
import { exitCodes, stops } from "./world.ts";
import type { World } from "./world.ts";

/** What is to be in the output folder; without `extent` it is all that is to be there. */
export type ToWrite = {
  readonly files: readonly File[];
  readonly clusters: number;
  /** To be printed, together with those of the output. None of them keeps the run from writing. */
  readonly problems: readonly Problem[];
  readonly extent?: Extent;
  /** Known, where another render was written before: then only this is compared. */
  readonly changed?: Changed | undefined;
};

/** What of a render can differ from what lies there, and what is known of that. */
export type Changed = {
  readonly files: readonly File[];
  readonly extent: ReadonlySet<string>;
  readonly known: Recorded;
};

/** The exit code, and what the folder holds now, if that is what was to be there. */
export type Outcome = { readonly code: number; readonly holds?: Recorded };

/** `check` compares only. */
export type WriteOptions = { readonly output: string; readonly check: boolean; readonly strict: boolean };

/** Compares a render with the output folder and writes what differs. */
export function writeRendered(rendered: ToWrite, options: WriteOptions, world: World): Outcome {
  const counter = progress(world);
  const { changed } = rendered;
  const { plan, problems: ofOutput } = planOutput(options.output, (changed ?? rendered).files, {
    onProgress: counter.show,
    refusal: claimRefusal,
    extent: (changed ?? rendered).extent,
    known: changed?.known,
  });
  const failure =
    plan === undefined || options.check || stops(ofOutput, options.strict)
      ? undefined
      : writeOutput(plan, (_step, done, total) => counter.show("writing", done, total));
  counter.clear();

  const found = [...ofOutput, ...(failure === undefined ? [] : [failure])];
  const problems = [...rendered.problems, ...below(options.output, found)];
  printProblems(problems, world);
  if (plan === undefined || stops(problems, options.strict)) return { code: exitCodes.problems };
  if (options.check) return { code: reportDifferences(plan.differences, options, world) };
  const { writes, removes } = plan;
  const { clusters, extent } = rendered;
  const unchanged = rendered.files.length - writes.length;
  world.stderr(summary({ clusters, extent, written: writes.length, removed: removes.length, unchanged }));
  return { code: exitCodes.done, holds: plan.holds };
}

type Summary = {
  readonly clusters: number;
  readonly extent?: Extent;
  readonly written: number;
  readonly removed: number;
  readonly unchanged: number;
};

/** The line that a run ends with. */
export function summary({ clusters, extent, written, removed, unchanged }: Summary): string {
  const files = unchanged + written;
  const done = `${written} written, ${removed} removed, ${unchanged} unchanged`;
  const part = extent === undefined ? "" : "of them alone: ";
  return `${count(clusters, "cluster")}, ${part}${count(files, "file")}: ${done}\n`;
}

function reportDifferences(
  differences: readonly Difference[],
  { output }: WriteOptions,
  world: World,
): number {
  if (differences.length === 0) return exitCodes.done;
  const lines = differences.map(({ kind, path }) => `${kind} ${visible(shownPath(output, path))}\n`);
  const total = `${visible(output)} is not what a render gives: ${count(differences.length, "difference")}`;
  world.stderr(
    `${lines.join("")}${total}\n  fix: run the same command without --check, and commit what it writes\n`,
  );
  return exitCodes.differs;
}
