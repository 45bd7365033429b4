import { accessSync, constants, cpSync, mkdirSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { readTree } from "../adapters/tree.ts";
import { built } from "../support/built.ts";
import { shell } from "../support/shell.ts";
import { carryOut, jobsOf, tree } from "../support/workflow.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const workflows = [
  ...readdirSync(join(root, ".github/workflows")).map((name) => `.github/workflows/${name}`),
  // What `pgrender init` writes.
  "templates/init/workflow.yml",
].map((path) => [path, readFileSync(join(root, path), "utf8")] as const);
const shards = workflows.find(([path]) => path.endsWith("/shards.yml"))?.[1] ?? "";

let program = "";
beforeAll(() => {
  program = built();
  return () => rmSync(program, { recursive: true });
});
const run = (script: string) => shell(script, { built: program, cwd: root });

/** The commands of a workflow: all its jobs' steps. */
function scripts(text: string): string[] {
  return jobsOf(text).flatMap(({ steps }) =>
    steps.flatMap(({ run: script }) => (typeof script === "string" ? [script] : [])),
  );
}

describe.each(workflows)("%s", (_path, text) => {
  it("has each action pinned to a commit, with the version that it is", () => {
    const used = [...text.matchAll(/^\s*(?:- )?uses: (.*)$/gm)].map(([, action = ""]) => action);

    expect(used.filter((action) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action))).toEqual(
      [],
    );
    expect(used.length).toBeGreaterThan(0);
    expect(jobsOf(text).flatMap(({ steps }) => steps.filter(({ uses }) => uses !== undefined)).length).toBe(
      used.length,
    );
  });

  it("may read the repository and no more, keeps no token, and ends by itself", () => {
    expect(tree(parse(text))["permissions"]).toEqual({ contents: "read" });
    for (const { whole, steps } of jobsOf(text)) {
      expect(whole).not.toHaveProperty("permissions");
      expect(whole["timeout-minutes"]).toBeLessThanOrEqual(90);
      for (const step of steps)
        if (String(step["uses"]).startsWith("actions/checkout@"))
          expect(step["with"]).toMatchObject({ "persist-credentials": false });
    }
    expect(text).not.toMatch(/pull_request_target|secrets\./);
  });

  it("puts nothing into a command that somebody else could choose", () => {
    const expressions = scripts(text).flatMap((script) =>
      [...script.matchAll(/\$\{\{\s*(.*?)\s*\}\}/g)].map(([, inner = ""]) => inner),
    );

    expect(expressions.filter((inner) => !/^(matrix\.[\w-]+|strategy\.job-total)$/.test(inner))).toEqual([]);
  });

  it("runs what there is, and bash can read it", () => {
    const known = tree(tree(parse(readFileSync(join(root, "package.json"), "utf8")))["scripts"]);
    for (const script of scripts(text)) {
      expect(run(`bash -n <<'END_OF_SCRIPT'\n${script}\nEND_OF_SCRIPT\n`)).toEqual({ status: 0, said: "" });
      for (const [, name = ""] of script.matchAll(/\bnpm run ([\w:-]+)/g))
        expect(known).toHaveProperty([name]);
      if (/\bnpm test\b/.test(script)) expect(known).toHaveProperty("test");
      for (const [path] of script.matchAll(/\.github\/[\w./-]+/g))
        accessSync(join(root, path), constants.X_OK);
      for (const [, command = "", rest = ""] of script.matchAll(
        /npx (?:--yes )?pgrender\S* ([a-z-]+)(.*)/g,
      )) {
        const { status, said } = run(`pgrender ${command} --help`);
        expect(status).toBe(0);
        for (const [option] of rest.matchAll(/--[a-z][a-z-]*/g)) expect(said).toContain(option);
      }
    }
  });
});

describe("the workflow of shards, done here", () => {
  const jobs = jobsOf(shards);

  it.each([
    ["with rendered/ in git", true],
    ["without", false],
  ])("gives the bytes of one machine, %s", (what, isKept) => {
    const place = join(program, String(what).replaceAll(/\W/g, "-"));
    const original = join(place, "original");
    cpSync(join(root, "clusters"), join(original, "clusters"), { recursive: true });
    const prepare = [
      ...(isKept ? ["pgrender render"] : ["echo rendered >.gitignore"]),
      "git init -q && git add . && git -c user.name=a -c user.email=a@example.org commit -qm all",
    ].join("\n");
    expect(shell(prepare, { built: program, cwd: original })).toMatchObject({ status: 0 });
    const artifacts = join(place, "artifacts");
    mkdirSync(artifacts);

    let machines = 0;
    for (const job of jobs) {
      for (const entry of job.matrix) {
        const cwd = join(place, `machine-${(machines += 1)}`);
        cpSync(original, cwd, { recursive: true });
        carryOut(job, entry, { built: program, cwd, artifacts });
      }
    }

    expect(jobs.map(({ matrix }) => matrix.length)).toEqual([4, 1]);
    expect(jobs[1]?.whole["needs"]).toBe(jobs[0]?.name);
    const shardFiles = readdirSync(artifacts).map(
      (name) => Object.keys(readTree(join(artifacts, name))).length,
    );
    // More than the records of an empty part.
    expect(shardFiles.filter((files) => files > 5).length).toBeGreaterThan(1);
    expect(shell("pgrender render --output one", { built: program, cwd: original })).toMatchObject({
      status: 0,
    });
    expect(readTree(join(place, `machine-${machines}`, "rendered"))).toEqual(readTree(join(original, "one")));
  });

  it("fails where a shard is missing", () => {
    const place = join(program, "failing");
    const machine = (name: string) => {
      const cwd = join(place, name);
      cpSync(join(root, "clusters"), join(cwd, "clusters"), { recursive: true });
      return { built: program, cwd, artifacts: join(place, "artifacts") };
    };
    const [shard, last] = jobs;
    if (shard === undefined || last === undefined) throw new Error("a job is missing");
    mkdirSync(join(place, "artifacts"), { recursive: true });
    for (const [index, entry] of shard.matrix.slice(1).entries())
      carryOut(shard, entry, machine(`shard-${index}`));
    const there = machine("join");
    expect(shell("git init -q", there)).toMatchObject({ status: 0 });

    expect(() => carryOut(last, {}, there)).toThrow(/shard-missing|missing/);
  });
});
