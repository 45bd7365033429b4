import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { renderCommand } from "../../generator/commands/render.ts";
import type { RenderOptions } from "../../generator/commands/render.ts";
import { readTree, temporaryFolder, writeTree } from "../adapters/tree.ts";
import type { Tree } from "../adapters/tree.ts";
import { fakeWorld } from "./world.ts";

function workspace(clusters: Tree) {
  const dir = temporaryFolder();
  writeTree(join(dir, "clusters"), clusters);
  return {
    dir,
    tree: () => readTree(dir),
    /** Puts other specs in the place of the first ones. */
    commit: (tree: Tree) => {
      rmSync(join(dir, "clusters"), { recursive: true });
      writeTree(join(dir, "clusters"), tree);
    },
    run: (options: Partial<RenderOptions> = {}) => {
      const { world, written } = fakeWorld();
      const folders = { clusters: join(dir, "clusters"), output: join(dir, "rendered") };
      const code = renderCommand(
        { ...folders, check: false, stdout: false, strict: false, ...options },
        world,
      );
      return { code, stdout: written.stdout, stderr: written.stderr.replaceAll(`${dir}/`, "") };
    },
  };
}

const twoClusters: Tree = { "prod/orders.yaml": "one", "prod/shop.yml": "two" };

/** What is said about a cluster that no spec renders any more. */
function removedCluster(folder: string): string[] {
  const where = `rendered/${folder}/kustomization.yaml:1:1`;
  const what = `no spec renders ${folder} any more: its files are removed, and a GitOps engine that prunes will stop this database`;
  return [
    `${where}: warning: ${what} [cluster-removed]`,
    "  fix: if that is not meant, look for the spec: renamed, emptied, or no longer a cluster's",
  ];
}

describe("pgrender render", () => {
  it("writes the output, says how much on stderr, and nothing on stdout", () => {
    const { commit, run, tree } = workspace(twoClusters);

    expect(run()).toEqual({
      code: 0,
      stdout: "",
      stderr: "2 clusters, 6 files: 6 written, 0 removed, 0 unchanged\n",
    });
    expect(run().stderr).toBe("2 clusters, 6 files: 0 written, 0 removed, 6 unchanged\n");
    expect(Object.keys(tree())).toContain("rendered/prod/shop/claim.yaml");
    commit({ ...twoClusters, "prod/orders.yaml": "changed" });
    expect(run().stderr).toBe("2 clusters, 6 files: 1 written, 0 removed, 5 unchanged\n");
  });

  it("removes a cluster that left, and says so", () => {
    const { commit, run, tree } = workspace(twoClusters);
    run();

    commit({ "prod/orders.yaml": "one" });
    const { code, stderr } = run();

    expect([code, stderr.split("\n")]).toEqual([
      0,
      [
        ...removedCluster("prod/shop"),
        "1 warning",
        "1 cluster, 3 files: 0 written, 3 removed, 3 unchanged",
        "",
      ],
    ]);
    expect(Object.keys(tree()).filter((path) => path.startsWith("rendered/prod/shop"))).toEqual([]);
  });

  it("writes nothing when a problem is an error, and prints them all", () => {
    const { run, tree } = workspace({ "a.yaml": "fine\nwarning", "b.yaml": "error", "c.yaml": "\nerror" });
    const before = tree();

    const { code, stdout, stderr } = run();

    expect(tree()).toEqual(before);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toBe(
      [
        "clusters/a.yaml:2:1: warning: the word warning [bad-word]",
        "  fix: leave it out",
        "clusters/b.yaml:1:1: the word error [bad-word]",
        "  fix: leave it out",
        "clusters/c.yaml:2:1: the word error [bad-word]",
        "  fix: leave it out",
        "2 errors, 1 warning",
        "",
      ].join("\n"),
    );
  });

  it("writes in spite of warnings, and prints them before the summary", () => {
    const { stderr, code } = workspace({ "a.yaml": "warning" }).run();

    expect(code).toBe(0);
    expect(stderr).toMatch(
      /\[bad-word\]\n.*\n1 warning\n1 cluster, 3 files: 3 written, 0 removed, 0 unchanged\n$/,
    );
  });

  it("takes warnings for errors when it is told to: its own, and those of the output", () => {
    const { commit, run, tree } = workspace(twoClusters);
    run();
    commit({ "prod/orders.yaml": "warning" });
    const before = tree();

    expect(run({ strict: true })).toMatchObject({ code: 2, stderr: expect.not.stringContaining("written") });
    commit({ "prod/orders.yaml": "one" });
    expect(run({ strict: true, check: true })).toMatchObject({ code: 2 });
    expect(run({ strict: true })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("[cluster-removed]"),
    });
    expect(Object.keys(tree())).toEqual(Object.keys(before));
    commit(twoClusters);
    expect(run({ strict: true }).code).toBe(0);
  });

  it("does not empty the output when there is no cluster any more", () => {
    const { commit, run, tree } = workspace(twoClusters);
    run();
    commit({});
    const before = tree();

    const { code, stderr } = run();

    expect(code).toBe(2);
    expect(stderr).toContain("[no-clusters]");
    expect(tree()).toEqual(before);
  });

  it("writes nothing when a spec cannot be read", () => {
    const { dir, run } = workspace(twoClusters);
    writeTree(dir, { "clusters/big.yaml": "#".repeat(2 ** 20 + 1) });

    const { code, stderr } = run();

    expect(code).toBe(2);
    expect(stderr).toMatch(/^clusters\/big.yaml:1:1: .*\[file-too-large\]\n.*\n1 error\n$/);
  });

  it("says that there is no clusters folder", () => {
    const { dir, run } = workspace({});

    const { code, stderr } = run({ clusters: join(dir, "specs") });

    expect(code).toBe(2);
    expect(stderr).toMatch(/^specs:1:1: .*\[no-clusters-folder\]\n/);
  });

  it("names problems of the output by the output folder, and writes nothing", () => {
    const { dir, run, tree } = workspace(twoClusters);
    writeTree(dir, { "rendered/prod/shop/claim.yaml": "mine" });
    const before = tree();

    const { code, stderr } = run();

    expect(code).toBe(2);
    expect(stderr).toMatch(/^rendered\/prod\/shop\/claim.yaml:1:1: .*\[foreign-file\]\n/);
    expect(tree()).toEqual(before);
  });

  it("refuses an output folder inside the clusters folder", () => {
    const { dir, run } = workspace(twoClusters);

    const { code, stderr } = run({ output: join(dir, "clusters/rendered") });

    expect([code, stderr.includes("[folders-overlap]")]).toEqual([2, true]);
  });
});

