import { describe, expect, it } from "vitest";
import { findFields } from "../../generator/explain/fields.ts";
import { groundsOf } from "../../generator/explain/ground.ts";
import { rendersTo } from "../../generator/explain/renders.ts";
import { sample } from "../../generator/explain/sample.ts";

const own = groundsOf([
  {
    path: "prod/orders.yaml",
    text: `apiVersion: pgrender.dev/v1
kind: PostgresCluster
metadata: { name: orders, namespace: shop }
spec:
  numberOfInstances: 2
  postgresql: { version: "17" }
  volume: { size: 1Gi }
`,
  },
]);

function shown(path: string) {
  const [field] = findFields(path).fields;
  const found = field === undefined ? undefined : rendersTo(field, own);
  return (
    found && {
      where: `${found.at.file}:${found.at.line}`,
      isGiven: found.isGiven,
      effects: Object.fromEntries(
        found.effects.map(({ object, fields, isWhole }) => [object, isWhole ? "whole" : fields]),
      ),
    }
  );
}

describe("what a field renders to", () => {
  it("is what moves when it is changed where it stands", () => {
    expect(shown("spec.numberOfInstances")).toMatchObject({
      where: "prod/orders.yaml:5",
      isGiven: true,
      effects: { "StatefulSet/orders": ["spec.replicas"], "PersistentVolumeClaim/pgdata-orders-1": "whole" },
    });
    expect(shown("spec.volume.size")?.effects).toEqual({
      "PersistentVolumeClaim/pgdata-orders-0": ["spec.resources.requests.storage"],
      "PersistentVolumeClaim/pgdata-orders-1": ["spec.resources.requests.storage"],
    });
  });

  it("is what moves when it is added, where no cluster gives it", () => {
    expect(shown("spec.podPriorityClassName")).toMatchObject({
      isGiven: false,
      effects: { "StatefulSet/orders": ["spec.template.spec.priorityClassName"] },
    });
  });

  it("is what moves in a cluster that is made up, where one's own has nothing to show", () => {
    const [field] = findFields("spec.pools[].instances").fields;
    const found = field === undefined ? undefined : rendersTo(field, groundsOf(sample));

    expect(found?.effects).toContainEqual({
      object: "StatefulSet/example-reports",
      fields: ["spec.replicas"],
      isWhole: false,
    });
  });
});
