import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { asidePath } from "../../generator/adapters/inventory.ts";
import { planOutput } from "../../generator/adapters/output.ts";
import { stepsOf, writeOutput } from "../../generator/adapters/write.ts";
import { files, planFor, readTree, renderTree, temporaryFolder, writeTree } from "./tree.ts";
import type { Tree } from "./tree.ts";

const old: Tree = {
  "a/same.yaml": "same\n",
  "a/changed.yaml": "old text\n",
  "b/c/stale.yaml": "stale\n",
  "b/stale.yaml": "x\n",
};
const next: Tree = {
  "a/same.yaml": "same\n",
  "a/changed.yaml": "new text, longer\n",
  "d/e/new.yaml": "new\n",
  "b.yaml": "new\n",
};
const other: Tree = { "a/changed.yaml": "a third text\n", "d/new.yaml": "other\n", "b/stale.yaml": "back\n" };

const cut = new Error("cut off");

/** Runs until step `at`, does half of that step if it writes, and stops as if killed. False: the run came to its end. */
function runUntil(dir: string, tree: Tree, at: number): boolean {
  try {
    const problem = writeOutput(planFor(dir, tree), (step, done) => {
      if (done !== at) return;
      if (step.kind === "create")
        writeFileSync(join(dir, step.path), step.text.slice(0, step.text.length / 2));
      if (step.kind === "write-aside") writeFileSync(join(dir, asidePath(step.path)), step.text.slice(0, 3));
      throw cut;
    });
    expect(problem).toBeUndefined();
    return false;
  } catch (error) {
    if (error === cut) return true;
    throw error;
  }
}

/** The paths of `start` that hold neither what they held nor what the render gives, nor are gone as stale ones. */
function spoilt(dir: string, start: Tree, render: Tree): readonly string[] {
  const now = readTree(dir);
  return Object.keys(start).filter((path) => {
    if (path === "inventory.json") return false;
    return now[path] !== start[path] && now[path] !== render[path];
  });
}

function resultOf(start: Tree, render: Tree): Tree {
  const dir = temporaryFolder();
  renderTree(dir, start);
  renderTree(dir, render);
  return readTree(dir);
}

function started(): string {
  const dir = temporaryFolder();
  renderTree(dir, old);
  writeTree(dir, { "b/c/mine/": "", "notes.md": "mine" });
  return dir;
}

const mine: Tree = { "b/c/mine/": "", "notes.md": "mine" };

describe("a run that is cut off", () => {
  // The folder; marker 2; stale files 2 and folders 2; folders for new files 2; the changed file 2; new files 2;
  // inventory 2; the marker again.
  const steps = 16;

  it("has as many steps as are tried here", () => {
    expect(stepsOf(planFor(started(), next))).toHaveLength(steps);
  });

  it.each(Array.from({ length: steps }, (_, at) => at))(
    "at step %i spoils nothing, and the next run completes it",
    (at) => {
      const dir = started();

      expect(runUntil(dir, next, at)).toBe(true);

      expect(spoilt(dir, old, next)).toEqual([]);
      expect(planFor(dir, next).differences).not.toEqual([]);
      expect(planOutput(dir, files(next)).problems).toEqual([]);
      expect(runUntil(dir, next, Infinity)).toBe(false);
      expect(readTree(dir)).toEqual({ ...resultOf(old, next), ...mine });
    },
  );

  it("twice, with another render in between, is still completed by the third", () => {
    const wanted = { ...resultOf(old, other), ...mine };
    for (let first = 0; first < steps; first++) {
      for (let second = 0; ; second++) {
        const dir = started();
        runUntil(dir, next, first);
        const wasCut = runUntil(dir, other, second);
        expect(planOutput(dir, files(other)).problems).toEqual([]);
        runUntil(dir, other, Infinity);
        expect(readTree(dir)).toEqual(wanted);
        if (!wasCut) break;
      }
    }
  });

  it("twice, and then goes back to the state before, leaves nothing behind", () => {
    const wanted = readTree(started());
    for (let first = 0; first < steps; first++) {
      for (let second = 0; second < steps; second += 3) {
        const dir = started();
        runUntil(dir, next, first);
        runUntil(dir, other, second);
        expect(planOutput(dir, files(old)).problems).toEqual([]);
        runUntil(dir, old, Infinity);
        expect(readTree(dir)).toEqual(wanted);
      }
    }
  });
});

