import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import type { File } from "../../generator/file.ts";
import { explainObject } from "../../generator/explain/object.ts";
import { leaves } from "../../generator/explain/flat.ts";
import type { Leaf } from "../../generator/explain/flat.ts";
import { withValue } from "../../generator/explain/vary.ts";
import { fieldName } from "../../generator/pipeline/messages.ts";
import { render } from "../../generator/render.ts";
import { filesIn } from "../support/files.ts";
import { byCodePoint, objectsOf, textAt } from "../support/object.ts";

const golden = fileURLToPath(new URL("../golden", import.meta.url));
const orders: readonly File[] = [
  {
    path: "pgrender.yaml",
    text: "apiVersion: pgrender.dev/v1\nkind: Settings\nspec:\n  apiServer:\n    cidrs: [10.0.0.1/32]\n",
  },
  {
    path: "cpo.yaml",
    text: `apiVersion: cpo.opensource.cybertec.at/v1
kind: OperatorConfiguration
metadata: { name: cpo }
configuration:
  docker_image: registry.example.com/db/postgres:17
  kubernetes:
    cluster_labels: { application: ours }
    pod_terminate_grace_period: 4m
`,
  },
  {
    path: "prod/orders.yaml",
    text: `apiVersion: pgrender.dev/v1
kind: PostgresCluster
metadata:
  name: orders
  namespace: shop
spec:
  teamId: shop
  numberOfInstances: 3
  postgresql:
    version: "17"
    parameters:
      work_mem: 16MB
  patroni:
    synchronous_mode: true
    ttl: 40
  resources:
    limits: { cpu: "2", memory: 2Gi }
  volume:
    size: 10Gi
  disruptionBudget:
    mode: majority
`,
  },
];

/** The lines of an object, each with its causes as `file:line field`. */
function causesIn(files: readonly File[], kind: string, name: string) {
  const [object] = explainObject(files, { cluster: undefined, kind, name });
  const rows = (object?.rows ?? []).map(({ text, path, causes }) => ({
    text: text.trim(),
    path,
    causes: causes?.map((cause) => `${cause.at.file}:${cause.at.line} ${cause.field}`),
  }));
  return {
    of: (text: string) => rows.find((row) => row.text === text)?.causes,
    existence: object?.existence.map(({ field }) => field),
    rows,
  };
}

