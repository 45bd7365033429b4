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
