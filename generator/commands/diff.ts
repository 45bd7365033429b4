import { resolve } from "node:path";
import { Option } from "commander";
import { headOf } from "../adapters/fault.ts";
import { readInput } from "../adapters/input.ts";
import type { Input } from "../adapters/input.ts";
import { mergeBase, readRevision } from "../adapters/revision.ts";
import { below, printProblems } from "../adapters/terminal.ts";
import { compare } from "../diff/compare.ts";
import { reportMarkdown } from "../diff/markdown.ts";
import { isEmpty, report } from "../diff/report.ts";
import type { Report } from "../diff/report.ts";
import { sideOf } from "../diff/side.ts";
import type { Side } from "../diff/side.ts";
import { reportText } from "../diff/text.ts";
import { isError } from "../problem.ts";
import type { Problem } from "../problem.ts";
import { clustersOption, strictOption } from "./options.ts";
import type { AddCommand } from "./options.ts";
import { exitCodes, stops } from "./world.ts";
import type { World } from "./world.ts";

export type DiffOptions = {
  readonly clusters: string;
  readonly format: "text" | "markdown" | "json";
  readonly mergeBase: boolean;
  readonly strict: boolean;
};

export const addDiff: AddCommand = (top, { world, finish }) => {
  top
    .command("diff")
    .description("show what changes in the manifests between two commits, or folders")
    .argument("<FROM>", "a commit, branch or tag; or a folder with specs, which begins with ./ or /")
    .argument("[TO]", "the same; left out, the clusters folder as it is now")
    .addOption(clustersOption())
    .addOption(
      new Option("--merge-base", "compare with the commit from which FROM and TO went apart").default(false),
    )
    .addOption(
      new Option("--format <FORMAT>", "for people or for programs")
        .choices(["text", "markdown", "json"])
        .default("text"),
    )
    .addOption(strictOption())
    .action((from: string, to: string | undefined, options: DiffOptions) =>
      finish(diffCommand(from, to, options, world)),
    );
};

const formats: Readonly<Record<DiffOptions["format"], (found: Report) => string>> = {
  text: reportText,
  markdown: reportMarkdown,
  json: (found) => `${JSON.stringify(found, undefined, 2)}\n`,
};

/** Renders two states of the clusters folder in memory and prints what differs. Returns the exit code: 1 if anything does. */
export function diffCommand(
  from: string,
  to: string | undefined,
  options: DiffOptions,
  world: World,
): number {
  const base = options.mergeBase ? mergeBase(from, to ?? "HEAD", options.clusters) : from;
  if (base === undefined) {
    printProblems([noMergeBase(from, to ?? "HEAD")], world);
    return exitCodes.problems;
  }
  const sides = [stateOf(base, options), stateOf(to, options)] as const;
  // Warnings are those of what is to be: what was, has been looked at before.
  const problems = [...sides[0].problems.filter(isError), ...sides[1].problems];
  printProblems(problems, world);
  if (stops(problems, options.strict)) return exitCodes.problems;
  const found = report(compare(sides[0], sides[1]));
  world.stdout(formats[options.format](found));
  return isEmpty(found) ? exitCodes.done : exitCodes.differs;
}

function noMergeBase(from: string, to: string): Problem {
  return {
    rule: "merge-base",
    severity: "error",
    message: `there is no commit here from which ${from} and ${to} went apart`,
    fix: "name two commits of one history; in a workflow, check out with fetch-depth: 0",
    at: headOf("."),
  };
}

/** One side; places of its problems say of which one they are. */
function stateOf(name: string | undefined, { clusters }: DiffOptions): Side {
  const isFolder = name === undefined || /^(\.{0,2}[/\\]|\.{1,2}$|[A-Za-z]:[/\\])/.test(name);
  const folder = isFolder ? (name ?? clusters) : `${name}:${clusters}`;
  const input: Input = isFolder ? readInput(resolve(folder)) : readRevision(name, clusters);
  const side = sideOf(input.files);
  const problems: readonly Problem[] = below(folder, [...input.problems, ...side.problems]);
  return input.problems.some(isError) ? { units: new Map(), problems } : { ...side, problems };
}
