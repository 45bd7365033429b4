import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import type { File } from "../../generator/file.ts";
import { planOutput } from "../../generator/adapters/output.ts";
import type { OutputPlan } from "../../generator/adapters/output.ts";
import { writeOutput } from "../../generator/adapters/write.ts";

/** A folder as a value: path to text. A path that ends in "/" is an empty folder. */
export type Tree = Readonly<Record<string, string>>;

/** An empty folder that is gone after the test. */
export function temporaryFolder(): string {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), "pgrender-")));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  return dir;
}

export function writeTree(dir: string, tree: Tree): void {
  mkdirSync(dir, { recursive: true });
  for (const [path, text] of Object.entries(tree)) {
    mkdirSync(join(dir, path.endsWith("/") ? path : dirname(path)), { recursive: true });
    if (!path.endsWith("/")) writeFileSync(join(dir, path), text);
  }
}

/** Everything below a folder, hidden files, links and empty folders too. */
export function readTree(dir: string, below = ""): Tree {
  const entries = readdirSync(join(dir, below), { withFileTypes: true });
  if (entries.length === 0 && below !== "") return { [below]: "" };
  const trees = entries.map((entry): Tree => {
    const path = `${below}${entry.name}`;
    if (entry.isSymbolicLink()) return { [path]: `-> ${readlinkSync(join(dir, path))}` };
    return entry.isDirectory()
      ? readTree(dir, `${path}/`)
      : { [path]: readFileSync(join(dir, path), "utf8") };
  });
  return Object.fromEntries(trees.flatMap((tree) => Object.entries(tree)));
}

/** A named pipe: opening it to read waits until somebody writes. */
export function makePipe(path: string): void {
  execFileSync("env", ["mkfifo", path]);
}

export function files(tree: Tree): readonly File[] {
  return Object.entries(tree).map(([path, text]) => ({ path, text }));
}

/** The plan for a render that has no problem of severity error. */
export function planFor(dir: string, tree: Tree): OutputPlan {
  const { plan, problems } = planOutput(dir, files(tree));
  if (plan === undefined) throw new Error(`no plan: ${JSON.stringify(problems)}`);
  return plan;
}

/** Lays a render down as a run does, with the inventory. */
export function renderTree(dir: string, tree: Tree): void {
  const problem = writeOutput(planFor(dir, tree));
  if (problem !== undefined) throw new Error(problem.message);
}
