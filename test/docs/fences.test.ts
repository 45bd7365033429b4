import { cpSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { parse, parseAllDocuments, stringify } from "yaml";
import { fnCommand } from "../../generator/commands/fn.ts";
import type { File } from "../../generator/file.ts";
import { render } from "../../generator/render.ts";
import { fakeWorld } from "../commands/world.ts";
import { built } from "../support/built.ts";
import { fencesIn } from "../support/fences.ts";
import type { Beside, Fence } from "../support/fences.ts";
import { filesIn } from "../support/files.ts";
import { isTree } from "../support/object.ts";
import { shell } from "../support/shell.ts";

/*
 * What the first words of a block say is done with it:
 *   yaml PATH          a file; those of a section are rendered together, with what a comment puts beside them (see fences.ts)
 *   yaml part-of PATH  some keys of a file of this repository
 *   yaml function      kustomize calls pgrender with it
 *   console            commands after $, and what they print
 *   sh                 commands that are run in this repository
 *   sh by-hand, sql by-hand, text    looked at by people alone: shell is checked for its syntax
 */
const root = fileURLToPath(new URL("../..", import.meta.url));
const pages = [
  "README.md",
  "CONTRIBUTING.md",
  ...readdirSync(join(root, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];
const read = pages.map((page) => fencesIn(page, readFileSync(join(root, page), "utf8")));
const fences = read.flatMap((page) => page.fences);

const kindOf = ({ info: [language = "", what = ""] }: Fence): string =>
  language === "yaml" && what.endsWith(".yaml") ? "yaml PATH" : [language, what].join(" ").trim();

function blocks(kind: string): (readonly [at: string, fence: Fence])[] {
  const found = fences.filter((fence) => kindOf(fence) === kind).map((fence) => [fence.at, fence] as const);
  // Else a test of none would pass.
  expect(found.length).toBeGreaterThan(0);
  return found;
}

/** The files of a section, as they lie in a clusters folder. */
function sectionFiles({ section, at }: Fence, beside: readonly Beside[]): File[] {
  const page = at.split(":")[0] ?? "";
  const own = fences
    .filter(
      (fence) =>
        fence.section === section && fence.at.startsWith(`${page}:`) && kindOf(fence) === "yaml PATH",
    )
    .map(({ info, text }) => ({ path: info[1] ?? "", text }));
  const others = beside
    .filter((each) => each.section === section)
    .flatMap(({ path, from }) => {
      const place = join(root, from);
      if (statSync(place).isFile()) return [{ path, text: readFileSync(place, "utf8") }];
      return filesIn(place).map((file) => ({ path: `${path}${file.path}`, text: file.text }));
    });
  return [...own, ...others].toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

describe("a block in the docs", () => {
  let program = "";
  let repository = "";
  beforeAll(() => {
    program = built();
    repository = join(program, "repository");
    cpSync(join(root, "clusters"), join(repository, "clusters"), { recursive: true });
    return () => rmSync(program, { recursive: true });
  });
  const run = (script: string) => shell(script, { built: program, cwd: repository });

  it("says what it is", () => {
    const known = [
      "yaml PATH",
      "yaml part-of",
      "yaml function",
      "console",
      "sh",
      "sh by-hand",
      "sql by-hand",
      "text",
    ];
    const unknown = fences.filter((fence) => !known.includes(kindOf(fence)));

    expect(unknown.map(({ at, info }) => `${at}: ${info.join(" ")}`)).toEqual([]);
    expect(fences.length).toBeGreaterThan(10);
  });

  it.each(blocks("yaml PATH"))("renders without a mistake: %s", (at, fence) => {
    const beside = read.find(({ fences: own }) => own.includes(fence))?.beside ?? [];
    const { problems, files } = render(sectionFiles(fence, beside));

    const errors = problems.filter(({ severity }) => severity === "error");
    expect(errors.map((error) => `${at}: ${error.at.file}:${error.at.line}: ${error.message}`)).toEqual([]);
    expect(files.length).toBeGreaterThan(5);
  });

  it.each(blocks("yaml part-of"))("is in the file that it names: %s", (_at, { info, text }) => {
    const part: unknown = parse(text);
    const whole: unknown = parse(readFileSync(join(root, info[2] ?? ""), "utf8"));

    expect(isTree(part) ? Object.keys(part).length : 0).toBeGreaterThan(0);
    expect(whole).toMatchObject(isTree(part) ? part : {});
  });

  it.each(blocks("yaml function"))("renders as a function of kustomize's: %s", (_at, { text }) => {
    const documents = parseAllDocuments(text).map((document): unknown => document.toJS());
    const functionConfig = documents.find((document) =>
      JSON.stringify(document).includes("config.kubernetes.io/function"),
    );
    const items = [parse(readFileSync(join(root, "clusters/examples/minimal.yaml"), "utf8"))];
    const list = { apiVersion: "config.kubernetes.io/v1", kind: "ResourceList", items, functionConfig };
    const { world, written } = fakeWorld();

    expect(fnCommand(stringify(list), { ...world, render })).toBe(0);
    expect(written.stdout).toContain("kind: StatefulSet");
  });

  it.each(blocks("console"))("prints what is shown: %s", (_at, { text }) => {
    const parts = text.split(/^\$ /m).slice(1);
    expect(parts.length).toBeGreaterThan(0);
    for (const part of parts) {
      const [command = "", ...shown] = part.split("\n");
      expect(run(command).said.trimEnd()).toBe(shown.join("\n").trimEnd());
    }
  });

  it.each(blocks("sh"))("runs: %s", (_at, { text }) => {
    expect(run(text)).toMatchObject({ status: 0 });
  });

  it.each(blocks("sh by-hand"))("is what bash can read: %s", (_at, { text }) => {
    expect(run(`bash -n <<'END_OF_BLOCK'\n${text}END_OF_BLOCK\n`)).toEqual({ status: 0, said: "" });
  });

  it("names commands and options that there are, also between backticks", () => {
    const commands = new Map<string, string>();
    const helpOf = (command: string) => {
      const known = commands.get(command) ?? run(`pgrender ${command} --help`).said;
      commands.set(command, known);
      return known;
    };
    const named = pages.flatMap((page) =>
      [...readFileSync(join(root, page), "utf8").matchAll(/\bpgrender ([a-z][a-z-]*)([^`\n]*)/g)].map(
        ([all, command = "", rest = ""]) => ({
          page,
          all,
          command,
          options: rest.split("pgrender")[0]?.match(/--[a-z][a-z-]*/g) ?? [],
        }),
      ),
    );
    const inCode = named.filter(({ options }) => options.length > 0);
    const wrong = inCode.filter(({ command, options }) =>
      options.some((option) => !helpOf(command).includes(option)),
    );

    expect(wrong.map(({ page, all }) => `${page}: ${all}`)).toEqual([]);
    expect(inCode.length).toBeGreaterThan(5);
  });
});
