import fc from "fast-check";

/*
 * Objects and patches of them, of Kubernetes' kinds and ours, with names from a small pool, so that references, selectors
 * and merge keys meet.
 */

type Value = Readonly<Record<string, unknown>>;
type Fields = Record<string, fc.Arbitrary<unknown>>;

export type Subject = { readonly apiVersion: string; readonly kind: string; readonly name: string };

const word = fc.constantFrom("a", "b", "c", "d");
/** What YAML would take for something else, or has to quote. */
const texts = `1||true|null|on|1e3|0x1f|a b|x: y|# no| lead|ä€|'q'|"|two\nlines|two\n\nlines|-|*a|2001-01-01|~`;
const text = fc.constantFrom(...texts.split("|"));
const image = fc.constantFrom(
  "busybox",
  "busybox:1.36",
  "registry.example/app:1.0",
  "registry.example:5000/app",
  "registry.example/app@sha256:" + "a".repeat(64),
  "registry.example/postgres:17",
);
const number = fc.integer({ min: 0, max: 9 });

/** Any of the fields, in any number. */
function some(fields: Fields): fc.Arbitrary<Value> {
  return fc.record(fields, { requiredKeys: [] });
}

/** All that have to be there, and any of the others. */
function having(required: Fields, more: Fields = {}): fc.Arbitrary<Value> {
  return fc.record({ ...required, ...more }, { requiredKeys: Object.keys(required) });
}

function list(item: fc.Arbitrary<Value>, ...keys: readonly string[]): fc.Arbitrary<Value[]> {
  return fc.uniqueArray(item, {
    maxLength: 3,
    selector: (value) => JSON.stringify(keys.map((key) => value[key])),
  });
}

const map = (keys: fc.Arbitrary<string>, values: fc.Arbitrary<unknown>) =>
  fc.dictionary(keys, values, { maxKeys: 3 });

/** What differs between an object and a patch of one: a patch may remove. */
type Mode = {
  readonly remove: (value: fc.Arbitrary<unknown>) => fc.Arbitrary<unknown>;
  readonly item: (item: fc.Arbitrary<Value>, ...keys: string[]) => fc.Arbitrary<Value>;
};

const whole: Mode = { remove: (value) => value, item: (item) => item };
const patch: Mode = {
  remove: (value) => fc.oneof({ weight: 6, arbitrary: value }, { weight: 1, arbitrary: fc.constant(null) }),
  item: (item, ...keys) =>
    fc.oneof(
      { weight: 5, arbitrary: item },
      {
        weight: 1,
        arbitrary: item.map((value) => ({
          ...Object.fromEntries(keys.map((key) => [key, value[key]])),
          $patch: "delete",
        })),
      },
    ),
};

const removable = (mode: Mode, fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, mode.remove(value)]));

function environment(mode: Mode, names: fc.Arbitrary<string>) {
  const name = fc.constantFrom("A", "B", "C", "D");
  const variable = fc.oneof(
    having({ name, value: text }),
    having({
      name,
      valueFrom: fc.oneof(
        having({ configMapKeyRef: having({ name: names, key: word }) }),
        having({ secretKeyRef: having({ name: names, key: word }) }),
      ),
    }),
  );
  return list(mode.item(variable, "name"), "name");
}

function containers(mode: Mode, names: fc.Arbitrary<string>) {
  const fields = removable(mode, {
    image,
    args: fc.array(text, { maxLength: 2 }),
    env: environment(mode, names),
    envFrom: fc.array(having({ configMapRef: having({ name: names }) }), { maxLength: 2 }),
    volumeMounts: list(
      mode.item(
        having({ mountPath: fc.constantFrom("/a", "/b") }, { name: word, readOnly: fc.boolean() }),
        "mountPath",
      ),
      "mountPath",
    ),
    resources: some({ limits: map(fc.constantFrom("cpu", "memory"), fc.constantFrom("1", "2Gi")) }),
  });
  const container = having({ name: fc.constantFrom("app", "side", "third") }, fields);
  return list(mode.item(container, "name"), "name");
}

function pod(mode: Mode, names: fc.Arbitrary<string>) {
  const volume = fc.oneof(
    having({ name: word, configMap: having({ name: names }) }),
    having({ name: word, secret: having({ secretName: names }) }),
    having({ name: word, emptyDir: fc.constant({}) }),
  );
  return some(
    removable(mode, {
      containers: containers(mode, names),
      initContainers: containers(mode, names),
      volumes: list(mode.item(volume, "name"), "name"),
      serviceAccountName: names,
      nodeSelector: map(word, text),
      tolerations: fc.array(having({ key: word }, { effect: fc.constant("NoSchedule") }), { maxLength: 2 }),
      imagePullSecrets: list(mode.item(having({ name: names }), "name"), "name"),
    }),
  );
}

function template(mode: Mode, names: fc.Arbitrary<string>) {
  return having(
    { spec: pod(mode, names) },
    { metadata: some({ labels: map(word, text), annotations: map(word, text) }) },
  );
}

