import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { run } from "../../generator/commands/program.ts";
import { renderCommand } from "../../generator/commands/render.ts";
import { watchCommand } from "../../generator/commands/watch.ts";
import { rememberingRender } from "../../generator/remembered.ts";
import { render } from "../../generator/render.ts";
import { readTree, temporaryFolder, writeTree } from "../adapters/tree.ts";
import type { Tree } from "../adapters/tree.ts";
import { cluster, fleet, step } from "./changes.ts";
import type { Change, Step } from "./changes.ts";
import { fakeWorld } from "./world.ts";

const seed = Number(process.env["PGRENDER_TEST_SEED"] ?? 20_261_121);

function place(dir: string, change: Change): void {
  for (const [path, text] of Object.entries(change)) {
    const where = join(dir, path);
    if (text === undefined) rmSync(where, { force: true });
    else {
      mkdirSync(dirname(where), { recursive: true });
      writeFileSync(where, text);
    }
  }
}

/** A folder that is watched, and beside it one that is rendered as a whole each time. */
function twins() {
  const dir = temporaryFolder();
  const clusters = join(dir, "clusters");
  writeTree(clusters, fleet);
  const [watched, whole] = [join(dir, "watched"), join(dir, "whole")];
  const commit = { clusters: join(dir, "commit/clusters"), output: join(dir, "commit/output") };
  const keep = (from: string, to: string) => {
    rmSync(to, { recursive: true, force: true });
    if (existsSync(from)) cpSync(from, to, { recursive: true });
  };
  return {
    watched,
    clusters,
    commit: () => {
      keep(clusters, commit.clusters);
      keep(watched, commit.output);
    },
    take: (each: Step) => {
      if (each.kind === "change") return place(clusters, each.change);
      if (each.kind === "checkout") {
        keep(commit.clusters, clusters);
        for (const output of [watched, whole]) keep(commit.output, output);
        return;
      }
      const [from, to] = each.move.map((path) => join(clusters, path));
      if (from === undefined || to === undefined || !existsSync(from)) return;
      rmSync(to, { recursive: true, force: true });
      mkdirSync(dirname(to), { recursive: true });
      renameSync(from, to);
    },
    /** What a run of its own says, and what it leaves. */
    fresh: () => {
      const { world, written } = fakeWorld();
      const options = { clusters, output: whole, check: false, stdout: false, strict: false };
      const code = renderCommand(options, { ...world, render });
      return { code, said: written.stderr.replaceAll(whole, "OUT"), tree: treeOf(whole) };
    },
  };
}

function treeOf(dir: string): Tree {
  return existsSync(dir) ? readTree(dir) : {};
}

describe("pgrender render --watch", () => {
  it("leaves after each change what a whole render leaves, and says what that says", async () => {
    const seen = { rendered: 0, broken: 0, warned: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
        const { watched, clusters, commit, take, fresh } = twins();
        const { world, written } = fakeWorld();
        let runs = 0;
        let before = "";
        const compare = () => {
          const said = written.stderr.replaceAll(watched, "OUT").replace(/^watching .*\n/m, "");
          written.stderr = "";
          const { code, said: expected, tree } = fresh();
          const all = said.replace("OUT stays as it was\n", "");
          // What was said of the same specs is not said again.
          if (all !== "" || before === "") expect(all).toBe(expected);
          else if (expected !== before) expect(expected).toMatch(/: 0 written, 0 removed, \d+ unchanged\n$/);
          expect(treeOf(watched)).toEqual(tree);
          if (code === 0) seen.rendered += 1;
          else seen.broken += 1;
          if (expected.includes("warning")) seen.warned += 1;
          before = expected;
        };
        const watch = {
          cover: () => undefined,
          changed: () => {
            compare();
            if (runs === 2) commit();
            const next = steps[runs];
            if (next !== undefined) take(next);
            runs += 1;
            return Promise.resolve(next !== undefined);
          },
          close: () => {},
        };
        const options = { clusters, output: watched, strict: false };
        await watchCommand(options, { ...world, render, renderAgain: rememberingRender }, watch);
        expect(runs).toBe(steps.length + 1);
      }),
      { seed, numRuns: 20 },
    );
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(20);
  });

  it("renders what is saved, keeps the output while a spec is broken, and ends with the code of the last run", async () => {
    const dir = temporaryFolder();
    const [clusters, output] = [join(dir, "clusters"), join(dir, "rendered")];
    writeTree(clusters, fleet);
    const { world, written } = fakeWorld();
    let stop = () => {};
    const ended = run(
      ["render", "--watch", "--clusters", clusters, "--output", output],
      { ...world, render, renderAgain: rememberingRender, onStop: (end) => (stop = end) },
      { bugs: "" },
    );
    onTestFinished(async () => {
      stop();
      await ended;
    });
    const said = (text: string) =>
      vi.waitFor(() => expect(written.stderr).toContain(text), { timeout: 20_000, interval: 5 });
    await said("Ctrl-C ends it\n");
    const claim = join(output, "us/ledger/persistentvolumeclaim-pgdata-ledger-0.yaml");
    expect(readFileSync(claim, "utf8")).toContain("storage: 5Gi");

    writeFileSync(join(clusters, "us/ledger.yaml"), cluster("ledger").replace("5Gi", "6Gi"));
    await said(": 2 written, 0 removed, ");
    expect(readFileSync(claim, "utf8")).toContain("storage: 6Gi");
    const before = readTree(output);
    writeFileSync(join(clusters, "us/ledger.yaml"), cluster("ledger").replace("5Gi", "seven"));
    await said("/rendered stays as it was\n");
    expect(written.stderr).toContain("us/ledger.yaml:8:");
    expect(readTree(output)).toEqual(before);

    stop();
    expect(await ended).toBe(2);
  });

  it("does not begin where the output would be read as specs", async () => {
    const dir = temporaryFolder();
    writeTree(dir, { "clusters/a.yaml": cluster("a") });
    const { world, written } = fakeWorld();
    const args = [
      "render",
      "--watch",
      "--clusters",
      join(dir, "clusters"),
      "--output",
      join(dir, "clusters/out"),
    ];

    expect(await run(args, world, { bugs: "" })).toBe(2);
    expect(written.stderr).toContain("[folders-overlap]");
  });

  it("ends with a problem where a folder cannot be watched", async () => {
    const dir = temporaryFolder();
    writeTree(dir, { "clusters/a.yaml": cluster("a") });
    const { world, written } = fakeWorld();
    const problem = { rule: "cannot-watch", severity: "error", message: "no", fix: "less" } as const;
    const refusing = {
      cover: () => ({ ...problem, at: { file: ".", line: 1, column: 1 } }),
      changed: () => Promise.resolve(true),
      close: () => {},
    };
    const options = { clusters: join(dir, "clusters"), output: join(dir, "out"), strict: false };

    expect(await watchCommand(options, world, refusing)).toBe(2);
    expect(written.stderr).toContain("[cannot-watch]");
    expect(existsSync(options.output)).toBe(false);
  });

  it.each(["--check", "--stdout", "--only=a", "--shard=1/2"])("is not for %s", async (option) => {
    const { world, written } = fakeWorld();

    expect(await run(["render", "--watch", option], world, { bugs: "" })).toBe(2);
    expect(written.stderr).toContain("'--watch' cannot be used with option");
  });
});
