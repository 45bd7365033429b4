/**
 * What of an object belongs to the contract with CPO: all that it declares, but for what the cluster it was made in
 * decided. A ConfigMap and a Secret count by their keys.
 */
import { at, byCodePoint, isTree, items, textAt, type Tree } from "../support/object.ts";

/** Leaf values by their path; list items go by their name or port instead of their index. */
export type Leaves = Readonly<Record<string, unknown>>;

const declared = /^(metadata\.(labels|annotations)\.|spec\.|roleRef\.|subjects\[|type$|keys\[)/;

/** What the API server, a controller or kubectl fills in by its own choice. */
const decided = new RegExp(
  [
    "metadata\\.annotations\\.([^.]+\\.)*(kubectl\\.kubernetes|pv\\.kubernetes|deployment\\.kubernetes|volume)\\b",
    "metadata\\.annotations\\.(volume|pv)\\.",
    "spec\\.(clusterIPs?|ipFamilies|ipFamilyPolicy|volumeName|storageClassName|healthCheckNodePort)\\b(?!.*None)",
    "spec\\.ports\\[.*\\]\\.nodePort$",
    "spec\\.(template\\.)?metadata\\.(namespace|creationTimestamp)$",
    "spec\\.volumeClaimTemplates\\[.*\\]\\.(status\\b|metadata\\.creationTimestamp)",
    "spec\\.jobTemplate\\..*creationTimestamp$",
  ]
    .map((path) => `^${path}`)
    .join("|"),
);

/** The leaves of an object that the contract is about. */
export function projection(object: Tree): Leaves {
  return Object.fromEntries([
    ...[...leaves(counted(object), "")].filter(([path]) => declared.test(path) && !decided.test(path)),
    ...(at(object, "spec", "clusterIP") === "None" ? [["spec.clusterIP", "None"] as const] : []),
    ...credentials(object),
  ]);
}

/** A Secret and a ConfigMap by their keys. */
function counted(object: Tree): Tree {
  if (object["keys"] !== undefined || !/^(Secret|ConfigMap)$/.test(textAt(object, "kind"))) return object;
  const data = [at(object, "data"), at(object, "stringData")].flatMap((map) =>
    isTree(map) ? Object.keys(map) : [],
  );
  return { ...object, keys: data.toSorted(byCodePoint) };
}

/** The credential Secrets that the database container reads, with the key: under which variable is its own business. */
function credentials(object: Tree): [string, unknown][] {
  const containers = items(at(object, "spec", "template", "spec", "containers"));
  return items(
    at(
      containers.find((container) => textAt(container, "name") === "postgres"),
      "env",
    ),
  )
    .map((entry) => at(entry, "valueFrom", "secretKeyRef"))
    .filter((reference) => reference !== undefined)
    .map((reference) => [`credentials[${textAt(reference, "name")}]`, at(reference, "key")]);
}

/** `Kind name`. */
export function title(object: Tree): string {
  return `${textAt(object, "kind")} ${textAt(object, "metadata", "name")}`;
}

/** An item's handle is in its path, and no leaf besides. */
function* leaves(value: unknown, path: string): Generator<[string, unknown]> {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      const [key, name] = handle(item);
      const rest = isTree(item)
        ? Object.fromEntries(Object.entries(item).filter(([field]) => field !== key))
        : item;
      yield* leaves(rest, `${path}[${name ?? index}]`);
    }
  } else if (isTree(value) && Object.keys(value).length > 0) {
    for (const [key, inner] of Object.entries(value))
      yield* leaves(inner, path === "" ? key : `${path}.${key}`);
  } else {
    yield [path, value];
  }
}

function handle(item: unknown): readonly [string | undefined, string | undefined] {
  const port = at(item, "containerPort");
  if (typeof port === "number") return ["containerPort", String(port)];
  const name = textAt(item, "name");
  if (name !== "") return ["name", name];
  const nested = textAt(item, "metadata", "name");
  return [undefined, nested === "" ? undefined : nested];
}

/**
 * The credential Secrets that the Job of a cluster makes, as objects: their names and labels are in its environment, what
 * else they have is in its script.
 */
export function promisedSecrets(job: Tree): readonly Tree[] {
  const container = at(job, "spec", "template", "spec", "containers", 0);
  const script = items(at(container, "command") ?? at(container, "args")).join("\n");
  const [, ofKey = ""] = /return \{("key": .*)\}$/m.exec(script) ?? [];
  const [, ofRole = ""] = /return \{("username": .*)\}$/m.exec(script) ?? [];
  const variable = (name: string) =>
    items(at(container, "env")).find((entry) => textAt(entry, "name") === name);
  const [list, usual] = [variable("SECRETS"), variable("LABELS")];
  // Other Jobs make none.
  const secrets: unknown = list === undefined ? [] : JSON.parse(textAt(list, "value"));
  const labels: unknown = usual === undefined ? {} : JSON.parse(textAt(usual, "value"));
  return items(secrets).map((secret) => ({
    kind: "Secret",
    metadata: { name: at(secret, "name"), labels: at(secret, "labels") ?? labels },
    type: /"type": "(\w+)"/.exec(script)?.[1],
    keys: (at(secret, "certificates") === undefined
      ? [...(at(secret, "bits") === undefined ? ofRole : ofKey).matchAll(/"(\w+)":/g)].map(
          ([, name]) => name ?? "",
        )
      : [
          "pgbackrest.ca-roots",
          ...items(at(secret, "certificates")).flatMap((name) => [
            `${String(name)}.crt`,
            `${String(name)}.key`,
          ]),
        ]
    ).toSorted(byCodePoint),
  }));
}
