import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { allFields, findFields } from "../../generator/explain/fields.ts";

const paths = (text: string) => findFields(text).fields.map(({ path }) => path);

describe("fields", () => {
  it("are found by their path, by its end, and with indexes and keys of one's own", () => {
    expect(paths("spec.patroni.ttl")).toEqual(["spec.patroni.ttl"]);
    expect(paths("patroni.ttl")).toEqual(["spec.patroni.ttl"]);
    expect(paths("spec.tolerations[2].key")).toEqual(["spec.tolerations[].key"]);
    expect(paths("SPEC.Volume.SIZE")).toEqual(["spec.volume.size"]);
    expect(paths("loop_wait")).toContain("spec.patroni.loop_wait");
  });

  it("have type, default, limits, kinds and children", () => {
    expect(findFields("spec.patroni.ttl").fields).toMatchObject([
      { type: "integer", default: "30", allowed: "at least 20", kinds: ["PostgresCluster", "postgresql"] },
    ]);
    expect(findFields("spec.dcs.type").fields).toMatchObject([{ kinds: ["PostgresCluster"] }]);
    const [volume] = findFields("spec.volume").fields;
    expect(volume).toMatchObject({ type: "object", required: true });
    expect(volume?.children.map(({ path }) => path)).toContain("spec.volume.size");
  });

  it("that do not exist have a neighbour", () => {
    expect(findFields("spec.volme.sze")).toEqual({ fields: [], near: "spec.volume.size" });
    expect(findFields("numberOfInstance").near).toBe("spec.numberOfInstances");
    expect(findFields("xyzzyplugh").near).toBeUndefined();
  });

  it("are described, and their examples are YAML", () => {
    const all = allFields();
    expect(all.length).toBeGreaterThan(300);
    for (const { path, description, example, type } of all) {
      expect([path, description !== "", type !== ""]).toEqual([path, true, true]);
      if (example !== undefined) expect(() => void parse(example)).not.toThrow();
    }
  });
});
