import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import type { File } from "../../generator/file.ts";
import { load } from "../../generator/pipeline/load.ts";
import { render } from "../../generator/render.ts";
import { byId, documentsOf } from "../compose/support/fixtures.ts";
import { filesIn } from "../support/files.ts";
import { built } from "../support/built.ts";

const work = mkdtempSync(join(tmpdir(), "pgrender-kustomize-"));
afterAll(() => rmSync(work, { recursive: true }));

function written(name: string, files: readonly File[]): string {
  const dir = join(work, name);
  for (const { path, text } of files) {
    mkdirSync(join(dir, dirname(path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  return dir;
}

function documents(files: readonly File[]): readonly unknown[] {
  return load(files.filter(({ path }) => !path.endsWith("/kustomization.yaml"))).sources.map(
    ({ value }) => value,
  );
}

const path = (relative: string) => fileURLToPath(new URL(`../../${relative}`, import.meta.url));
const inputs = [
  ...readdirSync(path("test/golden")).map((name) => ({ name, folder: path(`test/golden/${name}/in`) })),
  { name: "examples", folder: path("clusters") },
];

describe("kubectl kustomize builds each rendered folder, and gives what was rendered", () => {
  it.each(inputs)("$name", ({ name, folder }) => {
    const { files } = render(filesIn(folder));
    const dir = written(name, files);
    const folders = files
      .filter((file) => file.path.endsWith("/kustomization.yaml"))
      .map((file) => posix.dirname(file.path));

    expect(folders).not.toEqual([]);
    for (const cluster of folders) {
      const own = files.filter((file) => file.path.startsWith(`${cluster}/`));
      const said = execFileSync("kubectl", ["kustomize", join(dir, cluster)], { encoding: "utf8" });
      expect(byId(documentsOf(said))).toEqual(byId(documents(own)));
    }
  });
});

const kustomize = process.env["KUSTOMIZE"] ?? "";

describe.skipIf(kustomize === "")("kustomize calls pgrender as a function", () => {
  let program = "";
  beforeAll(() => void (program = built()));
  afterAll(() => rmSync(program, { recursive: true }));
  const cluster = {
    apiVersion: "pgrender.dev/v1",
    kind: "PostgresCluster",
    metadata: { name: "orders" },
    spec: { numberOfInstances: 2, postgresql: { version: "17" }, volume: { size: "1Gi" } },
  };
  const annotations = { "config.kubernetes.io/function": "exec: { path: ./pgrender-fn }\n" };
  const other = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "other" }, data: { a: "b" } };
  const settings = {
    apiVersion: "pgrender.dev/v1",
    kind: "Settings",
    metadata: { name: "render", annotations },
    spec: { apiServer: { cidrs: ["10.0.0.1/32"] } },
  };

  function build(name: string, documentsByFile: Readonly<Record<string, object>>): readonly unknown[] {
    const dir = written(
      name,
      Object.entries(documentsByFile).map(([file, value]) => ({ path: file, text: stringify(value) })),
    );
    symlinkSync(join(program, "dist/fn.js"), join(dir, "pgrender-fn"));
    const options = ["build", "--enable-alpha-plugins", "--enable-exec", dir];
    return documentsOf(
      execFileSync(kustomize, options, { cwd: dir, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }),
    );
  }

  const expected = (namespace: string) =>
    documents(
      render([
        { path: "a.yaml", text: stringify({ ...cluster, metadata: { ...cluster.metadata, namespace } }) },
        { path: "b.yaml", text: stringify(settings) },
      ]).files,
    );

  it("as a transformer, after its own", () => {
    const found = build("transformer", {
      "kustomization.yaml": { resources: ["c.yaml", "o.yaml"], namespace: "shop", transformers: ["fn.yaml"] },
      "c.yaml": cluster,
      "o.yaml": other,
      "fn.yaml": settings,
    });
    const kept = { ...other, metadata: { ...other.metadata, namespace: "shop" } };
    expect(byId(found)).toEqual(byId([...expected("shop"), kept]));
  });

  it("as a generator", () => {
    const config = { ...cluster, metadata: { ...cluster.metadata, namespace: "shop", annotations } };
    const found = build("generator", {
      "kustomization.yaml": { resources: ["o.yaml"], generators: ["fn.yaml"] },
      "o.yaml": other,
      "fn.yaml": config,
    });
    expect(Object.keys(byId(found)).toSorted()).toEqual(
      Object.keys(byId([...expected("shop"), other])).toSorted(),
    );
  });

  it("and stops at a problem", () => {
    const broken = { ...cluster, spec: { ...cluster.spec, volume: { size: "1Gib" } } };
    const call = () =>
      build("broken", {
        "kustomization.yaml": { resources: ["c.yaml"], transformers: ["fn.yaml"] },
        "c.yaml": broken,
        "fn.yaml": settings,
      });
    expect(call).toThrow(/PostgresCluster orders spec\.volume\.size.*wrong-format/);
  });
});
