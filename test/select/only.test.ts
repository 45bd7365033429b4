import { assert, constantFrom, property, record, uniqueArray } from "fast-check";
import { describe, expect, it } from "vitest";
import type { File } from "../../generator/file.ts";
import { render } from "../../generator/render.ts";
import { only, shard } from "../../generator/select/only.ts";
import { files } from "../adapters/tree.ts";
import type { Tree } from "../adapters/tree.ts";

const settings =
  "apiVersion: pgrender.dev/v1\nkind: Settings\nspec: { apiServer: { cidrs: [10.0.0.1/32] } }\n";

function cluster(name: string, namespace = "shop", more = "") {
  return `apiVersion: pgrender.dev/v1
kind: PostgresCluster
metadata: { name: ${name}, namespace: ${namespace} }
spec: { numberOfInstances: 1, postgresql: { version: "17" }, volume: { size: 1Gi }${more} }
`;
}

const fleet: Tree = {
  "pgrender.yaml": settings,
  "prod/orders.yaml": cluster("orders"),
  "prod/ledger.yaml": cluster("ledger", "bank"),
  "stage/orders.yaml": cluster("orders", "shop-stage"),
  "stage/two.yaml": `${cluster("one", "test")}---\n${cluster("two", "test")}`,
  "odd.yaml": `{ "apiVersion": "pgrender.dev/v1", "kind": "PostgresCluster",
    "metadata": { "name":
      "odd", "namespace": "odd" }, "spec": { "numberOfInstances": 1, "postgresql": { "version": "17" }, "volume": { "size": "1Gi" } } }`,
};

function chosen(tree: Tree, ...patterns: string[]) {
  const part = only(files(tree), patterns);
  return { read: part.files.map(({ path }) => path), ...render(part.files, part.scope) };
}

describe("only", () => {
  it.each([
    ["orders", ["prod/orders", "stage/orders"]],
    ["shop/orders", ["prod/orders"]],
    ["prod", ["prod/ledger", "prod/orders"]],
    ["prod/*", ["prod/ledger", "prod/orders"]],
    ["prod/", ["prod/ledger", "prod/orders"]],
    ["stage/t*", ["stage/two"]],
    ["*/orders", ["prod/orders", "stage/orders"]],
    ["{bank,shop}/*", ["prod/ledger", "prod/orders"]],
    ["odd", ["odd"]],
    ["**", ["odd", "prod/ledger", "prod/orders", "stage/one", "stage/orders", "stage/two"]],
    ["nobody", []],
  ])("%s is %j", (pattern, folders) => {
    expect(chosen(fleet, pattern).folders.toSorted()).toEqual(folders);
  });

  it("gives the bytes of a whole render", () => {
    const whole = new Map(render(files(fleet)).files.map(({ path, text }) => [path, text]));
    const part = chosen(fleet, "shop/orders", "test/two").files;

    expect(part.map(({ path }) => [path, whole.get(path)])).toEqual(
      part.map(({ path, text }) => [path, text]),
    );
    expect(part.length).toBeGreaterThan(20);
  });

  it("reads only what can hold a match, the settings, and clusters whose names begin alike", () => {
    const tree = {
      ...fleet,
      "prod/orders-repl.yaml": cluster("orders-repl", "other"),
      "prod/x.yaml": cluster("x"),
    };

    // In odd.yaml the name is not seen without parsing.
    expect(chosen(tree, "shop/orders").read).toEqual([
      "odd.yaml",
      "pgrender.yaml",
      "prod/orders-repl.yaml",
      "prod/orders.yaml",
      "stage/orders.yaml",
    ]);
  });

  it("finds that a cluster would have what another has, at the chosen one", () => {
    const tree = { ...fleet, "zoo/orders-repl.yaml": cluster("orders-repl") };

    for (const [pattern, file] of [
      ["prod/orders", "prod/orders.yaml"],
      ["orders-repl", "zoo/orders-repl.yaml"],
    ] as const)
      expect(chosen(tree, pattern)).toMatchObject({
        files: [],
        problems: [{ rule: "name-collision", at: { file } }],
      });
  });

  it("finds the same among clusters that one kustomization composes", () => {
    const tree = {
      "pgrender.yaml": settings,
      "prod/kustomization.yaml": "resources: [a.yaml, b.yaml, c.yaml]\nnamePrefix: shop-\n",
      "prod/a.yaml": cluster("orders"),
      "prod/b.yaml": cluster("orders-repl"),
      "prod/c.yaml": cluster("ledger"),
    };

    expect(chosen(tree, "shop-orders")).toMatchObject({
      files: [],
      problems: [{ rule: "name-collision", at: { file: "prod/kustomization.yaml" } }],
    });
    expect(chosen(tree, "shop-ledger")).toMatchObject({ problems: [], clusters: 1 });
  });

  it("finds a patch of the output that is for nothing, and none that is for another cluster", () => {
    const tree = (target: string) => ({
      "pgrender.yaml": settings,
      "prod/kustomization.yaml": `resources: [a.yaml, c.yaml]
outputPatches:
- target: { kind: Service, name: ${target} }
  patch: |
    - { op: add, path: /metadata/annotations, value: { a: b } }
`,
      "prod/a.yaml": cluster("orders"),
      "prod/c.yaml": cluster("ledger"),
    });

    expect(chosen(tree("ledger"), "orders")).toMatchObject({ problems: [], clusters: 1 });
    expect(chosen(tree("ledgre"), "orders")).toMatchObject({ problems: [{ rule: "patch-target" }] });
  });

  it("is not stopped by a mistake elsewhere, but counts what it saw of it", () => {
    const tree = { ...fleet, "stage/orders.yaml": cluster("orders", "shop-stage", ", nonsense: 1") };

    expect(chosen(tree, "shop/orders")).toMatchObject({ problems: [], elsewhere: 1, clusters: 1 });
    expect(chosen(tree, "stage/*")).toMatchObject({ problems: [{ rule: "unknown-field" }], files: [] });
  });

  it("is stopped by a mistake in the settings, and by one that may hide what was asked for", () => {
    expect(chosen({ ...fleet, "pgrender.yaml": `${settings}x: 1\n` }, "shop/orders").files).toEqual([]);
    expect(
      chosen({ ...fleet, "prod/orders.yaml": `${cluster("orders")}  - [` }, "prod/orders").files,
    ).toEqual([]);
  });

  it("sees names in whatever form YAML has for them", () => {
    const forms = [
      "metadata:\n  name: odd",
      "metadata:\n  'name' : 'odd'",
      'metadata: { "name": "odd" }',
      String.raw`metadata: { name: "o\x64d" }`,
      "metadata:\n  name:\n    odd",
      "metadata:\n  name: >-\n    odd",
      "metadata:\n  name: !!str odd",
      "metadata:\n  ? name\n  : odd",
      "metadata:\n  labels: { a: &n odd }\n  name: *n",
      "metadata: { name: # the name\n  odd }",
    ];

    for (const form of forms) {
      const text = cluster("odd").replace(/^metadata: .*$/m, form);
      expect([form, chosen({ "a.yaml": text, "b.yaml": cluster("b") }, "odd").clusters]).toEqual([form, 1]);
    }
  });

  it("names the cluster that was meant", () => {
    expect(only(files(fleet), ["ordesr"]).empty).toMatchObject({
      rule: "no-match",
      fix: "did you mean orders?",
    });
  });
});

