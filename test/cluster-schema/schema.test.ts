import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";

type Node = {
  readonly $ref?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: boolean | Node;
  readonly items?: Node;
  readonly $defs?: Readonly<Record<string, Node>>;
  readonly "x-only"?: unknown;
  readonly "x-later"?: unknown;
  readonly "x-runtime"?: unknown;
};

const names = ["schema.json", "operator-configuration.schema.json", "settings.schema.json"];
const schemas = names.map((name): [string, Node] => [name, read(name)]);

function read(name: string): Node {
  return JSON.parse(readFileSync(new URL(`../../generator/cluster/${name}`, import.meta.url), "utf8"));
}

function check(name: string) {
  const merging = ["patch-strategy", "patch-merge-key", "list-map-keys", "type", "value"].map(
    (key) => `x-kubernetes-${key}`,
  );
  const keywords = ["x-only", "x-later", "x-runtime", "x-default", ...merging];
  return new Ajv2020({ strict: true, allErrors: true, useDefaults: true, keywords }).compile(read(name));
}

/** Every property in every object of a schema, with its path. */
function properties(node: Node, path: string): [string, Node][] {
  const own = Object.entries(node.properties ?? {}).map(([key, child]): [string, Node] => [
    `${path}.${key}`,
    child,
  ]);
  const inner = [node.items, node.additionalProperties, ...Object.values(node.$defs ?? {})];
  return [
    ...own,
    ...own.flatMap(([at, child]) => properties(child, at)),
    ...inner.flatMap((child) => (typeof child === "object" ? properties(child, path) : [])),
  ];
}

function cluster(
  spec = "",
  { name = "orders", kind = "postgresql", apiVersion = "cpo.opensource.cybertec.at/v1" } = {},
) {
  return parse(`
apiVersion: ${apiVersion}
kind: ${kind}
metadata: { name: "${name}" }
spec:
  numberOfInstances: 2
  postgresql: { version: "18" }
  volume: { size: 5Gi }
${spec}`);
}

describe.each(schemas)("%s", (name, schema) => {
  it("compiles in strict mode", () => {
    expect(() => check(name)).not.toThrow();
  });

  it("describes every property", () => {
    const silent = properties(schema, "").filter(([, node]) => !/^\S.*\.$/.test(node.description ?? ""));

    expect(silent.map(([path]) => path)).toEqual([]);
  });

  it("says of a field that is not rendered one thing, in a sentence", () => {
    const odd = properties(schema, "").filter(([, node]) => {
      const said = [node["x-later"], node["x-runtime"]].filter((reason) => reason !== undefined);
      const sentences = said.filter((reason) => typeof reason === "string" && /^[A-Z].*\.$/.test(reason));
      const only = node["x-only"] === undefined || node["x-only"] === "PostgresCluster";
      return said.length > 1 || sentences.length < said.length || !only;
    });

    expect(odd.map(([path]) => path)).toEqual([]);
  });
});

describe("spec", () => {
  const rendered = [
    "teamId",
    "dockerImage",
    "numberOfInstances",
    "postgresql",
    "patroni",
    "resources",
    "volume",
  ];
  const access = ["users", "databases", "preparedDatabases"];
  const poolers = ["enableConnectionPooler", "enableReplicaConnectionPooler", "connectionPooler"];
  const balanced = ["Master", "Replica", "MasterPooler", "ReplicaPooler"];
  const services = [
    ...poolers,
    ...balanced.map((way) => `enable${way}LoadBalancer`),
    "useLoadBalancer",
    "replicaLoadBalancer",
    "allowedSourceRanges",
    "serviceAnnotations",
    "masterServiceAnnotations",
    "replicaServiceAnnotations",
    "clusterPodsServiceAnnotations",
  ];
  const pods = [
    "podAnnotations",
    "labels",
    "env",
    "initContainers",
    "init_containers",
    "sidecars",
    "additionalVolumes",
    "enableShmVolume",
    "nodeAffinity",
    "tolerations",
    "topologySpreadConstraints",
    "schedulerName",
    "podPriorityClassName",
    "pod_priority_class_name",
    "spiloRunAsUser",
    "spiloRunAsGroup",
    "spiloFSGroup",
    "maintenanceWindows",
  ];
  const bootstrap = "backup enableLogicalBackup logicalBackupSchedule clone standby tls tde monitor".split(
    " ",
  );
  const placed = "walVolume tablespaces pools failureDomains hugePages hibernate".split(" ");
  const roles = ["roleOptions", "databaseOptions"];
  const ours = [
    ..."dcs secrets network disruptionBudget converge imageProfile".split(" "),
    ...placed,
    ...roles,
  ];
  const fields = Object.entries(read("schema.json").$defs?.["Spec"]?.properties ?? {});

  it("renders these fields and says of every other one that it does not", () => {
    const quiet = fields.filter(
      ([, node]) => node["x-later"] === undefined && node["x-runtime"] === undefined,
    );

    expect(quiet.map(([key]) => key)).toEqual([
      ...rendered,
      ...ours,
      ...access,
      ...bootstrap,
      ...services,
      ...pods,
    ]);
  });

  it("keeps the fields that CPO lacks to PostgresCluster", () => {
    expect(fields.filter(([, node]) => node["x-only"] !== undefined).map(([key]) => key)).toEqual(ours);
  });
});

