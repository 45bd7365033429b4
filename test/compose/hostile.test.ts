import { expect, it } from "vitest";
import { compose } from "../../generator/compose/index.ts";

const cluster = "apiVersion: pgrender.dev/v1\nkind: PostgresCluster\nmetadata: { name: a }\nspec: {}\n";

it.each([
  "patches: [{ target: { name: a }, patch: '[{op: add, path: /__proto__/polluted, value: yes}]' }]",
  "patches: [{ target: { name: a }, patch: '[{op: add, path: /spec/__proto__, value: {polluted: yes}}]' }]",
  "replacements: [{ source: { name: a }, targets: [{ select: { name: a }, fieldPaths: [spec.__proto__.polluted], options: { create: true } }] }]",
  "labels: [{ pairs: { polluted: x }, fields: [{ path: spec/__proto__, create: true }] }]",
])("the prototype of an object is out of reach: %s", (text) => {
  const { roots } = compose([
    { path: "kustomization.yaml", text: `resources: [a.yaml]\n${text}\n` },
    { path: "a.yaml", text: cluster },
  ]);

  expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  const spec: unknown = Object(roots[0]?.documents[0]?.value).spec;
  expect(Object.getPrototypeOf(spec)).toBe(Object.prototype);
});

it.each(["''", ".", "./", "a/..", "..", "/", '"\\0"', "https://", "a.yaml/b"])(
  "a resource named %s is a problem, not a crash",
  (name) => {
    const { problems } = compose([
      { path: "x/kustomization.yaml", text: `resources: [${name}]\n` },
      { path: "x/a.yaml", text: cluster },
    ]);

    expect(problems.filter(({ severity }) => severity === "error")).toHaveLength(1);
  },
);
