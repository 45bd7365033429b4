import { describe, expect, it } from "vitest";
import { lookup } from "../generator/pooler/lookup.ts";
import { render } from "../generator/render.ts";
import { at, objectOf, objectsOf, textAt } from "./support/object.ts";

type Fields = Readonly<Record<string, unknown>>;

function objects(spec: Fields) {
  const document = {
    apiVersion: "pgrender.dev/v1",
    kind: "PostgresCluster",
    metadata: { name: "orders", namespace: "shop" },
    spec: { numberOfInstances: 2, postgresql: { version: "18" }, volume: { size: "1Gi" }, ...spec },
  };
  return objectsOf(render([{ path: "a.yaml", text: JSON.stringify(document) }]).files);
}

/** What a rendered pgbouncer.ini says. */
function settings(spec: Fields, pooler = "orders-pooler"): Readonly<Record<string, string>> {
  const file = textAt(objectOf(objects(spec), "ConfigMap", pooler), "data", "pgbouncer.ini");
  return Object.fromEntries([...file.matchAll(/^(\w+) = (.*)$/gm)].map(([, key, value]) => [key, value]));
}

const kinds = (spec: Fields) =>
  objects(spec)
    .filter((object) => textAt(object, "metadata", "name").includes("-pooler"))
    .map((object) => `${textAt(object, "kind")} ${textAt(object, "metadata", "name")}`);

describe("a pooler", () => {
  it("is there for a switch, or for a connectionPooler that no switch turns off", () => {
    expect(kinds({})).toEqual([]);
    expect(kinds({ enableConnectionPooler: true })).toContain("Deployment orders-pooler");
    expect(kinds({ connectionPooler: {} })).toContain("Deployment orders-pooler");
    expect(kinds({ connectionPooler: {}, enableConnectionPooler: false })).toEqual([]);
    expect(kinds({ enableReplicaConnectionPooler: true })).not.toContain("Deployment orders-pooler");
    expect(kinds({ enableReplicaConnectionPooler: true })).toContain("Deployment orders-pooler-repl");
  });

  it.each([
    ["CPO's 60, between two pods", {}, {}, ["30", "15", "7"]],
    ["what max_connections leaves", { max_connections: "50" }, {}, ["22", "11", "5"]],
    ["without what is reserved", { max_connections: "50", reserved_connections: "10" }, {}, ["17", "8", "4"]],
    [
      "between all databases",
      {},
      { users: { a: [] }, databases: { a: "a", b: "a", c: "a" } },
      ["15", "7", "3"],
    ],
    [
      "as asked for",
      { max_connections: "50" },
      { connectionPooler: { maxDBConnections: 90 } },
      ["45", "22", "11"],
    ],
    [
      "at least one",
      { max_connections: "25" },
      { connectionPooler: { numberOfInstances: 30 } },
      ["1", "1", "0"],
    ],
  ])("shares its connections: %s", (_what, parameters, more, sizes) => {
    const said = settings({
      enableConnectionPooler: true,
      postgresql: { version: "18", parameters },
      ...more,
    });

    expect([said["max_db_connections"], said["default_pool_size"], said["reserve_pool_size"]]).toEqual(sizes);
  });

  it.each([
    ["32Mi", "307"],
    ["100Mi", "2048"],
    ["1Gi", "10000"],
    ["21Mi", "100"],
  ])("takes as many clients as %s of memory hold", (memory, clients) => {
    const resources = { requests: { memory }, limits: { memory } };
    expect(settings({ connectionPooler: { resources } })["max_client_conn"]).toBe(clients);
  });

  it("has prepared statements where clients share connections, and only there", () => {
    const prepared = (mode: string) => settings({ connectionPooler: { mode } })["max_prepared_statements"];

    expect(prepared("transaction")).toBe("200");
    expect(prepared("statement")).toBe("200");
    expect(prepared("session")).toBeUndefined();
  });

  it("has another pod for another image, and for no setting that PgBouncer reads anew", () => {
    const template = (connectionPooler: Fields) =>
      at(objectOf(objects({ connectionPooler }), "Deployment", "orders-pooler"), "spec", "template");
    const before = template({ mode: "transaction" });

    expect(template({ mode: "session", maxDBConnections: 10, schema: "other" })).toEqual(before);
    expect(template({ dockerImage: "pgbouncer:2" })).not.toEqual(before);
  });

  it("gives a node to each pod first, where each has to have one", () => {
    const operator = {
      apiVersion: "cpo.opensource.cybertec.at/v1",
      kind: "OperatorConfiguration",
      metadata: { name: "cpo" },
      configuration: { kubernetes: { enable_pod_antiaffinity: true } },
    };
    const cluster = {
      apiVersion: "cpo.opensource.cybertec.at/v1",
      kind: "postgresql",
      metadata: { name: "orders" },
      spec: {
        numberOfInstances: 2,
        postgresql: { version: "18" },
        volume: { size: "1Gi" },
        connectionPooler: {},
      },
    };
    const files = [operator, cluster].map((document, index) => ({
      path: `${index}.yaml`,
      text: JSON.stringify(document),
    }));
    const deployment = objectOf(objectsOf(render(files).files), "Deployment", "orders-pooler");

    expect(at(deployment, "spec", "strategy", "rollingUpdate")).toEqual({ maxSurge: 0, maxUnavailable: 1 });
  });
});

describe("what a database has for its pooler", () => {
  it("is SQL of one line each, with every name quoted", () => {
    const steps = lookup('x"; DROP ROLE postgres; --', "Pool");

    for (const { unless, sql } of steps) {
      expect(`${unless}${sql}`).not.toMatch(/[\n\r]/);
      expect(sql.replaceAll(/"([^"]|"")*"|'([^']|'')*'/g, "")).not.toMatch(/DROP|Pool/);
    }
  });

  it("is closed to everybody before there is a function in it", () => {
    const kind = lookup("pooler", "pooler").map(({ sql }) => sql.split(" ").slice(0, 4).join(" "));

    expect(kind.indexOf("REVOKE ALL ON SCHEMA")).toBeLessThan(kind.indexOf("CREATE OR REPLACE FUNCTION"));
    expect(kind.indexOf("REVOKE ALL ON FUNCTION")).toBeLessThan(kind.indexOf("GRANT EXECUTE ON FUNCTION"));
  });
});
