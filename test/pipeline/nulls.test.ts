import { expect, it } from "vitest";
import { stringify } from "yaml";
import { render } from "../../generator/render.ts";
import { changed, paths, type Json } from "../support/nasty.ts";

const container: Json = {
  name: "s",
  image: "s:1",
  command: ["a"],
  env: [
    { name: "A", value: "x" },
    { name: "B", valueFrom: { secretKeyRef: { name: "a", key: "k" } } },
    { name: "C", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
  ],
  envFrom: [{ secretRef: { name: "a" } }],
  ports: [{ containerPort: 80, name: "a", protocol: "TCP" }],
  volumeMounts: [{ name: "postgres-tmp", mountPath: "/q", subPath: "x" }],
  resources: { limits: { cpu: "1" }, requests: { cpu: "1" } },
  livenessProbe: { httpGet: { port: 80, httpHeaders: [{ name: "a", value: "b" }] } },
  lifecycle: { preStop: { exec: { command: ["a"] } } },
  securityContext: {
    capabilities: { add: ["A"], drop: ["ALL"] },
    seccompProfile: { type: "RuntimeDefault" },
  },
};
const document: Json = {
  apiVersion: "pgrender.dev/v1",
  kind: "PostgresCluster",
  metadata: { name: "a", namespace: "prod" },
  spec: {
    numberOfInstances: 2,
    postgresql: { version: "18" },
    volume: { size: "1Gi" },
    sidecars: [container],
    tolerations: [{ key: "a", operator: "Exists" }],
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: "zone",
        whenUnsatisfiable: "DoNotSchedule",
        labelSelector: { matchLabels: { a: "b" }, matchExpressions: [{ key: "a", operator: "Exists" }] },
      },
    ],
    additionalVolumes: [
      {
        name: "v",
        mountPath: "/v",
        volumeSource: { projected: { sources: [{ downwardAPI: { items: [{ path: "a" }] } }] } },
      },
      { name: "w", mountPath: "/w", volumeSource: { image: { reference: "a:1" } } },
    ],
  },
};
const text = (value: Json) => stringify(value);
const places = paths(document).filter((path) => path[0] === "spec" && path.length > 2);

it.each(places.map((path) => [path.join("."), path] as const))(
  "reads a key with nothing behind it, and an empty item: %s",
  (_, path) => {
    const empty = changed(document, path, { kind: "replace", value: null });
    const hollow = changed(document, path, { kind: "replace", value: [null] });

    for (const value of [empty, hollow]) {
      const { files, problems } = render([{ path: "a.yaml", text: text(value) }]);
      expect(files.length > 0 || problems.some(({ severity }) => severity === "error")).toBe(true);
    }
  },
);

it("renders a field with nothing behind it as one that was left out", () => {
  const sidecar = (more: Json) =>
    render([
      {
        path: "a.yaml",
        text: text({
          apiVersion: "pgrender.dev/v1",
          kind: "PostgresCluster",
          metadata: { name: "a" },
          spec: {
            numberOfInstances: 1,
            postgresql: { version: "18" },
            volume: { size: "1Gi" },
            sidecars: [more],
          },
        }),
      },
    ]).files;

  expect(
    sidecar({ name: "s", image: "s:1", env: null, lifecycle: { preStop: null }, resources: null }),
  ).toEqual(sidecar({ name: "s", image: "s:1", lifecycle: {} }));
});