describe("a document", () => {
  const valid = check("schema.json");
  const errors = (document: unknown) =>
    valid(document) ? [] : (valid.errors ?? []).map((error) => `${error.instancePath} ${error.keyword}`);

  it.each([
    ["the least", ""],
    [
      "roles and databases",
      `
  teamId: shop
  users: { owner: [superuser, createdb], reader: [] }
  databases: { shop: owner }
  preparedDatabases: { stock: {} }
  sidecars: [{ name: exporter, image: exporter, ports: [{ containerPort: 9187 }] }]`,
    ],
    [
      "backups",
      `
  resources: { limits: { cpu: 500m, memory: 500Mi } }
  tde: null
  backup:
    pgbackrest:
      image: registry.example/pgbackrest:18
      global: { repo1-retention-full: "7" }
      repos: [{ name: repo1, storage: pvc, schedule: { full: 30 2 * * * }, volume: { size: 10Gi } }]
      restore: { id: "1", repo: repo1, options: { type: immediate } }`,
    ],
  ])("of CPO's kind is taken as it is: %s", (_, spec) => {
    expect(errors(cluster(spec))).toEqual([]);
  });

  it("gets every default", () => {
    const document = cluster();
    expect(errors(document)).toEqual([]);

    expect(document).toMatchObject({
      spec: {
        postgresql: { parameters: {} },
        patroni: { ttl: 30, loop_wait: 10, retry_timeout: 10, synchronous_mode: false, slots: {} },
        resources: { requests: {}, limits: {} },
        dcs: { type: "kubernetes", hosts: [], namespace: "/service/" },
        secrets: { provider: "generate" },
        network: { policies: true, clients: [] },
        disruptionBudget: { mode: "any" },
        imageProfile: {},
      },
    });
  });

  const long = "a".repeat(200);
  it.each([
    ["an unknown field", cluster("  numberOfInstnaces: 3"), "/spec additionalProperties"],
    [
      "a clone's repository with a volume",
      cluster("  clone: { cluster: a, pgbackrest: { repo: { volume: { size: 1Gi } } } }"),
      "/spec/clone/pgbackrest/repo additionalProperties",
    ],
    ["a name of 200 characters", cluster("", { name: long }), "/metadata/name maxLength"],
    ["a name with a path", cluster("", { name: "../orders" }), "/metadata/name pattern"],
    ["a claim's folder outside", withSubPath("a/../../b"), "/spec/volume/subPath pattern"],
    ["an absolute folder", withSubPath("/data"), "/spec/volume/subPath pattern"],
    ["a store's prefix outside", cluster("  dcs: { namespace: /a/../b/ }"), "/spec/dcs/namespace pattern"],
    [
      "a standby of two words",
      cluster("  standby: { standby_host: a b }"),
      "/spec/standby/standby_host pattern",
    ],
    ["a standby of nothing", cluster("  standby: {}"), "/spec/standby not"],
    ["a standby of two", cluster("  standby: { standby_host: a, s3_wal_path: b }"), "/spec/standby not"],
    ["a kind of another group", cluster("", { kind: "PostgresCluster" }), " not"],
    ["too short a lock", cluster("  patroni: { ttl: 5 }"), "/spec/patroni/ttl minimum"],
    ["a store that is not known", cluster("  dcs: { type: etcd }"), "/spec/dcs/type enum"],
  ])("with one mistake gets one error: %s", (_, document, error) => {
    expect(errors(document)).toEqual([error]);
  });

  function withSubPath(subPath: string) {
    const { spec, ...rest } = cluster();
    return { ...rest, spec: { ...spec, volume: { size: "5Gi", subPath } } };
  }

  it("may wait for a quorum of replicas", () => {
    expect(errors(cluster("  patroni: { synchronous_mode: quorum }"))).toEqual([]);
  });
});

describe("the fleet's settings", () => {
  it("are complete without a word", () => {
    const document = parse(
      "{ apiVersion: cpo.opensource.cybertec.at/v1, kind: OperatorConfiguration, configuration: {} }",
    );
    expect(check("operator-configuration.schema.json")(document)).toBe(true);

    expect(document.configuration).toMatchObject({
      etcd_host: "",
      users: { super_username: "postgres", replication_username: "standby" },
      kubernetes: { cluster_labels: { application: "cpo" }, pod_terminate_grace_period: "5m" },
      postgres_pod_resources: { default_cpu_request: "100m", default_memory_limit: "500Mi" },
      patroni: { enable_patroni_failsafe_mode: true },
    });
  });

  it("need both the user and the cluster in a Secret's name", () => {
    const valid = check("operator-configuration.schema.json");
    const named = (template: string) =>
      valid(
        parse(
          `{ apiVersion: cpo.opensource.cybertec.at/v1, kind: OperatorConfiguration, configuration: { kubernetes: { secret_name_template: "${template}" } } }`,
        ),
      );

    expect([named("{cluster}-{username}"), named("{username}"), named("{cluster}/{username}")]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe("the tool's settings", () => {
  it("know the ports of an API server, and render network policies", () => {
    const document = parse("{ apiVersion: pgrender.dev/v1, kind: Settings }");
    expect(check("settings.schema.json")(document)).toBe(true);

    expect(document.spec).toEqual({
      apiServer: { cidrs: [], ports: [443, 6443] },
      networkPolicies: true,
      images: {},
      logicalBackupSecret: "",
      requireDigest: false,
    });
  });
});
