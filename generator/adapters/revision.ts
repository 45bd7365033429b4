import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import type { Problem } from "../problem.ts";
import { headOf } from "./fault.ts";
import { readInput } from "./input.ts";
import type { Input } from "./input.ts";

/**
 * The files of a folder as a commit has them, read as those of the working tree are: git's attributes and filters hold. One that the
 * commit does not have is an empty folder. The repository is the one around the folder, and is left as it is.
 */
export function readRevision(revision: string, dir: string): Input {
  const scratch = mkdtempSync(join(tmpdir(), "pgrender-revision-"));
  try {
    const base = nearestFolder(dir);
    // An index of its own: that of the user may have something under way.
    const index = join(scratch, "index");
    const commit = git(base, [
      "rev-parse",
      "--verify",
      "--quiet",
      "--end-of-options",
      `${revision}^{commit}`,
    ]);
    const top = git(base, ["rev-parse", "--show-toplevel"]);
    if (typeof top === "string") return failed(revision, top);
    if (typeof commit === "string") return failed(revision, "there is no such commit here");
    const read = git(base, ["read-tree", text(commit)], { index });
    if (typeof read === "string") return failed(revision, read);
    const below = relative(base, resolve(dir));
    const files = git(base, ["ls-files", "-z", "--full-name", "--", below === "" ? "." : below], { index });
    if (typeof files === "string") return failed(revision, files);
    if (files.length === 0) return { files: [], problems: [] };
    const out = join(scratch, "tree");
    const copy = ["checkout-index", "-f", "-z", "--stdin", `--prefix=${out}/`];
    const copied = git(text(top), copy, { index, input: files });
    if (typeof copied === "string") return failed(revision, copied);
    const prefix = git(base, ["rev-parse", "--show-prefix"]);
    return readInput(join(out, typeof prefix === "string" ? "" : text(prefix), below));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The commit from which two went apart, in the repository around a folder; undefined if there is none here. */
export function mergeBase(one: string, other: string, dir: string): string | undefined {
  const found = git(nearestFolder(dir), ["merge-base", "--end-of-options", one, other]);
  return typeof found === "string" ? undefined : text(found);
}

/** The folder itself, or the first above it that is there now. */
function nearestFolder(dir: string): string {
  const path = resolve(dir);
  return existsSync(path) ? path : nearestFolder(dirname(path));
}

type Settings = { readonly index?: string; readonly input?: Buffer };

/** Standard output of git, or what it said instead. */
function git(cwd: string, args: readonly string[], { index, input }: Settings = {}): Buffer | string {
  const { status, stdout, stderr, error } = spawnSync("git", args, {
    cwd,
    ...(input === undefined ? {} : { input }),
    env: {
      ...process.env,
      GIT_LITERAL_PATHSPECS: "1",
      ...(index === undefined ? {} : { GIT_INDEX_FILE: index }),
    },
    maxBuffer: 1024 * 1024 * 1024,
  });
  if (error !== undefined) return `git cannot be run: ${error.message}`;
  if (status === 0) return stdout;
  const [line = ""] = stderr.toString("utf8").trim().split("\n");
  return line.replace(/^fatal: /, "");
}

function text(output: Buffer): string {
  return output.toString("utf8").trim();
}

function failed(revision: string, reason: string): Input {
  const problem: Problem = {
    rule: "revision",
    severity: "error",
    message: `the commit ${revision} cannot be read: ${reason}`,
    fix: "name a commit, branch or tag that is here; in a workflow, check out with fetch-depth: 0. A folder begins with ./ or /",
    at: headOf("."),
  };
  return { files: [], problems: [problem] };
}
