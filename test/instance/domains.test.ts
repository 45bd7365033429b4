import { expect, it } from "vitest";
import { replicasForTwoDomains } from "../../generator/cluster/domains.ts";
import { render } from "../../generator/render.ts";
import { at, objectOf, objectsOf } from "../support/object.ts";

/** Every way to spread members over domains in which no domain has more than one member more than another. */
function placements(instances: number, domains: number): number[][] {
  const least = Math.floor(instances / domains);
  const fuller = instances % domains;
  const choose = (from: number, left: number): boolean[][] =>
    from === domains
      ? [[]]
      : [true, false]
          .filter((more) => (more ? left > 0 : domains - from > left))
          .flatMap((more) => choose(from + 1, left - (more ? 1 : 0)).map((rest) => [more, ...rest]));
  return choose(0, fuller).map((chosen) => chosen.map((more) => least + (more ? 1 : 0)));
}

/**
 * Whether every commit that waited for `count` replicas is in two domains, whichever member is the primary and whichever
 * replicas answered: it is not if some domain has the primary and `count` replicas besides.
 */
function alwaysInTwo(placement: readonly number[], count: number): boolean {
  return placement.every((members) => members === 0 || members - 1 < count);
}

const cases = Array.from({ length: 24 }, (_, index) => index + 2).flatMap((instances) =>
  Array.from({ length: 8 }, (_, index) => ({ instances, domains: index + 2 })),
);

it("waits for as many replicas as it takes to be in two domains, over every placement, and for no more", () => {
  let seen = 0;
  for (const { instances, domains } of cases) {
    const all = placements(instances, domains);
    const count = replicasForTwoDomains(instances, domains);
    seen += all.length;
    expect(all.length).toBeGreaterThan(0);
    expect(
      all.filter((placement) => placement.reduce((sum, members) => sum + members) !== instances),
    ).toEqual([]);
    expect(all.filter((placement) => !alwaysInTwo(placement, count))).toEqual([]);
    // One fewer leaves a placement in which a commit is where the primary is alone; none at all needs no proof.
    if (count > 1) expect(all.some((placement) => !alwaysInTwo(placement, count - 1))).toBe(true);
  }
  process.stdout.write(`failure domains: ${seen} placements of ${cases.length} sizes\n`);
});

function spec(more: string): string {
  return `apiVersion: pgrender.dev/v1
kind: PostgresCluster
metadata: { name: a }
spec: { numberOfInstances: 5, postgresql: { version: "18" }, volume: { size: 1Gi }, failureDomains: { count: 3 }, ${more} }
`;
}

it.each([
  ["patroni: { synchronous_mode: true }", "synchronous_node_count: 2"],
  ["patroni: { synchronous_mode: quorum, synchronous_node_count: 3 }", "synchronous_node_count: 3"],
  ["patroni: { synchronous_mode: false }", "synchronous_node_count: 1"],
])("renders with %s: %s", (patroni, expected) => {
  const objects = objectsOf(render([{ path: "a.yaml", text: spec(patroni) }]).files);

  expect(at(objectOf(objects, "ConfigMap", "a-patroni"), "data", "patroni.yml")).toContain(expected);
});

it("spreads the members evenly or not at all, and leaves pools to themselves", () => {
  const pools = "pools: [{ name: reports, instances: 1 }]";
  const objects = objectsOf(render([{ path: "a.yaml", text: spec(pools) }]).files);
  const rule = at(
    objectOf(objects, "StatefulSet", "a"),
    "spec",
    "template",
    "spec",
    "topologySpreadConstraints",
    0,
  );

  expect(rule).toMatchObject({ maxSkew: 1, minDomains: 3, whenUnsatisfiable: "DoNotSchedule" });
  expect(at(rule, "labelSelector", "matchExpressions")).toEqual([
    { key: "pgrender.dev/pool", operator: "DoesNotExist" },
  ]);
  expect(
    at(
      objectOf(objects, "StatefulSet", "a-reports"),
      "spec",
      "template",
      "spec",
      "topologySpreadConstraints",
    ),
  ).toBeUndefined();
});
