import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { run } from "../../generator/commands/program.ts";
import { render } from "../../generator/render.ts";
import { readTree, temporaryFolder, writeTree } from "../adapters/tree.ts";
import type { Tree } from "../adapters/tree.ts";
import { fakeWorld } from "./world.ts";

function cluster(name: string, namespace: string) {
  return `apiVersion: pgrender.dev/v1
kind: PostgresCluster
metadata: { name: ${name}, namespace: ${namespace} }
spec: { numberOfInstances: 2, postgresql: { version: "17" }, volume: { size: 1Gi } }
`;
}

const fleet: Tree = {
  "pgrender.yaml":
    "apiVersion: pgrender.dev/v1\nkind: Settings\nspec: { apiServer: { cidrs: [10.0.0.1/32] } }\n",
  "prod/orders.yaml": cluster("orders", "shop"),
  "prod/ledger.yaml": cluster("ledger", "bank"),
  "stage/orders.yaml": cluster("orders", "stage"),
};

/** A repository, and the command run in it with the real render. */
function repository(clusters: Tree = fleet) {
  const dir = temporaryFolder();
  writeTree(join(dir, "clusters"), clusters);
  return {
    dir,
    tree: (folder: string) => readTree(join(dir, folder)),
    write: (tree: Tree) => writeTree(dir, tree),
    remove: (path: string) => rmSync(join(dir, path), { recursive: true }),
    pgrender: async (...args: string[]) => {
      const { world, written } = fakeWorld();
      const folders = args.map((arg) =>
        /^(rendered|joined|clusters|s\d)$/.test(arg) ? join(dir, arg) : arg,
      );
      const code = await run(folders, { ...world, render }, { bugs: "" });
      return { code, stdout: written.stdout, stderr: written.stderr.replaceAll(`${dir}/`, "") };
    },
  };
}

const all = ["render", "--clusters", "clusters", "--output", "rendered"];

describe("render --only", () => {
  it("writes what it was asked for and leaves the rest, which stays in the inventory", async () => {
    const { pgrender, tree, write } = repository();
    await pgrender(...all);
    const before = tree("rendered");
    write({ "clusters/prod/orders.yaml": fleet["prod/orders.yaml"]?.replace("1Gi", "2Gi") ?? "" });
    write({ "clusters/prod/ledger.yaml": fleet["prod/ledger.yaml"]?.replace("1Gi", "3Gi") ?? "" });

    expect(await pgrender(...all, "--only", "orders", "--check")).toMatchObject({ code: 1 });
    expect(await pgrender(...all, "--only", "prod/orders")).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(
        /^1 cluster, of them alone: \d+ files: 2 written, 0 removed, \d+ unchanged\n$/,
      ),
    });

    const after = tree("rendered");
    const changed = Object.keys(after).filter((path) => after[path] !== before[path]);
    expect(changed).toEqual([
      "inventory.json",
      "prod/orders/persistentvolumeclaim-pgdata-orders-0.yaml",
      "prod/orders/persistentvolumeclaim-pgdata-orders-1.yaml",
    ]);
    expect(await pgrender(...all, "--only", "prod/orders", "--check")).toMatchObject({ code: 0 });
    expect(await pgrender(...all, "--check")).toMatchObject({ code: 1 });
    await pgrender(...all, "--only", "bank/*");
    expect(await pgrender(...all, "--check")).toMatchObject({ code: 0 });
  });

  it("removes what the cluster no longer has, and nothing of others", async () => {
    const { pgrender, tree, write, remove } = repository();
    await pgrender(...all);
    write({
      "clusters/prod/orders.yaml": fleet["prod/orders.yaml"]?.replace("Instances: 2", "Instances: 1") ?? "",
    });
    remove("clusters/stage");

    const { code, stderr } = await pgrender(...all, "--only", "orders");

    expect([code, stderr]).toEqual([0, expect.stringContaining("4 removed")]);
    expect(Object.keys(tree("rendered"))).not.toContain(
      "prod/orders/persistentvolumeclaim-pgdata-orders-1.yaml",
    );
    expect(Object.keys(tree("rendered"))).toContain("stage/orders/statefulset-orders.yaml");
  });

  it("is not stopped by another cluster's mistake, but says that there is one", async () => {
    const { pgrender } = repository({
      ...fleet,
      "stage/orders.yaml": `${cluster("orders", "stage")}nonsense: 1\n`,
    });

    expect(await pgrender(...all, "--only", "shop/orders")).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(
        /written.*\n1 problem of other clusters not shown: see pgrender validate\n$/,
      ),
    });
  });

  it("writes nothing for a pattern without a match", async () => {
    const { pgrender, tree } = repository();

    expect(await pgrender(...all, "--only", "ordres")).toMatchObject({
      code: 2,
      stderr: "clusters:1:1: no cluster matches ordres [no-match]\n  fix: did you mean orders?\n1 error\n",
    });
    expect(Object.keys(tree(""))).not.toContain("rendered/inventory.json");
  });

  it("does not end a cut-off run that was about more", async () => {
    const { pgrender, write } = repository();
    await pgrender(...all);
    write({ "rendered/.pgrender-run.json": '{ "version": 1, "paths": ["stage/orders/x.yaml"] }' });

    expect(await pgrender(...all, "--only", "shop/orders")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("[cut-off]"),
    });
    expect((await pgrender(...all)).code).toBe(0);
    expect((await pgrender(...all, "--only", "shop/orders")).code).toBe(0);
  });
});

