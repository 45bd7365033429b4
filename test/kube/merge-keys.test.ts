import { describe, expect, it } from "vitest";
import { asset } from "../../generator/assets.ts";
import { mergeKey } from "../../generator/kube/merge-keys.ts";
import { at, isTree } from "../support/object.ts";

const pod = (...path: (string | number)[]) =>
  mergeKey("apps/v1", "StatefulSet", ["spec", "template", "spec", ...path]);
const cluster = (...path: (string | number)[]) => mergeKey("pgrender.dev/v1", "PostgresCluster", path);

describe("lists of Kubernetes' kinds merge by Kubernetes' own keys", () => {
  it.each([
    [pod("containers"), ["name"]],
    [pod("containers", 0, "env"), ["name"]],
    [pod("containers", 3, "ports"), ["containerPort", "protocol"]],
    [pod("initContainers", 0, "volumeMounts"), ["mountPath"]],
    [pod("volumes"), ["name"]],
    [pod("topologySpreadConstraints"), ["topologyKey", "whenUnsatisfiable"]],
    [pod("imagePullSecrets"), ["name"]],
    [mergeKey("v1", "Service", ["spec", "ports"]), ["port", "protocol"]],
    [mergeKey("v1", "ServiceAccount", ["secrets"]), ["name"]],
    [mergeKey("policy/v1", "PodDisruptionBudget", ["metadata", "finalizers"]), []],
    [mergeKey("v1", "ConfigMap", ["metadata", "ownerReferences"]), ["uid"]],
    [pod("tolerations"), undefined],
    [pod("containers", 0, "args"), undefined],
    [mergeKey("networking.k8s.io/v1", "NetworkPolicy", ["spec", "ingress"]), undefined],
    [mergeKey("rbac.authorization.k8s.io/v1", "Role", ["rules"]), undefined],
    [mergeKey("example.com/v1", "Unknown", ["spec", "env"]), undefined],
    [pod("constructor"), undefined],
  ])("%# → %j", (found, expected) => expect(found).toEqual(expected));

  it.each([
    ["batch/v1 Job", ["spec", "template", "spec", "containers"]],
    ["batch/v1 CronJob", ["spec", "jobTemplate", "spec", "template", "spec", "containers"]],
    ["apps/v1 Deployment", ["spec", "template", "spec", "containers"]],
    ["v1 Pod", ["spec", "containers"]],
  ])("%s has containers by name", (of, path) => {
    const [apiVersion = "", kind = ""] = of.split(" ");
    expect(mergeKey(apiVersion, kind, path)).toEqual(["name"]);
  });
});

describe("lists of named things in our kinds merge", () => {
  it.each([
    [["spec", "env"], ["name"]],
    [["spec", "postgresql", "env"], ["name"]],
    [["spec", "sidecars"], ["name"]],
    [["spec", "sidecars", 0, "env"], ["name"]],
    [["spec", "initContainers", 1, "volumeMounts"], ["mountPath"]],
    [["spec", "additionalVolumes"], ["name"]],
    [["spec", "backup", "pgbackrest", "repos"], ["name"]],
    [
      ["spec", "tolerations"],
      ["key", "effect"],
    ],
    [
      ["spec", "topologySpreadConstraints"],
      ["topologyKey", "whenUnsatisfiable"],
    ],
    [["metadata", "finalizers"], []],
    [["spec", "patroni", "pg_hba"], undefined],
  ])("%j by %j", (path, keys) => {
    expect(cluster(...path)).toEqual(keys);
    expect(mergeKey("cpo.opensource.cybertec.at/v1", "postgresql", path)).toEqual(keys);
  });

  it("also those of the fleet", () => {
    const operator = (...path: string[]) =>
      mergeKey("cpo.opensource.cybertec.at/v1", "OperatorConfiguration", path);
    expect(operator("configuration", "kubernetes", "infrastructure_roles_secrets")).toEqual([
      "secretname",
      "userkey",
    ]);
    expect(operator("configuration", "sidecars")).toEqual(["name"]);
  });
});

/** Lists of objects that a patch replaces, and why: their items have no name that says which is meant. */
const replaced: Readonly<Record<string, string>> = {
  "LabelSelector.matchExpressions": "Conditions on one label may be several; atomic in Kubernetes too.",
  "NodeSelectorTerm.matchExpressions": "Conditions on one label may be several; atomic in Kubernetes too.",
  "NodeSelectorTerm.matchFields": "Conditions on one field may be several; atomic in Kubernetes too.",
  "NodeSelector.nodeSelectorTerms": "Terms are alternatives without a name; atomic in Kubernetes too.",
  "NodeAffinity.preferredDuringSchedulingIgnoredDuringExecution":
    "Several may have one weight; atomic in Kubernetes too.",
  "Network.clients": "Peers of a NetworkPolicy have no name; atomic in Kubernetes too.",
  "Monitor.scrapers": "Peers of a NetworkPolicy have no name; atomic in Kubernetes too.",
  "Network.egress": "Rules of a NetworkPolicy have no name; atomic in Kubernetes too.",
};

describe("every list of objects in the schemas", () => {
  const files = ["schema.json", "operator-configuration.schema.json", "settings.schema.json"];
  const lists = files.flatMap((file) => listsOf(JSON.parse(asset(`generator/cluster/${file}`))));

  it.each(lists)("$name merges by a key, or is known to be replaced", ({ name, list }) => {
    const merges = at(list, "x-kubernetes-patch-strategy") === "merge";
    expect(merges).toBe(!(name in replaced));
    if (merges) expect(typeof at(list, "x-kubernetes-patch-merge-key")).toBe("string");
  });

  it("no reason is left over", () => {
    const names = lists.map(({ name }) => name);
    expect(Object.keys(replaced).filter((name) => !names.includes(name))).toEqual([]);
  });
});

function listsOf(schema: unknown): { name: string; list: unknown }[] {
  const found: { name: string; list: unknown }[] = [];
  const walk = (node: unknown, name: string): void => {
    if (!isTree(node)) return;
    const items = target(at(node, "items"));
    if (at(items, "type") === "object") found.push({ name, list: node });
    for (const [key, field] of Object.entries(at(node, "properties") ?? {})) walk(field, `${name}.${key}`);
    walk(at(node, "items"), `${name}[]`);
    walk(at(node, "additionalProperties"), `${name}.*`);
  };
  const definitions = at(schema, "$defs");
  const target = (node: unknown): unknown => {
    const reference = at(node, "$ref");
    return typeof reference === "string" ? at(definitions, reference.slice("#/$defs/".length)) : node;
  };
  for (const [name, node] of Object.entries(isTree(definitions) ? definitions : {})) walk(node, name);
  walk(schema, "document");
  return found;
}
