import { below } from "../adapters/terminal.ts";
import type { Memories } from "../adapters/memory.ts";
import type { Terminal } from "../adapters/terminal.ts";
import type { Progress } from "../adapters/progress.ts";
import { headOf } from "../adapters/fault.ts";
import { readInput } from "../adapters/input.ts";
import type { Input } from "../adapters/input.ts";
import type { File } from "../file.ts";
import { isError } from "../problem.ts";
import type { Problem } from "../problem.ts";
import type { Rendered } from "../render.ts";
import type { Empty, Part, Scope } from "../select/only.ts";

/** What a command needs from outside, so that a test can give it another one. */
export type World = Terminal & {
  /** The tool's own. */
  readonly version: string;
  readonly stdout: (text: string) => void;
  /** Asks the person at the terminal, and gives the line that is typed; absent, where there is none. */
  readonly ask?: (question: string) => Promise<string>;
  readonly render: (files: readonly File[], scope?: Scope) => Rendered;
  /** Without it, every render is done. */
  readonly memories?: Memories | undefined;
  /** For a command that renders again and again: a render that remembers the one before. */
  readonly renderAgain?: () => World["render"];
  /** Who is told when the person at the terminal, or the system, ends the program. */
  readonly onStop?: (stop: () => void) => void;
};

/** What a command tells the shell. Wrong usage is a problem, too. */
export const exitCodes = { done: 0, differs: 1, problems: 2 } as const;

/** Whether problems keep a run from doing its work; `strict` takes warnings for errors. */
export function stops(problems: readonly Problem[], strict: boolean): boolean {
  return problems.some((problem) => strict || isError(problem));
}

/** Which part of the files to render. */
export type Choice = (files: readonly File[]) => Part;

/**
 * Reads and renders a clusters folder, or the part of it that is chosen; places of problems start with the folder as it
 * was typed. A folder without any cluster is the error `no-clusters`: its render would be empty, and would remove every
 * cluster from the output.
 */
export function renderFolder(dir: string, world: World, progress: Progress, choice?: Choice): Rendered {
  return renderInput(readInput(dir, progress.show), { dir, world, progress, choice });
}

type Rendering = {
  readonly dir: string;
  readonly world: World;
  readonly progress: Progress;
  readonly choice?: Choice | undefined;
};

/** The same for a folder that was read. */
export function renderInput(input: Input, { dir, world, progress, choice }: Rendering): Rendered {
  // Files that could not be read do not keep the others from being judged; but without a folder there are none.
  if (input.files.length === 0 && input.problems.length > 0)
    return { ...nothing, problems: below(dir, input.problems) };

  progress.show("rendering", 0, input.files.length);
  const part = choice?.(input.files);
  const rendered = world.render(part?.files ?? input.files, part?.scope);
  const all = [...input.problems, ...rendered.problems];
  if (all.some(isError)) return { ...rendered, files: [], problems: below(dir, all) };
  const empty = part === undefined ? noClusters : part.empty;
  if (rendered.clusters > 0 || empty === undefined) return { ...rendered, problems: below(dir, all) };
  const none = { ...empty, severity: "error" as const, at: headOf(".") };
  return { ...rendered, files: [], problems: below(dir, [...all, none]) };
}

const nothing: Rendered = {
  files: [],
  problems: [],
  clusters: 0,
  folders: [],
  elsewhere: 0,
  claimants: () => [],
};

const noClusters: Empty = {
  rule: "no-clusters",
  message: "the folder has no cluster, and an empty render would remove everything from the output",
  fix: "add a cluster, or name another folder with --clusters DIR; to give up the last cluster, remove the output folder yourself",
};
