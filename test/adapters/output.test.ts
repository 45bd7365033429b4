import { mkdirSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { asidePath, digest, markerText } from "../../generator/adapters/inventory.ts";
import { planOutput } from "../../generator/adapters/output.ts";
import { writeOutput } from "../../generator/adapters/write.ts";
import { files, makePipe, planFor, readTree, renderTree, temporaryFolder, writeTree } from "./tree.ts";
import type { Tree } from "./tree.ts";

const before: Tree = {
  "prod/orders/service.yaml": "a: 1\n",
  "prod/orders/claim.yaml": "b: 1\n",
  "test/shop/role.yaml": "c: 1\n",
};

/** The problems, as "rule path", of a render over what an earlier one left and `change` did to it. */
function problemsAfter(change: (dir: string) => void, after: Tree = before): readonly string[] {
  const dir = temporaryFolder();
  renderTree(dir, before);
  change(dir);
  const untouched = readTree(dir);
  const { plan, problems } = planOutput(dir, files(after));
  expect(readTree(dir)).toEqual(untouched);
  expect(plan === undefined).toBe(problems.some((problem) => problem.severity === "error"));
  return problems.map(({ rule, at }) => `${rule} ${at.file}`);
}

describe("what a render does to the output folder", () => {
  it("makes a folder that does not exist, and lists its files in the inventory", () => {
    const dir = join(temporaryFolder(), "a/b");

    renderTree(dir, { "x/y.yaml": "a: ä\n" });

    expect(readTree(dir)).toEqual({
      "x/y.yaml": "a: ä\n",
      "inventory.json": `{\n  "version": 1,\n  "files": {\n    "x/y.yaml": "${digest("a: ä\n")}"\n  }\n}\n`,
    });
  });

  it("plans nothing and touches nothing when nothing changed", () => {
    const dir = temporaryFolder();
    renderTree(dir, before);

    const plan = planFor(dir, before);

    expect(plan).toMatchObject({
      writes: [],
      removes: [],
      inventory: undefined,
      unchanged: 3,
      differences: [],
    });
    const steps: string[] = [];
    writeOutput(plan, (step) => void steps.push(step.kind));
    expect(steps).toEqual([]);
  });

  it("compares bytes: what is no UTF-8 is not the character that it is read as", () => {
    const dir = temporaryFolder();
    renderTree(dir, { "a.yaml": "a: \uFFFD\n" });

    expect(planFor(dir, { "a.yaml": "a: \uFFFD\n" })).toMatchObject({ writes: [], unchanged: 1 });
    writeFileSync(join(dir, "a.yaml"), Buffer.from("a: \xff\n", "latin1"));
    expect(planFor(dir, { "a.yaml": "a: \uFFFD\n" })).toMatchObject({ unchanged: 0 });
  });

  it("writes what differs by a rename, removes what is stale and its empty folders, and leaves the rest", () => {
    const dir = temporaryFolder();
    renderTree(dir, before);
    writeTree(dir, { "prod/orders/notes.md": "mine", "prod/empty/": "" });
    const kept = statSync(join(dir, "prod/orders/service.yaml"));
    const replaced = statSync(join(dir, "prod/orders/claim.yaml"));
    const after = {
      "prod/orders/service.yaml": "a: 1\n",
      "prod/orders/claim.yaml": "b: 2\n",
      "prod/new.yaml": "",
    };

    const plan = planFor(dir, after);
    writeOutput(plan);

    const { "inventory.json": inventory, ...others } = readTree(dir);
    expect(others).toEqual({ ...after, "prod/orders/notes.md": "mine", "prod/empty/": "" });
    expect(inventory).toBe(plan.inventory);
    expect(plan.differences).toEqual([
      { kind: "differs", path: "inventory.json" },
      { kind: "missing", path: "prod/new.yaml" },
      { kind: "differs", path: "prod/orders/claim.yaml" },
      { kind: "stale", path: "test/shop/role.yaml" },
    ]);
    const untouched = statSync(join(dir, "prod/orders/service.yaml"));
    expect([untouched.ino, untouched.mtimeMs]).toEqual([kept.ino, kept.mtimeMs]);
    expect(statSync(join(dir, "prod/orders/claim.yaml")).ino).not.toBe(replaced.ino);
    expect(planFor(dir, after).differences).toEqual([]);
  });

  it("keeps a folder with somebody else's file in it", () => {
    const dir = temporaryFolder();
    renderTree(dir, before);
    writeTree(dir, { "test/shop/.keep": "" });

    renderTree(dir, { "prod/orders/service.yaml": "a: 1\n" });

    expect(Object.keys(readTree(dir)).sort()).toEqual([
      "inventory.json",
      "prod/orders/service.yaml",
      "test/shop/.keep",
    ]);
  });

  it("brings back a file that is gone, and forgets a stale one that is gone", () => {
    const gone = (dir: string) => {
      rmSync(join(dir, "prod/orders/claim.yaml"));
      rmSync(join(dir, "test"), { recursive: true });
    };

    expect(problemsAfter(gone, { "prod/orders/claim.yaml": "b: 1\n" })).toEqual([]);
  });
});

describe("files that are not as the last render left them", () => {
  it("takes over a foreign file with the same bytes, without a word", () => {
    const dir = temporaryFolder();
    writeTree(dir, before);

    const { plan, problems } = planOutput(dir, files(before));

    expect(problems).toEqual([]);
    expect(plan).toMatchObject({
      writes: [],
      unchanged: 3,
      differences: [{ kind: "missing", path: "inventory.json" }],
    });
  });

  it("refuses to write what its caller says cannot take the place of what lies there", () => {
    const dir = temporaryFolder();
    renderTree(dir, before);
    const refusal = (old: string, now: string) => (now < old ? `${old.trim()} was more` : undefined);
    const planned = (claim: string) =>
      planOutput(dir, files({ ...before, "prod/orders/claim.yaml": claim }), { refusal });

    expect(planned("b: 2\n").problems).toEqual([]);
    expect(planned("b: 0\n")).toMatchObject({
      plan: undefined,
      problems: [{ rule: "refused-change", severity: "error", at: { file: "prod/orders/claim.yaml" } }],
    });
  });

  it("refuses to write over a foreign file with other bytes", () => {
    expect(
      problemsAfter((dir) => writeTree(dir, { "new.yaml": "mine" }), { ...before, "new.yaml": "ours" }),
    ).toEqual(["foreign-file new.yaml"]);
  });

  it("does not mention a foreign file elsewhere", () => {
    expect(problemsAfter((dir) => writeTree(dir, { "prod/mine.yaml": "", "mine/x": "" }))).toEqual([]);
  });

  it("warns of hand-edited files, those to be replaced and those to be removed", () => {
    const edit = (dir: string) =>
      writeTree(dir, { "prod/orders/claim.yaml": "b: 2\n", "test/shop/role.yaml": "c: 2\n" });

    expect(problemsAfter(edit, { "prod/orders/claim.yaml": "b: 3\n" })).toEqual([
      "hand-edited prod/orders/claim.yaml",
      "hand-edited test/shop/role.yaml",
    ]);
  });

  it("does not warn of a file that already has the new bytes", () => {
    const edit = (dir: string) => writeTree(dir, { "prod/orders/claim.yaml": "b: 3\n" });

    expect(problemsAfter(edit, { "prod/orders/claim.yaml": "b: 3\n" })).toEqual([]);
  });

  it("takes the paths in a marker for its own, and files left aside with them", () => {
    const dir = temporaryFolder();
    renderTree(dir, before);
    writeTree(dir, {
      ".pgrender-run.json": markerText(["half.yaml", "gone/half.yaml", "prod/orders/claim.yaml"]),
      "half.yaml": "h",
      "gone/half.yaml": "h",
      "prod/orders/claim.yaml": "b: 2\n",
      [asidePath("prod/orders/service.yaml")]: "a",
    });

    const { plan, problems } = planOutput(dir, files({ ...before, "half.yaml": "half" }));

    expect(problems).toEqual([]);
    expect(plan?.differences).toEqual(
      [
        { kind: "stale", path: ".pgrender-run.json" },
        { kind: "stale", path: "gone/half.yaml" },
        { kind: "differs", path: "half.yaml" },
        { kind: "differs", path: "inventory.json" },
        { kind: "differs", path: "prod/orders/claim.yaml" },
        { kind: "stale", path: asidePath("prod/orders/service.yaml") },
      ].sort((a, b) => (a.path < b.path ? -1 : 1)),
    );
  });
});

describe("an output folder in which a render refuses to write", () => {
  it.each([
    ["a file is a link", "prod/orders/claim.yaml", before],
    ["a folder is a link", "prod", before],
    ["the folder of a stale file is a link", "test/shop", { "a.yaml": "" }],
    ["the inventory is a link", "inventory.json", before],
  ])("because %s", (_why, path, after) => {
    const elsewhere = temporaryFolder();
    const link = (dir: string) => {
      renameSync(join(dir, path), join(elsewhere, "real"));
      symlinkSync(join(elsewhere, "real"), join(dir, path));
    };

    expect(new Set(problemsAfter(link, after))).toEqual(new Set([`symlink-in-output ${path}`]));
  });

  it("because a folder lies where a file belongs, or a file where a folder does", () => {
    const change = (dir: string) => {
      rmSync(join(dir, "prod/orders/claim.yaml"));
      mkdirSync(join(dir, "prod/orders/claim.yaml"));
      writeFileSync(join(dir, "new"), "");
    };

    expect(problemsAfter(change, { ...before, "new/a.yaml": "" })).toEqual([
      "in-the-way new",
      "in-the-way prod/orders/claim.yaml",
    ]);
  });

  it("because a pipe lies where a file belongs, on which reading would wait for ever", () => {
    const dir = temporaryFolder();
    makePipe(join(dir, "pipe.yaml"));

    expect(planOutput(dir, files({ "pipe.yaml": "" })).problems).toMatchObject([{ rule: "in-the-way" }]);
  });

  it("because it is a file, lies below a file, or is a link to nothing", () => {
    const dir = temporaryFolder();
    writeTree(dir, { file: "" });
    symlinkSync("nowhere", join(dir, "link"));

    const rules = ["file", "file/below", "link"].map(
      (name) => planOutput(join(dir, name), files(before)).problems,
    );

    expect(rules).toMatchObject([
      [{ rule: "in-the-way" }],
      [{ rule: "in-the-way" }],
      [{ rule: "symlink-in-output" }],
    ]);
  });

  it.each(["{", '{ "version": 1, "files": { "../../etc/passwd": "" } }', '{ "version": 3, "files": {} }'])(
    "because its inventory is %s",
    (text) => {
      expect(problemsAfter((dir) => writeTree(dir, { "inventory.json": text }))).toEqual([
        "inventory-invalid inventory.json",
      ]);
    },
  );

  it("because its marker is spoilt", () => {
    expect(problemsAfter((dir) => writeTree(dir, { ".pgrender-run.json": "{}" }))).toEqual([
      "marker-invalid .pgrender-run.json",
    ]);
  });

  it.each([
    ["files", { "a/x.yaml": "", "a/X.yaml": "" }, ["a/x.yaml"]],
    ["folders", { "A/x.yaml": "", "a/y.yaml": "", "a/z.yaml": "" }, ["a"]],
    ["accents", { "\u00E9.yaml": "", "e\u0301.yaml": "" }, ["\u00E9.yaml"]],
  ])("because two %s are one on macOS and Windows", (_what, tree, paths) => {
    expect(problemsAfter(() => {}, tree)).toEqual(paths.map((path) => `case-collision ${path}`));
  });

  it("because a rendered path would leave it, or is one of its records", () => {
    expect(problemsAfter(() => {}, { "../x": "", "inventory.json": "" })).toEqual([
      "unsafe-path .",
      "unsafe-path .",
    ]);
  });
});
