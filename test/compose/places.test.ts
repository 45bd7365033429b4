import { describe, expect, it } from "vitest";
import { compose } from "../../generator/compose/index.ts";
import type { File } from "../../generator/file.ts";
import type { Path } from "../../generator/pipeline/source.ts";
import { render } from "../../generator/render.ts";

const orders = `apiVersion: pgrender.dev/v1
kind: PostgresCluster
metadata:
  name: orders
spec:
  numberOfInstances: 1
  postgresql: { version: "18" }
  volume:
    size: 5Gi
  env:
    - name: TZ
      value: UTC
`;

const tree: readonly File[] = [
  { path: "base/kustomization.yaml", text: "resources:\n  - orders.yaml\n" },
  { path: "base/orders.yaml", text: orders },
  {
    path: "prod/kustomization.yaml",
    text: `resources: [../base]
namespace: shop
namePrefix: p-
labels:
  - pairs:
      team: a
patches:
  - path: big.yaml
  - target: { kind: PostgresCluster }
    patch: |-
      - op: add
        path: /spec/teamId
        value: shop
  - patch: |
      apiVersion: pgrender.dev/v1
      kind: PostgresCluster
      metadata: { name: orders }
      spec:
        patroni:
          ttl: 60
replicas:
  - name: orders
    count: 3
`,
  },
  {
    path: "prod/big.yaml",
    text: `apiVersion: pgrender.dev/v1
kind: PostgresCluster
metadata: { name: orders }
spec:
  volume:
    size: 50Gi
  env:
    - name: LEVEL
      value: info
    - name: TZ
      value: Europe/Vienna
`,
  },
];

function placeOf(path: Path, part: "key" | "value" = "key"): string {
  const [document] = compose(tree).roots[0]?.documents ?? [];
  const { file, line, column } = document?.placeOf(path, part) ?? { file: "", line: 0, column: 0 };
  return `${file}:${line}:${column}`;
}

describe("the place of a value", () => {
  it.each<readonly [what: string, path: Path, place: string]>([
    ["of the base", ["spec", "postgresql", "version"], "base/orders.yaml:7:17"],
    ["of a patch's file", ["spec", "volume", "size"], "prod/big.yaml:6:5"],
    ["around a patched one is its own", ["spec", "volume"], "base/orders.yaml:8:3"],
    ["of a list's item that a patch adds", ["spec", "env", 0, "name"], "prod/big.yaml:8:7"],
    ["of a field that a patch changes in an item", ["spec", "env", 1, "value"], "prod/big.yaml:11:7"],
    ["of a field that it leaves in that item", ["spec", "env", 1, "name"], "prod/big.yaml:10:7"],
    ["of an operation", ["spec", "teamId"], "prod/kustomization.yaml:13:9"],
    ["of a patch inside of the kustomization", ["spec", "patroni", "ttl"], "prod/kustomization.yaml:20:11"],
    ["that namespace sets", ["metadata", "namespace"], "prod/kustomization.yaml:2:1"],
    ["that namePrefix changes", ["metadata", "name"], "prod/kustomization.yaml:3:1"],
    ["of a label", ["metadata", "labels", "team"], "prod/kustomization.yaml:6:7"],
    ["that replicas sets", ["spec", "numberOfInstances"], "prod/kustomization.yaml:23:5"],
    [
      "that is nowhere is that of what is around it",
      ["spec", "volume", "storageClass"],
      "base/orders.yaml:8:3",
    ],
  ])("%s", (_, path, place) => {
    expect(placeOf(path)).toBe(place);
  });

  it("is where a mistake is shown, so that it can be mended there", () => {
    const files = tree.map((file) =>
      file.path === "prod/big.yaml" ? { ...file, text: file.text.replace("50Gi", "50 Gi") } : file,
    );
    const { problems } = render(files);

    expect(problems.filter(({ rule }) => rule === "wrong-format").map(({ at }) => at)).toEqual([
      { file: "prod/big.yaml", line: 6, column: 11 },
    ]);
  });

  it("is shown once for a base that several folders are composed of", () => {
    const bad = tree.map((file) =>
      file.path === "base/orders.yaml" ? { ...file, text: file.text.replace("size", "sice") } : file,
    );
    const { problems } = render([
      ...bad,
      { path: "dev/kustomization.yaml", text: "resources: [../base]\nnamespace: dev\n" },
    ]);

    expect(problems.filter(({ rule }) => rule === "unknown-field")).toHaveLength(1);
  });
});
