import { Option } from "commander";
import { foldersOverlap } from "../adapters/folders.ts";
import { progress } from "../adapters/progress.ts";
import { below, count, printProblems, visible } from "../adapters/terminal.ts";
import type { File } from "../file.ts";
import type { Problem } from "../problem.ts";
import type { Rendered } from "../render.ts";
import { only, shard } from "../select/only.ts";
import { clustersOption, outputOption, strictOption } from "./options.ts";
import type { AddCommand } from "./options.ts";
import { summary, writeRendered } from "./output.ts";
import { inputDigest, shardFiles, shardOption, shardRefusal } from "./shard.ts";
import type { Shard } from "./shard.ts";
import { remembering } from "./unchanged.ts";
import { watchCommand } from "./watch.ts";
import { exitCodes, renderFolder, stops } from "./world.ts";
import type { Choice, World } from "./world.ts";

/** Folders as typed; `check` and `stdout` are not both set, and neither are `only` and `shard`; none of them with `watch`. */
export type RenderOptions = {
  readonly clusters: string;
  readonly output: string;
  readonly check: boolean;
  readonly stdout: boolean;
  readonly strict: boolean;
  readonly watch?: boolean;
  /** Patterns of the clusters to render; all, if there is none. */
  readonly only?: readonly string[];
  readonly shard?: Shard;
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
    .addOption(
      new Option(
        "--only <GLOB...>",
        "only clusters of this name, namespace/name or folder; leaves the others alone",
      ),
    )
    .addOption(shardOption().conflicts(["only", "check", "stdout"]))
    .addOption(
      new Option("--watch", "stay, and render again whenever the clusters folder changes, until Ctrl-C")
        .default(false)
        .conflicts(["check", "only", "shard", "stdout"]),
    )
    .addOption(strictOption())
    .action((options: RenderOptions) =>
      finish(options.watch === true ? watchCommand(options, world) : renderCommand(options, world)),
    );
};

/**
 * Renders the clusters folder into the output folder, or to stdout, or (`check`) compares only. Returns the exit code.
 * Nothing is written when a problem is an error: to Argo CD and Flux a missing file means "delete".
 */
export function renderCommand(options: RenderOptions, world: World): number {
  const refusal = options.stdout ? undefined : refused(options);
  if (refusal !== undefined) {
    printProblems(below(options.output, [refusal]), world);
    return exitCodes.problems;
  }

  let input = "";
  const counter = progress(world);
  const last =
    isWhole(options) && world.memories !== undefined
      ? remembering(options.output, world, world.memories)
      : undefined;
  const rendered = renderFolder(
    options.clusters,
    { ...world, render: last?.render ?? world.render },
    counter,
    choice(options, (files) => {
      input = inputDigest(files);
    }),
  );
  counter.clear();
  const { problems } = rendered;
  if (stops(problems, options.strict) || options.stdout) {
    printProblems(problems, world);
    sayElsewhere(rendered, world);
    if (stops(problems, options.strict)) return exitCodes.problems;
    world.stdout(documents(rendered.files));
    return exitCodes.done;
  }
  const done = last?.done();
  if (done !== undefined) {
    world.stderr(summary({ clusters: done.clusters, written: 0, removed: 0, unchanged: done.files }));
    return exitCodes.done;
  }
  const files =
    options.shard === undefined
      ? rendered.files
      : shardFiles(rendered, options.shard, { input, made: world.version });
  const extent = options.only === undefined ? undefined : new Set(rendered.folders);
  const { code } = writeRendered({ ...rendered, files, extent }, options, world);
  if (code === exitCodes.done && problems.length === 0) last?.keep(rendered.clusters);
  sayElsewhere(rendered, world);
  return code;
}

function isWhole({ check, stdout, only: patterns, shard: part }: RenderOptions): boolean {
  return !check && !stdout && patterns === undefined && part === undefined;
}

function refused({ clusters, output, shard: part }: RenderOptions): Problem | undefined {
  return foldersOverlap(clusters, output) ?? (part === undefined ? undefined : shardRefusal(output, part));
}

function choice(
  { only: patterns, shard: part }: RenderOptions,
  onInput: (files: readonly File[]) => void,
): Choice | undefined {
  if (patterns !== undefined) return (files) => only(files, patterns);
  if (part === undefined) return undefined;
  return (files) => {
    onInput(files);
    return shard(files, part);
  };
}

function sayElsewhere({ elsewhere }: Rendered, world: World): void {
  if (elsewhere > 0)
    world.stderr(`${count(elsewhere, "problem")} of other clusters not shown: see pgrender validate\n`);
}

/** The objects alone, as `kubectl apply -f -` reads them: a kustomization.yaml is for a folder. */
function documents(files: readonly File[]): string {
  return files
    .filter(({ path }) => /\.ya?ml$/.test(path) && !/(^|\/)kustomization\.yaml$/.test(path))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ path, text }) => `# ${visible(path)}\n${text}${text.endsWith("\n") ? "" : "\n"}`)
    .join("---\n");
}
