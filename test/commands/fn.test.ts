import { describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { fnCommand } from "../../generator/commands/fn.ts";
import { render } from "../../generator/render.ts";
import { at, items, textAt } from "../support/object.ts";
import { fakeWorld } from "./world.ts";

const orders = {
  apiVersion: "pgrender.dev/v1",
  kind: "PostgresCluster",
  metadata: { name: "orders", namespace: "shop" },
  spec: { numberOfInstances: 2, postgresql: { version: "17" }, volume: { size: "1Gi" } },
};
const settings = {
  apiVersion: "pgrender.dev/v1",
  kind: "Settings",
  metadata: { name: "render" },
  spec: { apiServer: { cidrs: ["10.0.0.1/32"] } },
};
const other = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "other" }, data: { on: "yes" } };

function call(list: object) {
  return answer(
    stringify({ apiVersion: "config.kubernetes.io/v1", kind: "ResourceList", ...list }, { version: "1.1" }),
  );
}

function answer(input: string) {
  const { world, written } = fakeWorld();
  const code = fnCommand(input, { ...world, render });
  const list: unknown = written.stdout === "" ? undefined : parse(written.stdout, { version: "1.1" });
  const found = items(at(list, "items"));
  return {
    code,
    stderr: written.stderr,
    list,
    items: found,
    kinds: found.map((item) => textAt(item, "kind")),
  };
}

const rendered = render([
  { path: "a.yaml", text: stringify(orders) },
  { path: "b.yaml", text: stringify(settings) },
]).files.filter(({ path }) => !path.endsWith("kustomization.yaml"));

describe("pgrender fn", () => {
  it("puts the objects of a cluster in its place, and leaves the rest as it is", () => {
    const { code, stderr, list, items: found } = call({ items: [other, orders, settings, other] });

    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(found.at(0)).toEqual(other);
    expect(found.at(-1)).toEqual(other);
    expect(found.slice(1, -1)).toEqual(rendered.map(({ text }): unknown => parse(text, { version: "1.1" })));
    expect(list).toMatchObject({ apiVersion: "config.kubernetes.io/v1", kind: "ResourceList" });
    expect(list).not.toHaveProperty("results");
  });

  it("is a generator if its configuration is a cluster, and settings if that is for the fleet", () => {
    const note = { "config.kubernetes.io/function": "exec: { path: pgrender-fn }" };
    const config = { ...orders, metadata: { ...orders.metadata, annotations: note } };

    expect(call({ items: [settings], functionConfig: config }).items).toHaveLength(rendered.length);
    expect(call({ items: [orders], functionConfig: settings })).toMatchObject({ stderr: "" });
    expect(call({ functionConfig: config }).kinds).toContain("StatefulSet");
    // kustomize hands it over twice.
    expect(call({ items: [settings, config], functionConfig: config }).items).toHaveLength(rendered.length);
  });

  it("gives results with severity, object, field and file, and leaves the items alone", () => {
    const metadata = {
      ...orders.metadata,
      annotations: { "config.kubernetes.io/path": "db/orders.yaml", "config.kubernetes.io/index": "1" },
    };
    const broken = { ...orders, metadata, spec: { ...orders.spec, volume: { size: "1Gib" } } };
    const { code, stderr, list, items: found } = call({ items: [other, broken, settings] });

    expect(code).toBe(2);
    expect(found).toEqual([other, broken, settings]);
    expect(at(list, "results")).toEqual([
      {
        message: expect.stringContaining('"1Gib"'),
        severity: "error",
        tags: { rule: "wrong-format", fix: expect.any(String) },
        resourceRef: {
          apiVersion: "pgrender.dev/v1",
          kind: "PostgresCluster",
          name: "orders",
          namespace: "shop",
        },
        field: { path: "spec.volume.size" },
        file: { path: "db/orders.yaml", index: 1 },
      },
    ]);
    expect(stderr).toMatch(
      /^error: PostgresCluster shop orders spec\.volume\.size: .*\[wrong-format\]\n {2}fix: /,
    );
  });

  it("renders in spite of a warning, and says it", () => {
    const { code, list, kinds } = call({ items: [orders] });

    expect(code).toBe(0);
    expect(kinds).toContain("StatefulSet");
    expect(at(list, "results", 0)).toMatchObject({ severity: "warning", tags: { rule: "network-open" } });
  });

  it("says which file each object belongs to, if it was told where the cluster came from", () => {
    const metadata = {
      ...orders.metadata,
      annotations: {
        "internal.config.kubernetes.io/path": "db/orders.yaml",
        "internal.config.kubernetes.io/id": "7",
      },
    };
    const { items: found } = call({ items: [{ ...orders, metadata }, settings] });

    const set = found.find((item) => textAt(item, "kind") === "StatefulSet");
    expect(at(set, "metadata", "annotations")).toMatchObject({
      "config.kubernetes.io/path": "db/orders/statefulset-orders.yaml",
      "config.kubernetes.io/index": "0",
      "internal.config.kubernetes.io/path": "db/orders/statefulset-orders.yaml",
    });
    expect(JSON.stringify(found)).not.toContain("kubernetes.io/id");
  });

  it("does not take a misspelt kind of ours for somebody else's", () => {
    expect(call({ items: [{ ...orders, kind: "PostgresClusters" }] })).toMatchObject({ code: 2 });
  });

  it("has nothing to do where there is no cluster", () => {
    expect(call({ items: [other] })).toMatchObject({ code: 0, items: [other], stderr: "" });
    expect(call({ items: [] })).toMatchObject({ code: 0, items: [] });
  });

  it.each([
    "",
    "a: [",
    "[]",
    "kind: ConfigMap",
    "kind: ResourceList\nitems: text",
    "kind: ResourceList\nitems: [text]",
    "kind: ResourceList\n---\nkind: ResourceList",
  ])("refuses %j", (input) => {
    const { code, stderr, list } = answer(input);
    expect({ code, list }).toEqual({ code: 2, list: undefined });
    expect(stderr).toMatch(/^error: .*\[.+\]\n {2}fix: /);
  });
});
