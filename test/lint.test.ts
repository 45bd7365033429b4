import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

/** What the arrows of docs/architecture.md forbid, one line each, and the file in which it is forbidden. */
const violations: readonly (readonly [file: string, line: string])[] = [
  ["generator/kube/a.ts", 'import { resolve } from "../pipeline/resolve.ts"; resolve;'],
  ["generator/kube/b.ts", 'import { hba } from "../postgres/hba.ts"; hba;'],
  ["generator/kube/c.ts", 'import { readFileSync } from "fs"; readFileSync;'],
  ["generator/kube/d.ts", 'import { performance } from "node:perf_hooks"; performance;'],
  ["generator/cluster/a.ts", 'import { rules } from "../rules/index.ts"; rules;'],
  ["generator/postgres/a.ts", 'import { check } from "../pipeline/check.ts"; check;'],
  ["generator/postgres/b.ts", 'import { parse } from "yaml"; parse;'],
  ["generator/postgres/c.ts", 'import { planOutput } from "../adapters/output.ts"; planOutput;'],
  ["generator/pipeline/a.ts", 'import Handlebars from "handlebars"; Handlebars;'],
  ["generator/pipeline/b.ts", 'import { writeFileSync } from "node:fs"; writeFileSync;'],
  ["generator/rules/a.ts", 'import { run } from "../commands/program.ts"; run;'],
  ["generator/network/a.ts", "export const now = Date.now();"],
  ["generator/network/b.ts", "export const chance = Math.random();"],
  ["generator/network/c.ts", "export const home = process.env;"],
  ["generator/network/d.ts", 'export const order = "a".localeCompare("b");'],
  ["generator/network/e.ts", "export const bytes = crypto.randomUUID();"],
  ["generator/render.ts", 'import { run } from "./commands/program.ts"; run;'],
  ["generator/template.ts", 'import { readFileSync } from "node:fs"; readFileSync;'],
  ["generator/adapters/a.ts", 'import { render } from "../render.ts"; render;'],
];

describe("lint", () => {
  const work = mkdtempSync(join(tmpdir(), "pgrender-lint-"));
  let said = "";
  beforeAll(() => {
    copyFileSync(".oxlintrc.json", join(work, ".oxlintrc.json"));
    for (const [file, line] of violations) {
      mkdirSync(dirname(join(work, file)), { recursive: true });
      writeFileSync(join(work, file), `${line}\n`);
    }
    said = spawnSync(resolve("node_modules/.bin/oxlint"), ["--format=unix"], {
      cwd: work,
      encoding: "utf8",
    }).stdout;
  });
  afterAll(() => rmSync(work, { recursive: true }));

  it.each(violations)("refuses in %s: %s", (file) => {
    const lines = said.split("\n").filter((line) => line.includes(file));

    expect(lines.filter((line) => /no-restricted/.test(line))).not.toEqual([]);
  });
});