describe("render --shard", () => {
  const shard = (part: string, folder: string) => [
    "render",
    "--clusters",
    "clusters",
    "--shard",
    part,
    "--output",
    folder,
  ];

  it("gives joined what one render gives, byte for byte, and removes what is gone", async () => {
    const { pgrender, tree, remove, write } = repository();
    write({ "clusters/old.yaml": cluster("old", "old") });
    await pgrender("render", "--clusters", "clusters", "--output", "joined");
    remove("clusters/old.yaml");
    await pgrender(...all);

    for (const index of ["1", "2", "3"])
      expect((await pgrender(...shard(`${index}/3`, `s${index}`))).code).toBe(0);
    const joined = await pgrender("merge-shards", "s3", "s1", "s2", "--output", "joined");

    expect(joined).toMatchObject({ code: 0, stderr: expect.stringContaining("[cluster-removed]") });
    expect(tree("joined")).toEqual(tree("rendered"));
    expect(await pgrender("merge-shards", "s1", "s2", "s3", "--output", "joined", "--check")).toMatchObject({
      code: 0,
      stderr: "",
    });
  });

  it("joins nothing that is missing, changed, twice there or from other specs", async () => {
    const { pgrender, tree, write } = repository();
    for (const index of ["1", "2"]) await pgrender(...shard(`${index}/2`, `s${index}`));
    await pgrender(...shard("1/2", "s3"));
    write({ "clusters/prod/orders.yaml": `${fleet["prod/orders.yaml"] ?? ""}# later\n` });
    await pgrender(...shard("2/2", "s4"));
    await pgrender(...all);
    const file = Object.keys(tree("s3")).find((path) => path.endsWith(".yaml")) ?? "";
    write({ [`s5/inventory.json`]: "{}" });
    const join = async (...dirs: string[]) => {
      const { code, stderr } = await pgrender("merge-shards", ...dirs, "--output", "joined");
      return [code, [...stderr.matchAll(/\[(.*?)\]/g)].map(([, rule]) => rule)];
    };

    expect(await join("s1")).toEqual([2, ["shard-missing"]]);
    expect(await join("s1", "s2", "s3")).toEqual([2, expect.arrayContaining(["shard-twice"])]);
    expect(await join("s1", "s4")).toEqual([2, ["shards-differ"]]);
    expect(await join("s1", "rendered")).toEqual([2, ["not-a-shard"]]);
    expect(await join("s1", "s5")).toEqual([2, ["inventory-invalid"]]);
    expect(await join("s1", "s6")).toEqual([2, ["not-a-render"]]);
    write({ [`s3/${file}`]: "edited" });
    expect(await join("s2", "s3")).toEqual([2, ["not-a-render"]]);
    expect(Object.keys(tree("")).filter((path) => path.startsWith("joined"))).toEqual([]);
  });

  it("leaves clashes between clusters of two shards to the join", async () => {
    const { pgrender } = repository({ ...fleet, "stage/orders-repl.yaml": cluster("orders-repl", "stage") });
    for (const index of ["1", "2"]) await pgrender(...shard(`${index}/2`, `s${index}`));

    expect(await pgrender("merge-shards", "s1", "s2", "--output", "joined")).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^stage\/orders\S*:3:19: .*\[name-collision\]/),
    });
  });

  it("never removes what belongs to another shard, or to a whole render", async () => {
    const { pgrender, tree } = repository();
    await pgrender(...all);
    await pgrender(...shard("1/2", "s1"));
    const before = tree("");

    for (const args of [shard("1/2", "rendered"), shard("2/2", "s1"), shard("1/3", "s1")])
      expect(await pgrender(...args)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining("[shard-folder]"),
      });
    expect((await pgrender(...shard("1/2", "s1"))).code).toBe(0);
    expect(tree("")).toEqual(before);
  });

  it.each(["0/2", "3/2", "1", "1/999", "a/b", "1/-2"])("refuses %s", async (part) => {
    expect((await repository().pgrender(...shard(part, "s1"))).code).toBe(2);
  });
});
