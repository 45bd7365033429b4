import { Option } from "commander";
import { foldersOverlap } from "../adapters/folders.ts";
import { planOutput } from "../adapters/output.ts";
import type { Difference, OutputPlan } from "../adapters/output.ts";
import { progress } from "../adapters/progress.ts";
import { below, count, printProblems, shownPath, visible } from "../adapters/terminal.ts";
import { writeOutput } from "../adapters/write.ts";
import type { File } from "../file.ts";
import { clustersOption, outputOption, strictOption } from "./options.ts";
import type { AddCommand } from "./options.ts";
import { exitCodes, renderFolder, stops } from "./world.ts";
import type { World } from "./world.ts";

/** Folders as typed; `check` and `stdout` are not both set. */
export type RenderOptions = {
  readonly clusters: string;
  readonly output: string;
  readonly check: boolean;
  readonly stdout: boolean;
  readonly strict: boolean;
};

export const addRender: AddCommand = (top, { world, finish }) => {
  top
    .command("render")
    .description("render the clusters folder into the output folder")
    .addOption(clustersOption())
    .addOption(outputOption())
    .addOption(
      new Option("--check", "write nothing; exit 1 if the output is not what a render gives").default(false),
    )
    .addOption(new Option("--stdout", "write nothing; print the manifests").default(false).conflicts("check"))
    .addOption(strictOption())
    .action((options: RenderOptions) => finish(renderCommand(options, world)));
};

/**
 * Renders the clusters folder into the output folder, or to stdout, or (`check`) compares only. Returns the exit code.
 * Nothing is written when a problem is an error: to Argo CD and Flux a missing file means "delete".
 */
export function renderCommand(options: RenderOptions, world: World): number {
  const overlap = options.stdout ? undefined : foldersOverlap(options.clusters, options.output);
  if (overlap !== undefined) {
    printProblems(below(options.output, [overlap]), world);
    return exitCodes.problems;
  }

  const counter = progress(world);
  const rendered = renderFolder(options.clusters, world, counter);
  const planned =
    options.stdout || stops(rendered.problems, options.strict)
      ? undefined
      : planOutput(options.output, rendered.files, counter.show);
  const plan = planned?.plan;
  const failure =
    plan === undefined || options.check || stops(planned?.problems ?? [], options.strict)
      ? undefined
      : writeOutput(plan, (_step, done, total) => counter.show("writing", done, total));
  counter.clear();

  const found = [...(planned?.problems ?? []), ...(failure === undefined ? [] : [failure])];
  const problems = [...rendered.problems, ...below(options.output, found)];
  printProblems(problems, world);
  if (stops(problems, options.strict)) return exitCodes.problems;
  if (plan === undefined) {
    world.stdout(documents(rendered.files));
    return exitCodes.done;
  }
  if (options.check) return reportDifferences(plan.differences, options, world);
  world.stderr(summary(plan, rendered.clusters));
  return exitCodes.done;
}

function summary(plan: OutputPlan, clusters: number): string {
  const files = plan.unchanged + plan.writes.length;
  const done = `${plan.writes.length} written, ${plan.removes.length} removed, ${plan.unchanged} unchanged`;
  return `${count(clusters, "cluster")}, ${count(files, "file")}: ${done}\n`;
}

function reportDifferences(
  differences: readonly Difference[],
  { output }: RenderOptions,
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

/** The objects alone, as `kubectl apply -f -` reads them: a kustomization.yaml is for a folder. */
function documents(files: readonly File[]): string {
  return files
    .filter(({ path }) => /\.ya?ml$/.test(path) && !/(^|\/)kustomization\.yaml$/.test(path))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ path, text }) => `# ${visible(path)}\n${text}${text.endsWith("\n") ? "" : "\n"}`)
    .join("---\n");
}