describe("shards", () => {
  const places = record({
    folder: constantFrom("", "prod/", "stage/eu/"),
    name: constantFrom("a", "b", "c", "d", "e", "f", "g"),
  });

  it("have every cluster of a fleet once, with the bytes of one render", () => {
    assert(
      property(
        uniqueArray(places, { minLength: 1, selector: ({ folder, name }) => folder + name }),
        constantFrom(1, 2, 3, 8),
        (clusters, count) => {
          const input: readonly File[] = [
            { path: "pgrender.yaml", text: `${settings}---\n${cluster("with-settings")}` },
            ...clusters.map(({ folder, name }) => ({
              path: `${folder}${name}.yaml`,
              text: cluster(name, `n${folder.length}`),
            })),
          ];
          const parts = Array.from({ length: count }, (_, place) =>
            shard(input, { index: place + 1, count }),
          );
          const rendered = parts.flatMap((part) => render(part.files, part.scope).files);
          expect(rendered.toSorted(byPath)).toEqual([...render(input).files].toSorted(byPath));
        },
      ),
      { numRuns: 30 },
    );
  });
});

function byPath(one: File, other: File): number {
  return one.path < other.path ? -1 : 1;
}

describe("a composed fleet", () => {
  const kustomization = (text: string) =>
    `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n${text}`;
  const composed: Tree = {
    "pgrender.yaml": settings,
    "base/kustomization.yaml": kustomization("resources: [orders.yaml]\n"),
    "base/orders.yaml": cluster("orders"),
    "prod/kustomization.yaml": kustomization("namePrefix: prod-\nresources: [../base, queries.yaml]\n"),
    "prod/queries.yaml":
      "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: queries, namespace: shop }\ndata: {}\n",
    "stage/kustomization.yaml": kustomization(
      "nameSuffix: -stage\nresources: [../base]\n# not ../lists/one.yaml\n",
    ),
    "stage/unlisted.yaml": cluster("unlisted"),
    "stage/below/unlisted.yaml": cluster("below"),
    "lists/one.yaml": cluster("one"),
    "plain/ledger.yaml": cluster("ledger"),
  };

  it.each([
    ["prod-orders", ["prod/prod-orders"]],
    ["shop/orders-stage", ["stage/orders-stage"]],
    ["stage", ["stage/orders-stage"]],
    ["prod", ["prod/prod-orders", "prod/shared"]],
    ["ledger", ["plain/ledger"]],
    ["orders", []],
    ["unlisted", []],
  ])("%s is %j", (pattern, folders) => {
    expect(chosen(composed, pattern).folders.toSorted()).toEqual(folders);
  });

  it.each([1, 2, 3, 5])("has in %i shards the bytes of one render", (count) => {
    const input = files(composed);
    const parts = Array.from({ length: count }, (_, place) => shard(input, { index: place + 1, count }));
    const rendered = parts.flatMap((part) => render(part.files, part.scope).files);

    expect(rendered.toSorted(byPath)).toEqual([...render(input).files].toSorted(byPath));
    expect(rendered.length).toBeGreaterThan(40);
  });

  it("does not say that a shared patch is for nothing which meets a cluster elsewhere", () => {
    const patch =
      "patches:\n- target: { kind: PostgresCluster, name: .*-stage }\n  patch: |-\n    - { op: add, path: /spec/teamId, value: x }\n";
    const component = kustomization(patch)
      .replace("kind: Kustomization", "kind: Component")
      .replace("v1beta1", "v1alpha1");
    const tree = {
      ...composed,
      "shared/kustomization.yaml": component,
      "prod/kustomization.yaml": `${composed["prod/kustomization.yaml"] ?? ""}components: [../shared]\n`,
      "stage/kustomization.yaml": `${composed["stage/kustomization.yaml"] ?? ""}components: [../shared]\n`,
    };

    expect(chosen(tree, "prod-orders")).toMatchObject({ problems: [], clusters: 1 });
  });

  it("reads only what the chosen one is composed of", () => {
    expect(chosen(composed, "ledger").read).toEqual(["pgrender.yaml", "plain/ledger.yaml"]);
  });
});
