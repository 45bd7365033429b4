import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { printProblems } from "../generator/adapters/terminal.ts";
import type { File } from "../generator/file.ts";
import type { Problem } from "../generator/problem.ts";
import { render } from "../generator/render.ts";
import { filesIn } from "./support/files.ts";
import { sections } from "./support/fixtures.ts";
import { byCodePoint } from "./support/object.ts";

/*
 * A fixture is one text: `=== path ===` before each file that a user wrote, and at the end `=== printed ===` before what
 * is printed about them. It is no YAML file, so that nothing reformats it. `vitest -u` writes the printed part anew.
 */
const folder = fileURLToPath(new URL("problems", import.meta.url));

function printed(problems: readonly Problem[]): string {
  const lines: string[] = [];
  printProblems(problems, { stderr: (text) => lines.push(text), isTerminal: false, env: {} });
  return lines.join("");
}

/** What a fleet has, so that a fixture shows its own problem alone. */
const settings: File = {
  path: "pgrender.yaml",
  text: "apiVersion: pgrender.dev/v1\nkind: Settings\nspec: { apiServer: { cidrs: [10.96.0.1/32] } }\n",
};

const fixtures = filesIn(folder).map(({ path, text }) => {
  const files = sections(text).filter((section) => section.path !== "printed");
  const whole = path.startsWith("network-open") || files.some((file) => file.text.includes("kind: Settings"));
  return {
    name: path.replace(/\.txt$/, ""),
    files,
    problems: render(whole ? files : [...files, settings]).problems,
  };
});

// Too long to be written out.
const manyDocuments: readonly File[] = [{ path: "many.yaml", text: "---\nkind: a\n".repeat(1001) }];

const tooLarge = (users: number): readonly File[] => [
  settings,
  {
    path: "large.yaml",
    text: JSON.stringify({
      apiVersion: "pgrender.dev/v1",
      kind: "PostgresCluster",
      metadata: { name: "large" },
      spec: {
        numberOfInstances: 1,
        postgresql: { version: "18" },
        volume: { size: "1Gi" },
        users: Object.fromEntries(Array.from({ length: users }, (_, index) => [`u${index}`, []])),
      },
    }),
  },
];

const tooDense: readonly File[] = [{ path: "dense.yaml", text: `a: [${"1, ".repeat(200_000)}]\n` }];

describe("what is printed about", () => {
  it.each(fixtures)("$name", async ({ name, files, problems }) => {
    const input = files.map((file) => `=== ${file.path} ===\n${file.text}`).join("");

    await expect(`${input}=== printed ===\n${printed(problems)}`).toMatchFileSnapshot(
      `${folder}/${name}.txt`,
    );

    // The name of the fixture begins with the rule that it is for.
    expect(problems.filter(({ rule }) => name.startsWith(rule))).not.toEqual([]);
  });

  it("a file of more words than one has to say", () => {
    expect(printed(render(tooDense).problems)).toBe(
      "dense.yaml:1:225000: the file has more than 300000 words and signs; from here on it was not read [too-dense]\n" +
        "  fix: split it into several files, if it is YAML at all\n1 error\n",
    );
  });

  it("a file of a thousand and one documents", () => {
    const { problems } = render(manyDocuments);

    expect(printed(problems.filter(({ rule }) => rule === "too-many-documents"))).toBe(
      "many.yaml:2001:1: the file has more than 1000 documents; from here on it was not read [too-many-documents]\n" +
        "  fix: split it into several files\n1 error\n",
    );
  });
});

it("is said of more users than Kubernetes has room for, and not of a thousand", () => {
  expect(render(tooLarge(1000)).problems).toEqual([]);
  for (const users of [1600, 2000]) {
    expect(render(tooLarge(users)).problems.map(({ rule }) => rule)).toContain("object-size");
  }
});

it("shows no value that may be a secret", () => {
  const text = fixtures.map(({ problems }) => printed(problems)).join("");

  for (const secret of [
    "1357924680",
    "9876543210",
    "8642",
    "424242",
    "hunter",
    "c2VjcmV0",
    "98765432109876543210123",
  ])
    expect(text).not.toContain(secret);
});

it("has a fixture for every rule of the pipeline", () => {
  const pipeline = fileURLToPath(new URL("../generator", import.meta.url));
  // What the file system and the command line have to say is tested with them.
  const named = readdirSync(pipeline, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !/^(adapters|commands|select)\b/.test(path))
    .flatMap((path) => [...readFileSync(`${pipeline}/${path}`, "utf8").matchAll(/\brule: "([a-z-]+)"/g)])
    .map(([, rule]) => rule ?? "");
  const given = [
    ...fixtures,
    ...[manyDocuments, tooDense, tooLarge(2000)].map((files) => render(files)),
  ].flatMap(({ problems }) => problems.map(({ rule }) => rule));

  expect([...new Set(named)].toSorted(byCodePoint)).toEqual([...new Set(given)].toSorted(byCodePoint));
  process.stdout.write(`problems: ${fixtures.length} fixtures for ${new Set(named).size} rules\n`);
});