function cluster(mode: Mode, names: fc.Arbitrary<string>) {
  const volume = having(
    { name: word },
    {
      mountPath: fc.constantFrom("/x", "/y"),
      volumeSource: fc.oneof(having({ configMap: having({ name: names }) }), fc.constant({ emptyDir: {} })),
    },
  );
  return some(
    removable(mode, {
      numberOfInstances: number,
      dockerImage: image,
      teamId: word,
      postgresql: some(
        removable(mode, {
          version: fc.constantFrom("16", "17"),
          parameters: map(word, mode.remove(text)),
          env: environment(mode, names),
        }),
      ),
      sidecars: containers(mode, names),
      initContainers: containers(mode, names),
      env: environment(mode, names),
      users: map(word, fc.array(fc.constantFrom("login", "createdb"), { maxLength: 2 })),
      additionalVolumes: list(mode.item(volume, "name"), "name"),
      patroni: some(
        removable(mode, {
          pg_hba: fc.array(text, { maxLength: 3 }),
          ttl: number,
          synchronous_mode: fc.boolean(),
        }),
      ),
      tolerations: list(
        mode.item(
          having(
            { key: word, effect: fc.constantFrom("NoSchedule", "NoExecute") },
            { operator: fc.constant("Exists"), tolerationSeconds: number },
          ),
          "key",
          "effect",
        ),
        "key",
        "effect",
      ),
      clone: having({ cluster: names }),
      monitor: having({ customQueries: names }),
      tls: having({ secretName: names }),
      podAnnotations: map(word, text),
    }),
  );
}

const api: Readonly<Record<string, string>> = {
  Deployment: "apps/v1",
  StatefulSet: "apps/v1",
  CronJob: "batch/v1",
  Service: "v1",
  ConfigMap: "v1",
  Secret: "v1",
  ServiceAccount: "v1",
  RoleBinding: "rbac.authorization.k8s.io/v1",
  PodDisruptionBudget: "policy/v1",
  PostgresCluster: "pgrender.dev/v1",
  postgresql: "cpo.opensource.cybertec.at/v1",
};

export const kinds = Object.keys(api);

/** What is in an object of a kind apart from its name. */
function body(kind: string, mode: Mode, names: fc.Arbitrary<string>): fc.Arbitrary<Value> {
  const selector = having({ matchLabels: map(word, text) });
  const port = having(
    { port: number, protocol: fc.constantFrom("TCP", "UDP") },
    { name: word, targetPort: number },
  );
  switch (kind) {
    case "Deployment":
      return having({
        spec: having(
          { template: template(mode, names) },
          removable(mode, { replicas: number, paused: fc.boolean(), selector }),
        ),
      });
    case "StatefulSet":
      return having({
        spec: having(
          { template: template(mode, names) },
          removable(mode, { replicas: number, serviceName: names }),
        ),
      });
    case "CronJob":
      return having({
        spec: having(
          { jobTemplate: having({ spec: having({ template: template(mode, names) }) }) },
          removable(mode, { suspend: fc.boolean() }),
        ),
      });
    case "Service":
      return having({
        spec: some(
          removable(mode, {
            selector: map(word, text),
            ports: list(mode.item(port, "port", "protocol"), "port", "protocol"),
            type: word,
          }),
        ),
      });
    case "ConfigMap":
      return having({ data: map(fc.constantFrom("a", "b", "c.d", "e/f"), mode.remove(text)) });
    case "Secret":
      return having({ type: fc.constant("Opaque") });
    case "ServiceAccount":
      return some({ imagePullSecrets: list(mode.item(having({ name: names }), "name"), "name") });
    case "RoleBinding":
      return having({
        roleRef: fc.constant({ apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "view" }),
        subjects: fc.array(
          having({ kind: fc.constant("ServiceAccount"), name: fc.oneof(names, fc.constant("default")) }),
          { maxLength: 2 },
        ),
      });
    case "PodDisruptionBudget":
      return having({
        spec: some(removable(mode, { minAvailable: fc.oneof(number, fc.constant("50%")), selector })),
      });
    default:
      return having({ spec: cluster(mode, names) });
  }
}

/** A whole object; `names` are those that it may refer to. */
export function object(name: string, names: fc.Arbitrary<string>): fc.Arbitrary<Value & Subject> {
  return fc.constantFrom(...kinds).chain((kind) =>
    fc
      .tuple(body(kind, whole, names), some({ labels: map(word, text), annotations: map(word, text) }))
      .map(([rest, metadata]) => ({
        apiVersion: api[kind] ?? "",
        kind,
        name,
        metadata: { name, ...metadata },
        ...rest,
      })),
  );
}

/** A strategic merge patch of an object. */
export function mergePatch(
  { apiVersion, kind, name }: Subject,
  names: fc.Arbitrary<string>,
): fc.Arbitrary<Value> {
  return fc
    .tuple(
      body(kind, patch, names),
      some({ labels: map(word, patch.remove(text)), annotations: map(word, text) }),
    )
    .map(([rest, metadata]) => ({ apiVersion, kind, metadata: { name, ...metadata }, ...rest }));
}
