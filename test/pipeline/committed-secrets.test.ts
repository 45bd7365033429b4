import { describe, expect, it } from "vitest";
import type { File } from "../../generator/file.ts";
import { render } from "../../generator/render.ts";

const role = (name: string) => `${name}.orders.credentials.postgresql.cpo.opensource.cybertec.at`;
const both = { username: "ENC[x]", password: "ENC[x]" };
const sealed = (name: string): object => ({
  apiVersion: "bitnami.com/v1alpha1",
  kind: "SealedSecret",
  metadata: { name, namespace: "prod" },
  spec: { encryptedData: both },
});
const sops = (name: string): object => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name, namespace: "prod" },
  stringData: both,
  sops: { version: "3.9.0" },
});
const settings: File = {
  path: "pgrender.yaml",
  text: "apiVersion: pgrender.dev/v1\nkind: Settings\nspec: { apiServer: { cidrs: [10.96.0.1/32] } }\n",
};

/** A cluster with the provider, and objects that lie beside it. */
function files(
  provider: string,
  objects: readonly object[],
  resources = "[orders.yaml, secrets.yaml]",
): File[] {
  const spec = {
    apiVersion: "pgrender.dev/v1",
    kind: "PostgresCluster",
    metadata: { name: "orders", namespace: "prod" },
    spec: {
      numberOfInstances: 1,
      postgresql: { version: "18" },
      volume: { size: "1Gi" },
      users: { app: [] },
      secrets: { provider },
    },
  };
  return [
    settings,
    { path: "a/kustomization.yaml", text: `resources: ${resources}\n` },
    { path: "a/orders.yaml", text: JSON.stringify(spec) },
    { path: "a/secrets.yaml", text: objects.map((each) => JSON.stringify(each)).join("\n---\n") },
  ];
}

const roles = ["postgres", "standby", "app"].map(role);

describe.each([
  ["sealed", sealed],
  ["sops", sops],
])("Secrets in git, %s", (provider, made) => {
  it("are put out as they are, and no Job makes them", () => {
    const { files: output, problems } = render(files(provider, roles.map(made)));

    expect(problems).toEqual([]);
    const paths = output.map(({ path }) => path);
    expect(
      roles.filter((name) => !paths.some((path) => path.startsWith("a/shared/") && path.includes(name))),
    ).toEqual([]);
    expect(paths.filter((path) => path.includes("orders-secrets"))).toEqual([]);
  });

  it("are missed one by one, with the command that makes each", () => {
    const { problems, files: output } = render(files(provider, [made(role("postgres"))]));

    expect(problems.map(({ rule, severity }) => `${severity} ${rule}`)).toEqual(
      Array(2).fill("error secret-missing"),
    );
    expect(problems[0]?.fix).toContain(`kubectl create secret generic ${role("standby")} --namespace prod`);
    expect(output).toEqual([]);
  });

  it("are missed where they lie beside the spec and no kustomization lists them", () => {
    const { problems } = render(files(provider, roles.map(made), "[orders.yaml]"));

    expect(problems.filter(({ rule }) => rule === "secret-missing")).toHaveLength(3);
  });
});
