import { readdirSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { asset } from "../../generator/assets.ts";
import { schemaCommand, schemaFiles } from "../../generator/commands/schema.ts";
import { readTree, temporaryFolder, writeTree } from "../adapters/tree.ts";
import { filesIn } from "../support/files.ts";
import { at, isTree, items, textAt } from "../support/object.ts";
import { fakeWorld } from "./world.ts";

function schema(before = {}) {
  const dir = join(temporaryFolder(), "schemas");
  writeTree(dir, before);
  const { world, written } = fakeWorld();
  return { code: schemaCommand({ output: dir }, world), tree: readTree(dir), ...written };
}

describe("pgrender schema", () => {
  it("writes the schemas of this version, and nothing a second time", () => {
    const first = schema();

    expect(first).toMatchObject({ code: 0, stderr: `${schemaFiles.length} files written, 0 unchanged\n` });
    for (const file of schemaFiles) expect(first.tree[file]).toBe(asset(`schemas/${file}`));
    expect(schema(first.tree)).toMatchObject({
      code: 0,
      tree: first.tree,
      stderr: `0 files written, ${schemaFiles.length} unchanged\n`,
    });
  });

  it("leaves alone what it did not write", () => {
    const before = { "kustomization.yaml": "resources: [mine.yaml]\n" };
    expect(schema(before)).toMatchObject({ code: 2, tree: before });
  });

  it("knows all files of schemas/", () => {
    const dir = new URL("../../schemas", import.meta.url).pathname;
    expect(filesIn(dir).map(({ path }) => path)).toEqual([...schemaFiles]);
  });
});

const ajv = new Ajv({ allErrors: true, strictTypes: false, allowUnionTypes: true });
for (const file of schemaFiles.filter((name) => /^(op.*c|p|s).*\.json$/.test(name)))
  ajv.addSchema(JSON.parse(asset(`schemas/${file}`)), file);
const holds = ajv.compile(JSON.parse(asset("schemas/any.json")));

describe("the schemas for editors", () => {
  const golden = new URL("../golden", import.meta.url).pathname;
  // What is composed holds patches, which are no whole documents.
  const plain = readdirSync(golden).filter(
    (name) => !filesIn(`${golden}/${name}/in`).some(({ path }) => path.endsWith("kustomization.yaml")),
  );
  const documents = plain
    .flatMap((name) =>
      filesIn(`${golden}/${name}/in`).map(({ path, text }) => ({ path: `${name}/${path}`, text })),
    )
    .flatMap(({ path, text }) =>
      parseAllDocuments(text)
        .map((document): unknown => document.toJS())
        .map((document) => ({ path, document })),
    );

  it.each(documents)("accept $path", ({ document }) => {
    holds(document);
    expect(holds.errors ?? []).toEqual([]);
  });

  const cluster = (apiVersion: string, kind: string, more: object) => ({
    apiVersion,
    kind,
    metadata: { name: "a" },
    spec: { numberOfInstances: 1, postgresql: { version: "17" }, volume: { size: "1Gi" }, ...more },
  });

  it("know what only PostgresCluster has", () => {
    const more = { disruptionBudget: { mode: "majority" } };
    expect(holds(cluster("pgrender.dev/v1", "PostgresCluster", more))).toBe(true);
    expect(holds(cluster("cpo.opensource.cybertec.at/v1", "postgresql", {}))).toBe(true);
    expect(holds(cluster("cpo.opensource.cybertec.at/v1", "postgresql", more))).toBe(false);
    expect(holds(cluster("pgrender.dev/v1", "PostgresCluster", { numberOfInstance: 3 }))).toBe(false);
  });
});

describe("what kustomize is told of our kinds", () => {
  const openapi: unknown = JSON.parse(asset("schemas/openapi.json"));
  const specs: unknown = JSON.parse(asset("generator/kube/field-specs.json"));
  const fields = [
    ...items(at(specs, "images")),
    ...items(at(specs, "replicas")),
    ...items(at(specs, "nameReference")).flatMap((entry) => items(at(entry, "fieldSpecs"))),
  ];
  const definitions = Object.values(at(openapi, "definitions") ?? {});

  it("every field is one of the schema's", () => {
    const missing = fields.filter(
      (field) => !exists(textAt(field, "kind"), textAt(field, "path").split("/")),
    );
    expect(missing).toEqual([]);
    expect(fields.length).toBeGreaterThan(50);
  });

  /** Below what Kubernetes' own types are, the names are Kubernetes' own. */
  function exists(kind: string, path: readonly string[]): boolean {
    let node: unknown = definitions.find(
      (definition) => at(definition, "x-kubernetes-group-version-kind", 0, "kind") === kind,
    );
    for (const step of path) {
      node = at(node, "properties", step.replace("[]", ""));
      if (textAt(node, "type") === "array") node = at(node, "items");
      const reference = textAt(node, "$ref").slice("#/definitions/".length);
      if (reference.startsWith("io.k8s.")) return true;
      if (reference !== "") node = at(openapi, "definitions", reference);
      if (textAt(node, "type") === "object" && !isTree(at(node, "properties"))) return true;
    }
    return node !== undefined;
  }
});
