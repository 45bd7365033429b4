import { describe, expect, it } from "vitest";
import { compose } from "../../generator/compose/index.ts";
import type { File } from "../../generator/file.ts";
import { render } from "../../generator/render.ts";

function cluster(name: string): string {
  return `apiVersion: pgrender.dev/v1
kind: PostgresCluster
metadata: { name: ${name} }
spec:
  numberOfInstances: 2
  postgresql: { version: "18" }
  volume: { size: 5Gi }
`;
}

function operator(image: string): string {
  return `apiVersion: cpo.opensource.cybertec.at/v1
kind: OperatorConfiguration
metadata: { name: fleet }
configuration: { docker_image: ${image} }
`;
}

function imageIn(files: readonly File[], path: string): string | undefined {
  const text = render(files).files.find((file) => file.path === path)?.text;
  return /image: (\S+)/.exec(text ?? "")?.[1];
}

describe("a folder", () => {
  it("without a kustomization is taken as it is, also beside one that has one", () => {
    const { roots, plain, problems } = compose([
      { path: "prod/kustomization.yaml", text: "resources: [a.yaml]\n" },
      { path: "prod/a.yaml", text: cluster("a") },
      { path: "plain/b.yaml", text: cluster("b") },
    ]);

    expect(roots.map(({ folder, documents }) => [folder, documents.length])).toEqual([["prod", 1]]);
    expect(plain.map(({ file }) => file)).toEqual(["plain/b.yaml"]);
    expect(problems).toEqual([]);
  });

  it("that others list is no root, and gives each of them what it has", () => {
    const { roots } = compose([
      { path: "base/kustomization.yaml", text: "resources: [a.yaml]\n" },
      { path: "base/a.yaml", text: cluster("a") },
      { path: "dev/kustomization.yaml", text: "resources: [../base]\nnameSuffix: -dev\n" },
      { path: "prod/kustomization.yaml", text: "resources: [../base]\nnameSuffix: -prod\n" },
    ]);

    expect(roots.map(({ folder, documents }) => [folder, documents.map(({ value }) => value)])).toMatchObject(
      [
        ["dev", [{ metadata: { name: "a-dev" } }]],
        ["prod", [{ metadata: { name: "a-prod" } }]],
      ],
    );
  });

  it("of a root is where its clusters are written, wherever their files lie", () => {
    const { files } = render([
      { path: "base/kustomization.yaml", text: "resources: [a.yaml]\n" },
      { path: "base/a.yaml", text: cluster("a") },
      { path: "env/prod/kustomization.yaml", text: "resources: [../../base]\n" },
    ]);

    expect(new Set(files.map(({ path }) => path.split("/").slice(0, -1).join("/")))).toEqual(
      new Set(["env/prod/a"]),
    );
  });

  it("has its own OperatorConfiguration, or that of the nearest around it", () => {
    const files = [
      { path: "operator.yaml", text: operator("top:1") },
      { path: "a/a.yaml", text: cluster("a") },
      { path: "b/operator.yaml", text: operator("b:1") },
      { path: "b/deep/b.yaml", text: cluster("b") },
    ];

    expect(imageIn(files, "a/a/statefulset-a.yaml")).toBe("top:1");
    expect(imageIn(files, "b/deep/b/statefulset-b.yaml")).toBe("b:1");
  });

  it("shares the OperatorConfiguration of a base with another, each with its own image", () => {
    const files = [
      { path: "base/kustomization.yaml", text: "resources: [operator.yaml, a.yaml]\n" },
      { path: "base/operator.yaml", text: operator("postgres:18") },
      { path: "base/a.yaml", text: cluster("a") },
      {
        path: "dev/kustomization.yaml",
        text: "resources: [../base]\nimages: [{ name: postgres, newTag: '19' }]\n",
      },
      { path: "prod/kustomization.yaml", text: "resources: [../base]\nnamespace: prod\n" },
    ];

    expect(imageIn(files, "dev/a/statefulset-a.yaml")).toBe("postgres:19");
    expect(imageIn(files, "prod/a/statefulset-a.yaml")).toBe("postgres:18");
  });
});

describe("an output patch", () => {
  const root = (patches: string): readonly File[] => [
    {
      path: "prod/kustomization.yaml",
      text: `resources: [a.yaml, b.yaml]\nnamespace: prod\noutputPatches:\n${patches}`,
    },
    { path: "prod/a.yaml", text: cluster("a") },
    { path: "prod/b.yaml", text: cluster("b") },
  ];

  it("changes what is rendered of the cluster that it names", () => {
    const { files, problems } = render(
      root(
        "  - patch: |-\n      apiVersion: apps/v1\n      kind: StatefulSet\n      metadata: { name: a }\n      spec: { revisionHistoryLimit: 3 }\n",
      ),
    );
    const limit = (name: string) =>
      /revisionHistoryLimit: (\d+)/.exec(
        files.find(({ path }) => path === `prod/${name}/statefulset-${name}.yaml`)?.text ?? "",
      )?.[1];

    expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
    expect([limit("a"), limit("b")]).toEqual(["3", "10"]);
  });

  it("gives a Job another name, because its name has the hash of its content", () => {
    const job = (files: readonly File[]) =>
      files.map(({ path }) => path).filter((path) => /a-secrets-\w+\.yaml$/.test(path));
    const plain = render(
      root("  - target: { kind: Service }\n    patch: '[{op: test, path: /kind, value: Service}]'\n"),
    );
    const patched = render(
      root(
        "  - target: { kind: Job, name: a-secrets }\n    patch: '[{op: replace, path: /spec/backoffLimit, value: 2}]'\n",
      ),
    );

    expect(job(plain.files)).toHaveLength(1);
    expect(job(patched.files)).toHaveLength(1);
    expect(job(patched.files)).not.toEqual(job(plain.files));
  });
});
