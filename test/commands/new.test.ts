import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { withResource } from "../../generator/pipeline/add-resource.ts";
import { run } from "../../generator/commands/program.ts";
import { render } from "../../generator/render.ts";
import { readTree, temporaryFolder, writeTree } from "../adapters/tree.ts";
import type { Tree } from "../adapters/tree.ts";
import { fakeWorld } from "./world.ts";

const old = `apiVersion: pgrender.dev/v1
kind: PostgresCluster
metadata: { name: old, namespace: old }
spec: { numberOfInstances: 1, postgresql: { version: "17" }, volume: { size: 1Gi } }
`;

function repository(tree: Tree = { "clusters/prod/old.yaml": old }) {
  const dir = temporaryFolder();
  writeTree(dir, tree);
  return {
    tree: () => readTree(dir),
    pgrender: async (args: readonly string[], answers?: readonly string[]) => {
      const { world, written } = fakeWorld();
      const left = [...(answers ?? [])];
      const asked: string[] = [];
      const ask = (question: string) => {
        asked.push(question);
        return Promise.resolve(left.shift() ?? "");
      };
      const paths = args.map((arg) => arg.replace("DIR", dir));
      const code = await run(
        [...paths, "--clusters", join(dir, "clusters")],
        { ...world, render, ...(answers === undefined ? {} : { ask }) },
        { bugs: "" },
      );
      const plain = (text: string) => text.replaceAll(`${dir}/`, "");
      return { code, asked: asked.map(plain), stdout: plain(written.stdout), stderr: plain(written.stderr) };
    },
  };
}

describe("pgrender new", () => {
  it("writes a spec from options, that renders", async () => {
    const { pgrender, tree } = repository({
      "clusters/prod/old.yaml": old,
      "schemas/postgrescluster.json": "{}",
    });
    const options = [
      "--in",
      "DIR/clusters/prod",
      "--namespace",
      "shop",
      "--version",
      "17",
      "--instances",
      "2",
    ];

    expect(await pgrender(["new", "orders", ...options, "--size", "50Gi", "--synchronous"])).toMatchObject({
      code: 0,
      stdout: "clusters/prod/orders.yaml\n",
    });
    expect(tree()["clusters/prod/orders.yaml"])
      .toBe(`# yaml-language-server: $schema=../../schemas/postgrescluster.json
apiVersion: pgrender.dev/v1
kind: PostgresCluster
metadata:
  name: orders
  namespace: shop
spec:
  numberOfInstances: 2
  postgresql:
    version: "17"
  patroni:
    synchronous_mode: true
  volume:
    size: 50Gi
`);
  });

  it("takes the defaults without a terminal, and where it is told not to ask", async () => {
    const { pgrender, tree } = repository();

    expect((await pgrender(["new", "orders"])).code).toBe(0);
    expect(await pgrender(["new", "bills", "--yes"], ["x"])).toMatchObject({ code: 0, asked: [] });
    expect(Object.keys(tree())).toEqual(
      expect.arrayContaining(["clusters/prod/orders.yaml", "clusters/prod/bills.yaml"]),
    );
    expect(tree()["clusters/prod/bills.yaml"]).toMatch(/namespace: bills\n[^]*numberOfInstances: 3\n/);
  });

  it("asks a person for what the options leave open", async () => {
    const { pgrender, tree } = repository();

    const { code, asked } = await pgrender(["new", "orders", "--size", "5Gi"], ["", "shop", "16", "", "y"]);

    expect([code, asked]).toEqual([
      0,
      [
        "folder [clusters/prod] ",
        "namespace [orders] ",
        "major version of PostgreSQL [18] ",
        "members [3] ",
        "commits wait for a replica, yes or no [no] ",
      ],
    ]);
    expect(tree()["clusters/prod/orders.yaml"]).toMatch(
      /namespace: shop\n[^]*"16"\n[^]*synchronous_mode: true\n[^]*5Gi/,
    );
  });

  it.each([
    [["Orders"], "wrong-format"],
    [["../orders"], "wrong-format"],
    [["orders", "--version", "9"], "wrong-value"],
    [["orders", "--size", "huge"], "wrong-format"],
    [["orders", "--namespace", "Shop!"], "wrong-format"],
    [["orders", "--in", "DIR/elsewhere"], "outside-clusters"],
    [["old", "--namespace", "new"], "in-the-way"],
    [["old", "--namespace", "old", "--in", "DIR/clusters/stage"], "cluster-twice"],
  ])("writes nothing for %j: %s", async (args, rule) => {
    const { pgrender, tree } = repository();
    const before = tree();

    expect(await pgrender(["new", ...args])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`[${rule}]`),
    });
    expect(tree()).toEqual(before);
  });

  it("is not kept from it by another cluster's mistake", async () => {
    const { pgrender } = repository({ "clusters/old.yaml": old.replace("spec:", "x: 1\nspec:") });

    expect((await pgrender(["new", "orders"])).code).toBe(0);
  });
});

describe("a resource more", () => {
  const added = (text: string) => withResource({ path: "kustomization.yaml", text }, "new.yaml");

  it.each([
    [
      "resources:\n  - a.yaml # first\n  - b.yaml # last\n# end\n",
      "resources:\n  - a.yaml # first\n  - b.yaml # last\n  - new.yaml\n# end\n",
    ],
    ["resources:\n- a.yaml\nnamespace: x\n", "resources:\n- a.yaml\n- new.yaml\nnamespace: x\n"],
    ["resources: [a.yaml, b.yaml] # two\n", "resources: [a.yaml, b.yaml, new.yaml] # two\n"],
    ["resources: []\n", "resources: [new.yaml]\n"],
    ["# nothing yet\nkind: Kustomization", "# nothing yet\nkind: Kustomization\nresources:\n  - new.yaml\n"],
    ["resources:\n  - a.yaml", "resources:\n  - a.yaml\n  - new.yaml"],
    ["resources: [new.yaml]\n", "resources: [new.yaml]\n"],
    ['resources: ["a]b.yaml"]\n', undefined],
    ["resources: &r [a.yaml]\ncomponents: *r\n", undefined],
    ["resources: none\n", undefined],
    ["a: 1\n---\nb: 1\n", undefined],
    ["a: [\n", undefined],
  ])("%j becomes %j", (text, expected) => {
    expect(added(text)).toBe(expected);
  });
});
