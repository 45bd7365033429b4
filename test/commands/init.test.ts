import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { run } from "../../generator/commands/program.ts";
import { render } from "../../generator/render.ts";
import { readTree, temporaryFolder, writeTree } from "../adapters/tree.ts";
import { fakeWorld } from "./world.ts";

async function pgrender(...args: string[]) {
  const { world, written } = fakeWorld();
  return { code: await run(args, { ...world, render }, { bugs: "" }), ...written };
}

describe("pgrender init", () => {
  it("makes a repository that renders, takes a new cluster, and renders again", async () => {
    const dir = join(temporaryFolder(), "databases");
    const folders = ["--clusters", join(dir, "clusters"), "--output", join(dir, "rendered")];

    expect(await pgrender("init", dir)).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("pgrender new"),
    });
    const first = await pgrender("render", ...folders);
    expect([first.code, first.stderr]).toEqual([0, expect.stringContaining("1 cluster, ")]);
    expect(first.stderr).not.toContain("error");
    const added = ["--in", join(dir, "clusters/prod"), "--clusters", join(dir, "clusters"), "--size", "5Gi"];
    expect(await pgrender("new", "orders", ...added)).toMatchObject({ code: 0 });
    expect(await pgrender("render", ...folders)).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("2 clusters, "),
    });
    expect(await pgrender("render", ...folders, "--check")).toMatchObject({ code: 0 });
    const tree = readTree(dir);
    expect(tree["clusters/prod/kustomization.yaml"]).toContain(
      "  - example.yaml\n  - orders.yaml\ncomponents:",
    );
    // The component reaches both, the base gives its resources.
    expect(tree["rendered/prod/orders/configmap-orders-patroni.yaml"]).toContain("synchronous_mode: true");
    expect(tree["rendered/prod/example/statefulset-example.yaml"]).toContain("cpu: 250m");
    expect(await pgrender("schema", "--output", join(dir, "schemas"))).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^0 files written/),
    });
  });

  it("tells the editor of each file which schema it has", async () => {
    const dir = temporaryFolder();
    await pgrender("init", dir);

    const lines = Object.entries(readTree(dir)).flatMap(([path, text]) => {
      const [, schema] = /^# yaml-language-server: \$schema=(.*)$/m.exec(text) ?? [];
      return schema === undefined ? [] : [[path, existsSync(join(dir, dirname(path), schema))]];
    });
    expect(lines).toEqual([
      ["clusters/base/fleet.yaml", true],
      ["clusters/pgrender.yaml", true],
      ["clusters/prod/example.yaml", true],
    ]);
  });

  it("writes over nothing, and nothing at all where something is in the way", async () => {
    const dir = temporaryFolder();
    writeTree(dir, { "README.md": "mine", "clusters/base/": "" });
    const before = readTree(dir);

    expect(await pgrender("init", dir)).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringMatching(/README\.md:1:1: .*\[in-the-way\]\n.*\n1 error\n$/),
    });
    expect(readTree(dir)).toEqual(before);
  });

  it("takes away again what it made when the disk refuses", async () => {
    const dir = temporaryFolder();
    writeTree(dir, { clusters: "a file where a folder has to be" });
    const before = readTree(dir);

    expect(await pgrender("init", dir)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/\[(write-failed|in-the-way)\]/),
    });
    expect(readTree(dir)).toEqual(before);
  });

  it("pins the version in the workflow", async () => {
    const dir = temporaryFolder();
    await pgrender("init", dir);

    expect(readTree(dir)[".github/workflows/render.yml"]).toContain(
      "npx --yes pgrender@1.2.3 render --check",
    );
  });
});
