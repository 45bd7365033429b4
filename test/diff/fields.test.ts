import { describe, expect, it } from "vitest";
import { changedFields } from "../../generator/diff/fields.ts";
import type { KubeObject } from "../../generator/kube/object.ts";

function pod(...containers: readonly Record<string, unknown>[]): KubeObject {
  const metadata = { name: "pay" };
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata,
    spec: { template: { spec: { containers } } },
  };
}

const object = (rest: Record<string, unknown>): KubeObject => ({
  apiVersion: "example.com/v1",
  kind: "Thing",
  metadata: { name: "pay" },
  ...rest,
});

const at = "spec.template.spec.containers";

describe("what differs between two versions of an object", () => {
  it("is nothing where they say the same, in whatever order their keys are", () => {
    expect(
      changedFields(object({ a: 1, b: { c: [1, { d: 2 }] } }), object({ b: { c: [1, { d: 2 }] }, a: 1 })),
    ).toEqual([]);
  });

  it("is a value at its path: what it was, and what it is", () => {
    expect(changedFields(object({ a: { b: 1 }, gone: "x" }), object({ a: { b: 2 }, new: [] }))).toEqual([
      { path: "a.b", before: 1, after: 2 },
      { path: "new", before: undefined, after: [] },
      { path: "gone", before: "x", after: undefined },
    ]);
  });

  it("names a key that is no plain word in quotes", () => {
    expect(changedFields(object({ data: { "a.b": "1" } }), object({ data: { "a.b": "2" } }))).toEqual([
      { path: 'data["a.b"]', before: "1", after: "2" },
    ]);
  });

  it("knows the items of a list by what Kubernetes merges them by", () => {
    const before = pod({
      name: "postgres",
      image: "a",
      ports: [{ containerPort: 5432, protocol: "TCP", name: "x" }],
    });
    const after = pod(
      { name: "postgres", image: "b", ports: [{ containerPort: 5432, protocol: "TCP", name: "y" }] },
      { name: "side", image: "c" },
    );

    expect(changedFields(before, after)).toEqual([
      { path: `${at}[name=postgres].image`, before: "a", after: "b" },
      { path: `${at}[name=postgres].ports[containerPort=5432,protocol=TCP].name`, before: "x", after: "y" },
      { path: `${at}[name=side]`, before: undefined, after: { name: "side", image: "c" } },
    ]);
  });

  it("is the order of those items, too: a pod with another one is another pod", () => {
    const [one, two] = [{ name: "one" }, { name: "two" }];

    expect(changedFields(pod(one, two), pod(two, one))).toEqual([
      { path: `${at} (order)`, before: ["name=one", "name=two"], after: ["name=two", "name=one"] },
    ]);
  });

  it("is a list as a whole where nothing tells its items apart", () => {
    const list = (...items: unknown[]) => object({ list: items });

    expect(changedFields(list([1], [2]), list([1], [3]))).toEqual([
      { path: "list", before: [[1], [2]], after: [[1], [3]] },
    ]);
    expect(changedFields(list("a", "a"), list("a", "a"))).toEqual([]);
  });

  it("is not a quantity in another unit", () => {
    const resources = (memory: string, cpu: unknown) =>
      pod({ name: "postgres", resources: { limits: { memory, cpu } } });

    expect(changedFields(resources("1Gi", "1"), resources("1024Mi", "1000m"))).toEqual([]);
    expect(changedFields(resources("1Gi", 1), resources("1G", "1"))).toEqual([
      { path: `${at}[name=postgres].resources.limits.memory`, before: "1Gi", after: "1G" },
    ]);
  });
});