describe("pgrender render --check", () => {
  it("is content with a fresh render", () => {
    const { run } = workspace(twoClusters);
    run();

    expect(run({ check: true })).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  it("lists what is missing, differs or is stale, and writes nothing", () => {
    const { commit, run, tree } = workspace({ ...twoClusters, "old.yaml": "" });
    run();
    commit({ "prod/orders.yaml": "changed", "prod/shop.yml": "two", "new.yaml": "" });
    const before = tree();

    const { code, stderr } = run({ check: true });

    expect(code).toBe(1);
    expect(stderr.split("\n")).toEqual([
      ...removedCluster("old"),
      "1 warning",
      "differs rendered/inventory.json",
      "missing rendered/new/claim.yaml",
      "missing rendered/new/kustomization.yaml",
      "missing rendered/new/service.yaml",
      "stale rendered/old/claim.yaml",
      "stale rendered/old/kustomization.yaml",
      "stale rendered/old/service.yaml",
      "differs rendered/prod/orders/service.yaml",
      "rendered is not what a render gives: 8 differences",
      "  fix: run the same command without --check, and commit what it writes",
      "",
    ]);
    expect(tree()).toEqual(before);
  });

  it("finds a hand-edited file, and a run that was cut off", () => {
    const { dir, run } = workspace(twoClusters);
    run();
    writeTree(dir, { "rendered/prod/shop/claim.yaml": "edited" });

    const edited = run({ check: true });

    expect(edited.code).toBe(1);
    expect(edited.stderr).toContain("[hand-edited]");
    expect(edited.stderr).toContain("differs rendered/prod/shop/claim.yaml\n");
    run();
    writeTree(dir, { "rendered/.pgrender-run.json": '{ "version": 1, "paths": [] }' });
    expect(run({ check: true })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("stale rendered/.pgrender-run.json\n"),
    });
    expect(run().code).toBe(0);
    expect(run({ check: true }).code).toBe(0);
  });

  it("does not make the output folder", () => {
    const { run, tree } = workspace(twoClusters);
    const before = tree();

    expect(run({ check: true }).code).toBe(1);
    expect(tree()).toEqual(before);
  });
});

describe("pgrender render --stdout", () => {
  it("prints the objects with their paths, and no kustomization, and writes nothing", () => {
    const { run, tree } = workspace({ "b.yaml": "warning", "a.yaml": "" });
    const before = tree();

    const { code, stdout, stderr } = run({ stdout: true });

    expect(code).toBe(0);
    expect(stdout).toBe(
      [
        "# a/claim.yaml\nkind: claim\n",
        '# a/service.yaml\nspec: ""\n',
        "# b/claim.yaml\nkind: claim\n",
        '# b/service.yaml\nspec: "warning"\n',
      ].join("---\n"),
    );
    expect(stderr).toMatch(/^clusters\/b.yaml:1:1: warning: .*\n.*\n1 warning\n$/);
    expect(tree()).toEqual(before);
  });

  it("prints nothing when there is an error", () => {
    expect(workspace({ "a.yaml": "error", "b.yaml": "" }).run({ stdout: true })).toMatchObject({
      code: 2,
      stdout: "",
    });
  });
});
