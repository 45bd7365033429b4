import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { diffCommand } from "../../generator/commands/diff.ts";
import type { DiffOptions } from "../../generator/commands/diff.ts";
import { readTree, temporaryFolder, writeTree } from "../adapters/tree.ts";
import { fakeWorld } from "./world.ts";

const cluster = (name: string, size = "1Gi") =>
  `apiVersion: pgrender.dev/v1
kind: PostgresCluster
metadata: { name: ${name}, namespace: prod }
spec: { numberOfInstances: 1, postgresql: { version: "17" }, volume: { size: ${size} } }
`;

/** A repository with a cluster `pay` at the tag `first`, and another one besides at `second`. */
function repository() {
  const dir = temporaryFolder();
  const git = (...args: readonly string[]) =>
    execFileSync("git", ["-c", "user.name=x", "-c", "user.email=x@example.com", ...args], {
      cwd: dir,
      stdio: "pipe",
    });
  git("init", "-q", "-b", "main", ".");
  writeTree(dir, { "specs/prod/pay.yaml": cluster("pay"), "specs/.hidden.yaml": "no: spec" });
  git("add", "-A");
  git("commit", "-qm", "first");
  git("tag", "first");
  writeTree(dir, { "specs/prod/shop.yaml": cluster("shop") });
  git("add", "-A");
  git("commit", "-qm", "second");
  git("tag", "second");
  const diff = (from: string, to?: string, options: Partial<DiffOptions> = {}) => {
    const before = [readTree(join(dir, "specs")), git("status", "--porcelain").toString()];
    const { world, written } = fakeWorld();
    const clusters = join(dir, "specs");
    const code = diffCommand(
      from,
      to,
      { clusters, format: "text", mergeBase: false, strict: false, ...options },
      world,
    );
    expect([readTree(join(dir, "specs")), git("status", "--porcelain").toString()]).toEqual(before);
    return { code, ...written };
  };
  return { dir, git, diff };
}

describe("pgrender diff", () => {
  it("compares two commits, and ends with 1 if they differ", () => {
    const { diff } = repository();

    expect(diff("first", "second")).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^prod\/shop: added, with \d+ objects\n\n1 cluster added\n$/),
    });
    expect(diff("second", "first")).toMatchObject({
      code: 1,
      stdout: expect.stringContaining("prod/shop: removed"),
    });
    expect(diff("second", "second")).toMatchObject({ code: 0, stdout: "no cluster differs\n" });
  });

  it("compares with what is in the folder now, committed or not", () => {
    const { dir, diff } = repository();
    expect(diff("second").code).toBe(0);

    writeTree(dir, { "specs/prod/pay.yaml": cluster("pay", "2Gi") });

    expect(diff("second").stdout.split("\n").slice(0, 4)).toEqual([
      "prod/pay: PersistentVolumeClaim pgdata-pay-0 changed",
      "  spec.resources.requests.storage",
      "    - 1Gi",
      "    + 2Gi",
    ]);
  });

  it("compares with the commit from which two went apart, if it is told to", () => {
    const { git, dir, diff } = repository();
    git("checkout", "-q", "-b", "branch", "first");
    writeTree(dir, { "specs/prod/own.yaml": cluster("own") });
    git("add", "-A");
    git("commit", "-qm", "own");

    expect(diff("main").stdout).toContain("1 cluster added, 1 removed");
    expect(diff("main", undefined, { mergeBase: true }).stdout).toContain("1 cluster added\n");
  });

  it("compares folders that are named by their paths", () => {
    const { dir, diff } = repository();
    writeTree(dir, { "other/pay.yaml": cluster("pay") });

    expect(diff("second", join(dir, "other")).stdout).toContain("prod/shop: removed");
  });

  it("takes a folder that a commit does not have for an empty one", () => {
    const { dir, git, diff } = repository();
    writeTree(dir, { "more/pay.yaml": cluster("pay") });
    git("add", "-A");
    git("commit", "-qm", "more");

    expect(diff("second", "main", { clusters: join(dir, "more") }).stdout).toContain("1 cluster added");
  });

  it("is Markdown or JSON on request", () => {
    const { diff } = repository();

    expect(diff("first", "second", { format: "markdown" }).stdout).toMatch(
      /^\*\*1 cluster added\*\*\n\n- added `prod\/shop`/,
    );
    expect(JSON.parse(diff("first", "second", { format: "json" }).stdout)).toMatchObject({
      added: [{ name: "prod/shop" }],
      groups: [],
    });
  });

  it("names a commit that is not there, and what to do", () => {
    const { diff } = repository();

    const { code, stderr, stdout } = diff("nosuch", "second");

    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(
      /^nosuch:\S*specs:1:1: the commit nosuch cannot be read: there is no such commit here \[revision\]\n  fix: .*fetch-depth: 0/,
    );
    expect(diff("--upload-pack=x").code).toBe(2);
    expect(diff("nosuch", undefined, { mergeBase: true })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("[merge-base]"),
    });
  });

  it("tells a mistake of either side by its place, and compares nothing then", () => {
    const { dir, git, diff } = repository();
    writeTree(dir, { "specs/prod/bad.yaml": cluster("bad").replace("volume", "volumn") });
    git("add", "-A");
    git("commit", "-qm", "bad");

    const { code, stderr, stdout } = diff("main", "second");

    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^main:\S*specs\/prod\/bad.yaml:4:\d+: spec.volumn is not a field/m);
  });
});
