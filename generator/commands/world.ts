import { below } from "../adapters/terminal.ts";
import type { Terminal } from "../adapters/terminal.ts";
import type { Progress } from "../adapters/progress.ts";
import { headOf } from "../adapters/fault.ts";
import { readInput } from "../adapters/input.ts";
import type { File } from "../file.ts";
import { isError } from "../problem.ts";
import type { Problem } from "../problem.ts";
import type { Rendered } from "../render.ts";

/** What a command needs from outside, so that a test can give it another one. */
export type World = Terminal & {
  readonly stdout: (text: string) => void;
  readonly render: (files: readonly File[]) => Rendered;
};

/** What a command tells the shell. Wrong usage is a problem, too. */
export const exitCodes = { done: 0, differs: 1, problems: 2 } as const;

/** Whether problems keep a run from doing its work; `strict` takes warnings for errors. */
export function stops(problems: readonly Problem[], strict: boolean): boolean {
  return problems.some((problem) => strict || isError(problem));
}

/**
 * Reads and renders a clusters folder; places of problems start with the folder as it was typed. A folder without any
 * cluster is the error `no-clusters`: its render would be empty, and would remove every cluster from the output.
 */
export function renderFolder(dir: string, world: World, progress: Progress): Rendered {
  const input = readInput(dir, progress.show);
  // Files that could not be read do not keep the others from being judged; but without a folder there are none.
  if (input.files.length === 0 && input.problems.length > 0)
    return { files: [], problems: below(dir, input.problems), clusters: 0 };

  progress.show("rendering", 0, input.files.length);
  const { files, clusters, problems } = world.render(input.files);
  const all = [...input.problems, ...problems];
  if (all.some(isError)) return { files: [], problems: below(dir, all), clusters };
  if (clusters > 0) return { files, problems: below(dir, all), clusters };
  const none = {
    rule: "no-clusters",
    severity: "error" as const,
    message: "the folder has no cluster, and an empty render would remove everything from the output",
    fix: "add a cluster, or name another folder with --clusters DIR; to give up the last cluster, remove the output folder yourself",
    at: headOf("."),
  };
  return { files: [], problems: below(dir, [...all, none]), clusters };
}
