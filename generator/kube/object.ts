import { isRecord } from "../record.ts";

/** A Kubernetes object as plain data. Builders check theirs against a typed model with `satisfies`. */
export type KubeObject = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  /** spec, data, rules …: whatever the kind has. */
  readonly [field: string]: unknown;
};

/** Whether a value has what Kubernetes knows an object by: apiVersion, kind and a name. */
export function isKubeObject(value: unknown): value is KubeObject {
  if (!isRecord(value) || !isRecord(value["metadata"])) return false;
  return [value["apiVersion"], value["kind"], value["metadata"]["name"]].every(
    (text) => typeof text === "string" && text !== "",
  );
}
