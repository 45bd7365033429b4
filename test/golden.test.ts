import { existsSync, readdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { File } from "../generator/file.ts";
import { render } from "../generator/render.ts";
import { filesIn } from "./support/files.ts";
import { faults } from "./support/model.ts";
import { at, byCodePoint, isTree, objectsOf, textAt } from "./support/object.ts";

const folder = fileURLToPath(new URL("golden", import.meta.url));
const cases = readdirSync(folder).toSorted(byCodePoint);

/** `vitest -u` writes what differs; what is no longer rendered goes at the same time. */
function updating(): boolean {
  return at(expect.getState(), "snapshotState", "_updateSnapshot") === "all";
}

function rendered(name: string): readonly File[] {
  const { files, problems } = render(filesIn(`${folder}/${name}/in`));
  expect(problems.filter((problem) => problem.severity === "error")).toEqual([]);
  return files;
}

describe.each(cases)("%s", (name) => {
  const out = `${folder}/${name}/out`;

  it("is rendered as it was", async () => {
    for (const { path, text } of rendered(name)) {
      await expect(text).toMatchFileSnapshot(`${out}/${path}`);
    }
  });

  it("has no file in out/ that is not rendered", () => {
    const paths = rendered(name).map((file) => file.path);
    const stale = existsSync(out) ? filesIn(out).filter(({ path }) => !paths.includes(path)) : [];

    if (updating()) for (const { path } of stale) rmSync(`${out}/${path}`);
    expect(updating() ? [] : stale.map(({ path }) => path)).toEqual([]);
  });

  it("is what Kubernetes expects of each kind", async () => {
    const objects = objectsOf(rendered(name));

    const found = await Promise.all(
      objects.map(async (object) => [textAt(object, "kind"), await faults(object)] as const),
    );
    expect(found.filter(([, fault]) => fault !== undefined)).toEqual([]);
    expect(objects.length).toBeGreaterThan(8);
  });

  it("has names and labels that Kubernetes takes", () => {
    for (const object of objectsOf(rendered(name))) {
      // The names of these become labels of pods or names in DNS.
      const short = ["Job", "Service", "StatefulSet"].includes(textAt(object, "kind"));
      expect(textAt(object, "metadata", "name").length).toBeLessThanOrEqual(short ? 63 : 253);
      const labels = [at(object, "metadata", "labels"), at(object, "spec", "template", "metadata", "labels")];
      const values = labels.flatMap((map) => (isTree(map) ? Object.values(map) : []));
      expect(
        values.filter((value) => !/^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/.test(String(value))),
      ).toEqual([]);
    }
  });

  it("is the same data to readers of YAML 1.1 and of YAML 1.2", () => {
    for (const { text } of rendered(name)) {
      const config = at(parse(text), "data", "patroni.yml");
      for (const yaml of [text, ...(typeof config === "string" ? [config] : [])])
        expect(parse(yaml, { version: "1.1" })).toEqual(parse(yaml, { version: "1.2" }));
    }
  });

  it("lists every file in its kustomization, in the order of the render", () => {
    const files = rendered(name);
    const folders = new Set(files.map(({ path }) => path.split("/").slice(0, -1).join("/")));
    for (const cluster of folders) {
      const own = files.filter(({ path }) => path.startsWith(`${cluster}/`));
      const kustomization = own.find(({ path }) => path === `${cluster}/kustomization.yaml`);
      expect(at(parse(kustomization?.text ?? ""), "resources")).toEqual(
        own.map(({ path }) => path.slice(cluster.length + 1)).filter((path) => path !== "kustomization.yaml"),
      );
    }
  });
});

it("knows an object that is not what Kubernetes expects", async () => {
  const service = { apiVersion: "v1", kind: "Service", metadata: { name: "a" }, spec: { ports: "5432" } };

  expect(await faults(service)).toMatch(/ports/);
});