describe("a refusing disk", () => {
  it("is a problem that names path and reason, and the next run completes the work", () => {
    const dir = started();
    const obstacle = join(dir, "d/e/new.yaml");

    const problem = writeOutput(planFor(dir, next), (step) => {
      if (step.kind === "create" && step.path === "d/e/new.yaml") mkdirSync(obstacle);
    });

    expect(problem).toMatchObject({ rule: "write-failed", severity: "error", at: { file: "d/e/new.yaml" } });
    expect(problem?.message).toMatch(/exists \(EEXIST\)|directory \(EISDIR\)/);
    expect(existsSync(join(dir, ".pgrender-run.json"))).toBe(true);
    expect(spoilt(dir, old, next)).toEqual([]);
  });
});

describe("a run that is really killed", () => {
  const half = 200;
  const large = (text: string, from: number): Tree => {
    const numbers = Array.from({ length: 2 * half }, (_, index) => from + index);
    return Object.fromEntries(numbers.map((number) => [`c${number % 50}/o${number}.yaml`, text.repeat(500)]));
  };
  const start = large("old text\n", 0);
  const render = large("the new text\n", half);
  const program = mkdtempSync(join(tmpdir(), "pgrender-"));

  beforeAll(() => {
    compileAdapters(program);
    writeFileSync(join(program, "files.json"), JSON.stringify(files(render)));
    writeFileSync(join(program, "run.js"), runner);
  });
  afterAll(() => rmSync(program, { recursive: true }));

  it.each([1, 100, 300, 500, 700])(
    "after step %i loses nothing, and the next run completes it",
    async (at) => {
      const dir = temporaryFolder();
      renderTree(dir, start);

      const child = spawn(process.execPath, [join(program, "run.js"), dir, String(at)], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      const ended = once(child, "exit");
      await once(child.stdout, "data");
      child.kill("SIGKILL");

      expect(await ended).toEqual([null, "SIGKILL"]);
      expect(spoilt(dir, start, render)).toEqual([]);
      expect(planOutput(dir, files(render)).problems).toEqual([]);
      renderTree(dir, render);
      expect(readTree(dir)).toEqual(resultOf(start, render));
    },
  );
});

// Says when it has come to a step, goes on at full speed, and waits before the last one if nobody has killed it yet.
const runner = `
import { readFileSync, writeSync } from "node:fs";
import { planOutput } from "./adapters/output.js";
import { writeOutput } from "./adapters/write.js";

const [dir, at] = process.argv.slice(2);
const files = JSON.parse(readFileSync(new URL("files.json", import.meta.url), "utf8"));
writeOutput(planOutput(dir, files).plan, (step, done, total) => {
  if (done === Number(at)) writeSync(1, step.kind);
  if (done === total - 1) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});
`;

/** Puts the adapters as JavaScript into a folder: Node 20 does not run TypeScript, and dist/ may be older than the source. */
function compileAdapters(to: string): void {
  const root = join(import.meta.dirname, "../..");
  const options = [
    "--ignoreConfig",
    "--target",
    "es2022",
    "--module",
    "nodenext",
    "--types",
    "node",
    "--skipLibCheck",
  ];
  const emit = ["--rewriteRelativeImportExtensions", "--rootDir", "generator", "--outDir", to];
  execFileSync(
    process.execPath,
    [
      join(root, "node_modules/typescript/bin/tsc"),
      ...options,
      ...emit,
      "generator/adapters/output.ts",
      "generator/adapters/write.ts",
    ],
    { cwd: root },
  );
  writeFileSync(join(to, "package.json"), '{ "type": "module" }');
}
