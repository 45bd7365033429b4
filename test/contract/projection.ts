/**
 * What of an object belongs to the contract with CPO: the part by which applications, existing volumes and existing
 * Secrets find a cluster. The rest of an object (probes, scripts, security) is pgrender's own business.
 */
import { at, byCodePoint, isTree, items, textAt, type Tree } from "../support/object.ts";

/** Leaf values by their path; list items go by their name or port instead of their index. */
export type Leaves = Readonly<Record<string, unknown>>;

const contract: Readonly<Record<string, RegExp>> = {
  StatefulSet: new RegExp(
    [
      "metadata\\.labels\\.",
      "spec\\.(replicas|serviceName|revisionHistoryLimit|podManagementPolicy)$",
      "spec\\.(selector|persistentVolumeClaimRetentionPolicy)\\.",
      "spec\\.updateStrategy\\.type$",
      "spec\\.template\\.metadata\\.labels\\.",
      "spec\\.template\\.spec\\.(restartPolicy|dnsPolicy|schedulerName|serviceAccount.*|terminationGracePeriodSeconds)$",
      "spec\\.template\\.spec\\.containers\\[postgres\\]\\.(name|image|imagePullPolicy|terminationMessage.*)$",
      "spec\\.template\\.spec\\.containers\\[postgres\\]\\.(resources|ports)[.[]",
      "spec\\.template\\.spec\\.containers\\[postgres\\]\\.securityContext\\.(privileged|readOnlyRootFilesystem)$",
      "spec\\.template\\.spec\\.containers\\[postgres\\]\\.readinessProbe\\.httpGet\\.",
      "spec\\.template\\.spec\\.containers\\[postgres\\]\\.volumeMounts\\[(pgdata|dshm|postgres-tmp)\\]\\.",
      "spec\\.template\\.spec\\.volumes\\[(dshm|postgres-tmp)\\]\\.",
      "spec\\.volumeClaimTemplates\\[pgdata\\]\\.(apiVersion|kind|metadata|spec)\\b",
    ]
      .map((path) => `^${path}`)
      .join("|"),
  ),
  Service:
    /^(metadata\.labels\.|spec\.(type|clusterIP|sessionAffinity|internalTrafficPolicy|publishNotReadyAddresses|selector|ports)\b(?!.*\.nodePort$))/,
  PodDisruptionBudget: /^(metadata\.labels\.|spec\.)/,
  PersistentVolumeClaim: /^(metadata\.labels\.|spec\.)/,
  Secret: /^(metadata\.labels\.|type$|keys\[)/,
};

/** The kinds that the contract is about. */
export const kinds: readonly string[] = Object.keys(contract);

/** The leaves of an object that the contract is about. */
export function projection(object: Tree): Leaves {
  const wanted = contract[textAt(object, "kind")];
  if (wanted === undefined) return {};
  return Object.fromEntries([
    ...[...leaves(object, "")].filter(([path]) => wanted.test(path)),
    ...credentials(object),
  ]);
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

function* leaves(value: unknown, path: string): Generator<[string, unknown]> {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* leaves(item, `${path}[${handle(item) ?? index}]`);
  } else if (isTree(value) && Object.keys(value).length > 0) {
    for (const [key, inner] of Object.entries(value))
      yield* leaves(inner, path === "" ? key : `${path}.${key}`);
  } else {
    yield [path, value];
  }
}

function handle(item: unknown): string | undefined {
  const port = at(item, "containerPort");
  if (typeof port === "number") return String(port);
  const name = textAt(item, "name") || textAt(item, "metadata", "name");
  return name === "" ? undefined : name;
}

/**
 * The credential Secrets that the Job of a cluster makes, as objects: their names and labels are in its environment, what
 * else they have is in its script.
 */
export function promisedSecrets(job: Tree): readonly Tree[] {
  const container = at(job, "spec", "template", "spec", "containers", 0);
  const script = items(at(container, "command") ?? at(container, "args")).join("\n");
  const [ofKey = "", ofRole = ""] = [...script.matchAll(/return \{(".*?)\}$/gm)].map(([, text]) => text);
  const list = items(at(container, "env")).find((entry) => textAt(entry, "name") === "SECRETS");
  const secrets: unknown = JSON.parse(textAt(list, "value"));
  return items(secrets).map((secret) => ({
    kind: "Secret",
    metadata: { name: at(secret, "name"), labels: at(secret, "labels") },
    type: /"type": "(\w+)"/.exec(script)?.[1],
    keys: [...(at(secret, "bits") === undefined ? ofRole : ofKey).matchAll(/"(\w+)":/g)]
      .map(([, name]) => name ?? "")
      .toSorted(byCodePoint),
  }));
}
