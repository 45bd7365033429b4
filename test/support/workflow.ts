import { cpSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { isTree } from "./object.ts";
import type { Tree } from "./object.ts";
import { shell } from "./shell.ts";

export type Job = {
  readonly name: string;
  readonly matrix: readonly Tree[];
  readonly steps: readonly Tree[];
  readonly whole: Tree;
};

export function tree(value: unknown): Tree {
  return isTree(value) ? value : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The jobs of a workflow, with what each of its matrix entries has; a job without a matrix has one entry. */
export function jobsOf(text: string): Job[] {
  const document: unknown = parse(text);
  return Object.entries(tree(tree(document)["jobs"])).map(([name, value]) => {
    const whole = tree(value);
    const axes = Object.entries(tree(tree(whole["strategy"])["matrix"]));
    const matrix = axes.reduce<readonly Tree[]>(
      (entries, [axis, values]) =>
        entries.flatMap((entry) => list(values).map((each) => ({ ...entry, [axis]: each }))),
      [{}],
    );
    return { name, matrix, steps: list(whole["steps"]).map(tree), whole };
  });
}

/** The text with its expressions worked out, for those that a job knows by itself: its matrix, and how many jobs there are. */
function filled(text: unknown, { matrix }: Job, entry: Tree): string {
  return String(text).replace(/\$\{\{\s*([\w.-]+)\s*\}\}/g, (all, name: string) => {
    if (name === "strategy.job-total") return String(matrix.length);
    const value = name.startsWith("matrix.") ? entry[name.slice("matrix.".length)] : undefined;
    if (typeof value !== "string" && typeof value !== "number") throw new Error(`what is ${all}?`);
    return String(value);
  });
}

type Machine = { readonly built: string; readonly cwd: string; readonly artifacts: string };

/** Does what a job does, in a folder: runs its commands, and takes folders for the store of artifacts. */
export function carryOut(job: Job, entry: Tree, { built, cwd, artifacts }: Machine): void {
  for (const step of job.steps) {
    const given = tree(step["with"]);
    const action = typeof step["uses"] === "string" ? step["uses"].split("@")[0] : undefined;
    if (action === undefined) {
      const { status, said } = shell(filled(step["run"], job, entry), { built, cwd });
      if (status !== 0) throw new Error(`${job.name}: a step ended with ${status}:\n${said}`);
    } else if (action === "actions/upload-artifact") {
      upload(join(cwd, String(given["path"])), join(artifacts, filled(given["name"], job, entry)), given);
    } else if (action === "actions/download-artifact") {
      const [before = "", after = ""] = String(given["pattern"]).split("*");
      for (const name of readdirSync(artifacts).filter(
        (each) => each.startsWith(before) && each.endsWith(after),
      ))
        cpSync(join(artifacts, name), join(cwd, String(given["path"]), name), { recursive: true });
    } else if (action !== "actions/checkout" && action !== "actions/setup-node")
      throw new Error(`what does ${action}?`);
  }
}

// https://github.com/actions/upload-artifact: hidden files are left out unless they are asked for.
function upload(from: string, to: string, given: Tree): void {
  if (!existsSync(from)) throw new Error(`there is nothing to upload in ${from}`);
  mkdirSync(to, { recursive: true });
  const isHidden = (path: string) =>
    path
      .slice(from.length)
      .split("/")
      .some((part) => part.startsWith("."));
  cpSync(from, to, {
    recursive: true,
    filter: (path) => given["include-hidden-files"] === true || !isHidden(path),
  });
}
