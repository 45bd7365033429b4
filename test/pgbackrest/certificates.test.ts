import { describe, expect, it } from "vitest";
import { render } from "../../generator/render.ts";
import { at, items, objectsOf, textAt, type Tree } from "../support/object.ts";

const pgbackrest = {
  image: "registry.example.com/pgbackrest:1",
  repos: [{ name: "repo1", storage: "pvc", volume: { size: "10Gi" }, schedule: { full: "30 2 * * *" } }],
};

function rendered(spec: Tree, certificates?: Tree): readonly Tree[] {
  const text = JSON.stringify({
    apiVersion: "pgrender.dev/v1",
    kind: "PostgresCluster",
    metadata: { name: "orders", namespace: "prod" },
    spec: {
      numberOfInstances: 2,
      postgresql: { version: "18" },
      volume: { size: "5Gi" },
      backup: { pgbackrest, ...(certificates === undefined ? {} : { certificates }) },
      ...spec,
    },
  });
  const { files, problems } = render([{ path: "orders.yaml", text }]);
  expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
  return objectsOf(files);
}

/** Whether the Secrets Job makes passwords and certificates, and what cert-manager is told to make. */
function made(objects: readonly Tree[]): string[] {
  const job = objects.find(
    (object) => object["kind"] === "Job" && textAt(object, "metadata", "name").startsWith("orders-secrets-"),
  );
  const env = items(at(job, "spec", "template", "spec", "containers", 0, "env"));
  const variable = env.find((one) => textAt(one, "name") === "SECRETS");
  const secrets: readonly Tree[] = JSON.parse(textAt(variable, "value") || "[]");
  const kinds = secrets.map((secret) => (Object.hasOwn(secret, "hosts") ? "certificates" : "password"));
  const policy = objects.some((object) => textAt(object, "metadata", "name") === "orders-secrets");
  expect(policy).toBe(kinds.length > 0);
  const managed = objects.filter((object) => textAt(object, "apiVersion").startsWith("cert-manager.io/"));
  return [
    ...kinds,
    ...managed.map((object) => `${textAt(object, "kind")} ${textAt(object, "metadata", "name")}`),
  ];
}

const passwords = ["password", "password"];
const authority = [
  "Issuer orders-pgbackrest-root",
  "Certificate orders-pgbackrest-ca",
  "Issuer orders-pgbackrest-ca",
];
const certificate = "Certificate orders-pgbackrest-cert";
const existing = { secrets: { provider: "existing" } };
const standby = { standby: { standby_host: "other.example.com" }, ...existing };

describe("certificates of backups are made", () => {
  it.each<[string, Tree, Tree | undefined, string[]]>([
    ["by the Job that makes the passwords", {}, undefined, [...passwords, "certificates"]],
    ["by nobody, where the passwords are there already", existing, undefined, []],
    ["by the Job alone, where that is said", existing, { provider: "generate" }, ["certificates"]],
    ["by nobody, for a standby", standby, undefined, []],
    ["by the Job, for a standby that says so", standby, { provider: "generate" }, ["certificates"]],
    ["by nobody, beside the passwords", {}, { provider: "existing" }, passwords],
    ["by cert-manager", {}, { provider: "certManager" }, [...passwords, ...authority, certificate]],
    [
      "by an issuer of one's own",
      existing,
      { provider: "certManager", issuer: { name: "company" } },
      [certificate],
    ],
  ])("%s", (_who, spec, certificates, expected) => {
    expect(made(rendered(spec, certificates)).toSorted()).toEqual(expected.toSorted());
  });
});

it("is another provider that changes no pod of the cluster", () => {
  const pods = (objects: readonly Tree[]) => objects.filter(({ kind }) => kind === "StatefulSet");
  const [generated, managed] = [rendered({}), rendered({}, { provider: "certManager" })];

  expect(pods(managed)).toEqual(pods(generated));
  expect(pods(managed)).toHaveLength(2);
});
