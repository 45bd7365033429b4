import { createHash } from "node:crypto";
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { File } from "../generator/file.ts";
import { render } from "../generator/render.ts";
import { built } from "./support/built.ts";
import { filesIn } from "./support/files.ts";
import { sections } from "./support/fixtures.ts";
import { byCodePoint } from "./support/object.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const golden = join(root, "test/golden");

/** The specs that have to render to the same bytes everywhere, by where they are. */
const folders: readonly string[] = [
  join(root, "clusters"),
  ...readdirSync(golden)
    .toSorted(byCodePoint)
    .map((name) => join(golden, name, "in")),
];

/** They, and every mistake that has words: its message has to be the same, too. */
const specs: readonly (readonly File[])[] = [
  ...folders.map((folder) => filesIn(folder)),
  ...filesIn(join(root, "test/problems")).map(({ text }) => sections(text)),
];

/** What a render gives, in one word: files in their order, problems with all their text. */
function digest(files: readonly File[]): string {
  const { files: output, problems } = render(files);
  return createHash("sha256").update(JSON.stringify({ output, problems })).digest("hex");
}

function shuffled<T>(list: readonly T[], seed: number): readonly T[] {
  // A small generator of its own, so that the orders are the same in every run.
  const ranked = list.map((item, index) => [Math.sin(seed * 1000 + index) * 10_000, item] as const);
  return ranked.toSorted(([one], [other]) => (one % 1) - (other % 1)).map(([, item]) => item);
}

/** The files by their path: which comes first is not a render's to decide. */
function byPath(files: readonly File[]): readonly string[] {
  return files.map(({ path, text }) => `${path}\n${text}`).toSorted(byCodePoint);
}

it.each(folders.map((folder) => folder.slice(root.length)))(
  "%s is the same in any order of files",
  (folder) => {
    const files = filesIn(join(root, folder));
    const usual = byPath(render(files).files);

    expect(usual.length).toBeGreaterThan(5);
    for (let seed = 1; seed <= 5; seed++) expect(byPath(render(shuffled(files, seed)).files)).toEqual(usual);
    expect(byPath(render(files.toReversed()).files)).toEqual(usual);
  },
);

it("is the same a second time: nothing is remembered from one render to the next", () => {
  const before = folders.map((folder) => digest(filesIn(folder)));

  expect(folders.toReversed().map((folder) => digest(filesIn(folder)))).toEqual(before.toReversed());
});

// What is built is what users run, and a Node that knows no TypeScript can run it.
const dist = { folder: "" };

beforeAll(() => {
  dist.folder = built();
  writeFileSync(join(dist.folder, "specs.json"), JSON.stringify(specs));
  writeFileSync(
    join(dist.folder, "digest.mjs"),
    `import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { render } from "./dist/render.js";
const list = JSON.parse(readFileSync("specs.json", "utf8"));
const digests = list.map((files) => {
  const { files: output, problems } = render(files);
  return createHash("sha256").update(JSON.stringify({ output, problems })).digest("hex");
});
process.stdout.write(JSON.stringify({ digests, zone: new Date(0).getHours(), node: process.version }));
`,
  );
});

afterAll(() => rmSync(dist.folder, { recursive: true, force: true }));

// More of them for a run that compares versions: /path/to/node22:/path/to/node24.
const nodes = [process.execPath, ...(process.env["PGRENDER_TEST_NODES"] ?? "").split(":").filter(Boolean)];
const worlds: readonly Readonly<Record<string, string>>[] = [
  { LC_ALL: "tr_TR.UTF-8", LANG: "tr_TR.UTF-8" },
  { TZ: "Pacific/Chatham" },
  { LANG: "C", LC_ALL: "C" },
  { LANG: "en_US.UTF-8", TZ: "America/New_York", NODE_ENV: "production", FORCE_COLOR: "1" },
];

it.each(nodes.flatMap((node) => worlds.map((world) => ({ node, world }))))(
  "is the same in $node with $world",
  ({ node, world }) => {
    const { stdout, stderr, status } = spawnSync(node, ["digest.mjs"], {
      cwd: dist.folder,
      encoding: "utf8",
      env: { ...world, PATH: process.env["PATH"] },
    });

    expect(stderr).toBe("");
    expect(status).toBe(0);
    const said: unknown = JSON.parse(stdout);
    expect(said).toMatchObject({ digests: specs.map(digest) });
  },
);
