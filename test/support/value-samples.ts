import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A value of Kubernetes' own in a spec, right or wrong, and what the API server says of it. */
export type ValueSample = {
  /** Where in the base below. */
  readonly path: string;
  readonly value: unknown;
  readonly taken: boolean;
  /** The line of the table without its sign. */
  readonly line: string;
};

/** A document that is right, with a place for each value. */
export const base = {
  apiVersion: "pgrender.dev/v1",
  kind: "PostgresCluster",
  metadata: { name: "a" },
  spec: {
    numberOfInstances: 2,
    dockerImage: "a",
    enableMasterLoadBalancer: true,
    postgresql: { version: "18" },
    volume: { size: "1Gi" },
    sidecars: [{ name: "s", image: "a" }],
    initContainers: [{ name: "i", image: "a" }],
    additionalVolumes: [{ name: "v", mountPath: "/v", volumeSource: { emptyDir: {} } }],
  },
};

const kinds: readonly (readonly [path: RegExp, kind: string])[] = [
  [/^spec\/network\//, "NetworkPolicy"],
  [/^spec\/(serviceAnnotations|allowedSourceRanges)$/, "Service"],
  [/^spec\/volume\/(size|storageClass|selector)/, "PersistentVolumeClaim"],
];

/** The kind of rendered objects that a value reaches. */
export function kindOf({ path }: ValueSample): string {
  return kinds.find(([pattern]) => pattern.test(path))?.[1] ?? "StatefulSet";
}

/** A line is a sign, the path and the value as JSON; for a new one `-` will do until the test on Kubernetes is run with -u. */
export const valueSamples: readonly ValueSample[] = readFileSync(
  fileURLToPath(new URL("../kube/values.tsv", import.meta.url)),
  "utf8",
)
  .trimEnd()
  .split("\n")
  .map((text) => {
    const [sign, path = "", value = ""] = text.split("\t");
    return { path, value: JSON.parse(value), taken: sign === "+", line: `${path}\t${value}` };
  });
