import { describe, expect, it } from "vitest";
import { units } from "../../generator/select/units.ts";
import { files } from "../adapters/tree.ts";
import type { Tree } from "../adapters/tree.ts";

const found = (tree: Tree) =>
  units(files(tree)).map(({ root, files: own }) => [root, own.map(({ path }) => path)]);

describe("units", () => {
  it("are single files where nothing is composed", () => {
    expect(found({ "a.yaml": "", "prod/b.yml": "", "notes.txt": "" })).toEqual([
      ["a.yaml", ["a.yaml"]],
      ["prod/b.yml", ["prod/b.yml"]],
    ]);
  });

  it("are kustomizations that no other refers to, with all that they read", () => {
    const tree = {
      "base/kustomization.yaml": "resources:\n  - orders.yaml # the one\n",
      "base/orders.yaml": "",
      "components/ha/kustomization.yaml": 'kind: Component\npatches: [{ path: "big members.yaml" }]\n',
      "components/ha/big members.yaml": "",
      "components/log/kustomization.yml": "kind: Component\n",
      "prod/kustomization.yaml": "resources: [../base]\ncomponents:\n- '../components/ha/'\n",
      "prod/extra.yaml": "",
      "stage/Kustomization":
        "resources: [../base, ../shared/one.yaml]\nconfigMapGenerator:\n- files: [q.sql=sql/q.sql]\n",
      "stage/sql/q.sql": "",
      "shared/one.yaml": "",
    };

    expect(found(tree)).toEqual([
      ["components/log", ["components/log/kustomization.yml"]],
      [
        "prod",
        [
          "base/kustomization.yaml",
          "base/orders.yaml",
          "components/ha/kustomization.yaml",
          "components/ha/big members.yaml",
          "prod/kustomization.yaml",
          "prod/extra.yaml",
        ],
      ],
      [
        "stage",
        [
          "base/kustomization.yaml",
          "base/orders.yaml",
          "stage/Kustomization",
          "stage/sql/q.sql",
          "shared/one.yaml",
        ],
      ],
    ]);
  });

  it("lose no kustomization of a circle, and leave the tree with no path", () => {
    const tree = {
      "a/kustomization.yaml": "resources: [../b, ../../../etc]",
      "b/kustomization.yaml": "resources: [../a, /etc/passwd, https://example.com/x]",
    };

    expect(found(tree).flatMap(([, paths]) => paths)).toEqual(expect.arrayContaining(Object.keys(tree)));
  });

  it("hold every YAML file at least once", () => {
    const tree = { "kustomization.yaml": "resources: [a.yaml]", "a.yaml": "", "b.yaml": "", "c/d.yaml": "" };

    expect(new Set(found(tree).flatMap(([, paths]) => paths))).toEqual(new Set(Object.keys(tree)));
  });
});