describe("explain", () => {
  it.each([
    ["StatefulSet", "orders", "replicas: 3", ["prod/orders.yaml:8 spec.numberOfInstances"]],
    ["StatefulSet", "orders", "name: orders", ["prod/orders.yaml:4 metadata.name"]],
    ["StatefulSet", "orders", "namespace: shop", ["prod/orders.yaml:5 metadata.namespace"]],
    [
      "StatefulSet",
      "orders",
      "application: ours",
      ["cpo.yaml:7 configuration.kubernetes.cluster_labels.application"],
    ],
    [
      "StatefulSet",
      "orders",
      "terminationGracePeriodSeconds: 240",
      ["cpo.yaml:8 configuration.kubernetes.pod_terminate_grace_period"],
    ],
    ["StatefulSet", "orders", "memory: 2Gi", ["prod/orders.yaml:17 spec.resources.limits.memory"]],
    ["StatefulSet", "orders", "podManagementPolicy: Parallel", []],
    [
      "ConfigMap",
      "orders-patroni",
      "work_mem: 16MB",
      ["prod/orders.yaml:12 spec.postgresql.parameters.work_mem"],
    ],
    ["ConfigMap", "orders-patroni", "ttl: 40", ["prod/orders.yaml:15 spec.patroni.ttl"]],
    ["ConfigMap", "orders-patroni", "loop_wait: 10", []],
    ["PersistentVolumeClaim", "pgdata-orders-1", "storage: 10Gi", ["prod/orders.yaml:19 spec.volume.size"]],
    [
      "PodDisruptionBudget",
      "postgres-orders-pdb",
      "minAvailable: 2",
      ["prod/orders.yaml:21 spec.disruptionBudget.mode", "prod/orders.yaml:8 spec.numberOfInstances"],
    ],
    ["NetworkPolicy", "orders", "cidr: 10.0.0.1/32", ["pgrender.yaml:5 spec.apiServer.cidrs[0]"]],
  ])("of %s/%s: %s", (kind, name, text, expected) => {
    expect(causesIn(orders, kind, name).of(text)?.toSorted(byCodePoint)).toEqual(expected);
  });

  it("says nothing of the lines without a value", () => {
    expect(causesIn(orders, "StatefulSet", "orders").of("template:")).toBeUndefined();
  });

  it("names the line of the patch that wrote a field of the output", () => {
    const files = [
      { path: "shop/orders.yaml", text: orders.find(({ path }) => path === "prod/orders.yaml")?.text ?? "" },
      {
        path: "shop/kustomization.yaml",
        text: `resources: [orders.yaml]
outputPatches:
  - patch: |-
      apiVersion: v1
      kind: Service
      metadata: { name: orders-repl }
      spec:
        internalTrafficPolicy: Local
  - target: { kind: StatefulSet }
    patch: |-
      - op: replace
        path: /spec/replicas
        value: 7
`,
      },
    ];

    expect(causesIn(files, "Service", "orders-repl").of("internalTrafficPolicy: Local")).toEqual([
      "shop/kustomization.yaml:8 outputPatches: spec.internalTrafficPolicy",
    ]);
    expect(causesIn(files, "StatefulSet", "orders").of("replicas: 7")).toEqual([
      "shop/kustomization.yaml:13 outputPatches: [0].value",
    ]);
    expect(causesIn(files, "StatefulSet", "orders").of("memory: 2Gi")).toEqual([
      "shop/orders.yaml:17 spec.resources.limits.memory",
    ]);
  });

  it("finds an object by its file", () => {
    const file = "prod/orders/statefulset-orders.yaml";

    expect(explainObject(orders, { file }).map((object) => object.file)).toEqual([file]);
    expect(explainObject(orders, { file: "prod/orders/none.yaml" })).toEqual([]);
  });

  // Held against the render itself: each value is taken out of its file, and what then differs in the output must have it
  // among its causes.
  it.each(["ha", "long-name"])("leaves out no cause of what is rendered from golden/%s", (name) => {
    const files = filesIn(`${golden}/${name}/in`);
    const [file] = files.filter(
      ({ text }) => /kind: (PostgresCluster|postgresql)$/m.test(text) && !text.includes("\n---"),
    );
    if (file === undefined) return;
    const document: unknown = parse(file.text);
    const before = values(files);
    const found = new Map<string, ReturnType<typeof causesIn>["rows"]>();
    const others = files.filter((each) => each !== file);
    const missing: string[] = [];
    for (const { path } of leaves(document).filter(({ line }) => line === undefined || line === 0)) {
      const after = values([...others, { ...file, text: stringify(withValue(document, path, undefined)) }]);
      if (after === undefined) continue;
      for (const [object, own] of before ?? []) {
        const next = after.get(object);
        if (next === undefined || !own.of.startsWith(file.path.replace(/[^/]*$/, ""))) continue;
        const changed = own.leaves.filter(
          ({ key, value }) => next.leaves.find((leaf) => leaf.key === key)?.value !== value,
        );
        if (changed.length === 0) continue;
        const [kind = "", called = ""] = object.split("/");
        const rows = found.get(object) ?? causesIn(files, kind, called).rows;
        found.set(object, rows);
        const cause = ` ${fieldName(path)}`;
        const isFound = (leaf: Leaf) =>
          rows.some(
            (row) => row.path === fieldName(leaf.path) && row.causes?.some((each) => each.endsWith(cause)),
          );
        missing.push(
          ...changed.filter((leaf) => !isFound(leaf)).map(({ key }) => `${object} ${key}:${cause}`),
        );
      }
    }
    expect(missing).toEqual([]);
    expect(found.size).toBeGreaterThan(0);
  });
});

/** The leaves of every rendered object, by kind and name; undefined, if the files do not render. */
function values(files: readonly File[]) {
  const rendered = render(files);
  if (rendered.files.length === 0) return undefined;
  return new Map(
    objectsOf(rendered.files).map((object) => {
      const name = textAt(object, "metadata", "name");
      const of = rendered.files.find(({ path }) => path.endsWith(`-${name}.yaml`))?.path ?? "";
      return [`${textAt(object, "kind")}/${name}`, { of, leaves: leaves(object) }] as const;
    }),
  );
}
