import { describe, expect, it } from "vitest";
import { render } from "../generator/render.ts";
import { dumped, stores } from "./support/dumped.ts";
import {
  cpo,
  following,
  kept,
  optioned,
  ours,
  plain,
  pooled,
  raised,
  sites,
  together,
} from "./support/clusters.ts";
import { candidates, leaves, schema, withValue, type Leaf, type Node } from "./support/leaves.ts";
import type { Tree } from "./support/object.ts";

/** Documents that say enough for every field to have a meaning in one of them, by the schema that they follow. */
type Base = { readonly cluster: Tree; readonly operator: Tree; readonly settings: Tree };

const least: Tree = {
  apiVersion: "cpo.opensource.cybertec.at/v1",
  kind: "OperatorConfiguration",
  metadata: { name: "cpo" },
  configuration: {},
};
const fleet: Tree = {
  ...least,
  configuration: {
    max_instances: 2,
    ignore_instance_limits_annotation_key: "any",
    enable_team_id_clustername_prefix: true,
    aws_or_gcp: { additional_secret_mount: "cloud" },
    kubernetes: {
      inherited_labels: ["cost"],
      inherited_annotations: ["owner"],
      node_readiness_label: { ready: "true" },
      enable_pod_antiaffinity: true,
      toleration: { key: "db", effect: "NoExecute" },
    },
  },
};
const settings: Tree = { apiVersion: "pgrender.dev/v1", kind: "Settings", spec: {} };
const secret = { ...settings, spec: { logicalBackupSecret: "keys" } };
const bases: readonly Base[] = [
  ...[cpo, ours, plain, together, pooled, raised, sites, following, optioned, kept].flatMap((cluster) =>
    [fleet, least].map((operator) => ({ cluster, operator, settings })),
  ),
  ...stores.map((store) => ({
    cluster: dumped,
    operator: { ...least, configuration: { logical_backup: store } },
    settings: secret,
  })),
];

/** Values where the schema alone does not lead to two that mean something. */
const samples: Readonly<Record<string, readonly unknown[]>> = {
  "spec.allowedSourceRanges.0": ["10.1.0.0/16", "10.2.0.0/16"],
  "configuration.postgres_pod_resources.max_memory_request": ["200Mi", "100Mi"],
  "configuration.postgres_pod_resources.min_cpu_limit": ["3", "4"],
  "spec.additionalVolumes.0.subPath": ["a/b", "$(POD_NAME)"],
  "metadata.labels.*": ["1", "2"],
  "configuration.kubernetes.inherited_labels.0": ["cost", "other"],
  "configuration.kubernetes.inherited_annotations.0": ["owner", "other"],
  "configuration.kubernetes.downscaler_annotations.0": ["^own", "^other"],
  "configuration.ignore_instance_limits_annotation_key": ["any", "other"],
  "configuration.logical_backup.logical_backup_s3_retention_time": ["2 weeks", "1 year"],
  "spec.maintenanceWindows.0": ["Sat:01:00-06:00", "22:00-23:00"],
  "configuration.users.additional_owner_roles.0": ["cron", "other"],
  "spec.backup.logical.retention": ["2 weeks", "1 year"],
  "spec.connectionPooler.parameters.*": ["1", "2"],
  "spec.roleOptions.*.settings.*": ["1MB", "2MB"],
  "spec.roleOptions.*.validUntil": ["infinity", "2027-01-31T00:00:00Z"],
};
const foreign: Readonly<Record<string, readonly unknown[]>> = {
  EnvVar: [
    { name: "SAMPLE", value: "1" },
    { name: "SAMPLE", value: "2" },
  ],
  Container: [
    { name: "more", image: "more:1" },
    { name: "more", image: "more:2" },
  ],
  Sidecar: [{ image: "more:1" }, { image: "more:2" }],
  TopologySpreadConstraint: [1, 2].map((maxSkew) => ({
    maxSkew,
    topologyKey: "zone",
    whenUnsatisfiable: "DoNotSchedule",
  })),
  VolumeSource: [{ emptyDir: {} }, { secret: { secretName: "sample" } }],
  NetworkPolicyPeer: [{ podSelector: {} }, { namespaceSelector: {} }],
  NetworkPolicyEgressRule: [{ ports: [{ port: 1 }] }, { ports: [{ port: 2 }] }],
};
/** The key that stands for any key of a mapping. */
const keys: Readonly<Record<string, string>> = {
  "spec.images.*": "18",
  "spec.tablespaces.*": "fast",
  "metadata.labels.*": "cost",
  "metadata.annotations.*": "owner",
  "spec.postgresql.parameters.*": "work_mem",
  "spec.connectionPooler.parameters.*": "query_wait_timeout",
  "spec.roleOptions.*.settings.*": "work_mem",
  "spec.roleOptions.*.memberOf.*": "other",
};

/** Rules about the form of a value: one that a leaf cannot have says nothing about the leaf. */
const form = /^(wrong-(type|value|format|length)|unknown-field|missing-field)$/;

type Outcome = { readonly text: string; readonly said: readonly string[] } | undefined;

/** What a render gives, and what it says: undefined where the documents do not have the form they need. */
function outcome(documents: Base): Outcome {
  const files = Object.entries(documents).map(([name, document]) => ({
    path: `${name}.yaml`,
    text: JSON.stringify(document),
  }));
  const { files: rendered, problems } = render(files);
  if (problems.some(({ rule, severity }) => severity === "error" && form.test(rule))) return undefined;
  // Places are left out: they move with the length of any value.
  const said = problems.map(({ severity, rule, message, fix }) => `${severity} ${rule}: ${message} ${fix}`);
  return { text: JSON.stringify(rendered), said };
}

/** The fields above a leaf and itself, as messages name them. */
function named(path: readonly string[]): string[] {
  return path.map((_step, index) =>
    path
      .slice(0, index + 1)
      .map((step, at) => (/^\d+$/.test(step) ? `[${step}]` : at === 0 ? step : `.${step}`))
      .join(""),
  );
}

/** Whether a problem refuses the field or a part that it belongs to, or says that it has no effect. */
function names(line: string, path: readonly string[]): boolean {
  const [, field] = /^(?:error [a-z-]+|warning (?:not-rendered-yet|runtime-only)): (\S+) /.exec(line) ?? [];
  return field !== undefined && field.includes(".") && named(path).includes(field);
}

/** Whether the leaf does anything, or a warning says that it, or what it is a part of, does not. */
function noticed(kind: keyof Base, root: Node, leaf: Leaf, given: readonly Base[] = bases): boolean {
  const path = leaf.path.map((step, index) =>
    step === "*" ? (keys[leaf.path.slice(0, index + 1).join(".")] ?? "sample") : step,
  );
  const type = leaf.node["x-kubernetes-value"] ?? leaf.node["x-kubernetes-type"]?.split(".").at(-1) ?? "";
  const values = samples[leaf.path.join(".")] ?? foreign[type] ?? candidates(leaf.node);
  return given.some((base) => {
    const outcomes = [...(leaf.required ? [] : [undefined]), ...values].flatMap(
      (value) => outcome({ ...base, [kind]: withValue(root, base[kind], path, value) }) ?? [],
    );
    const different = new Set(outcomes.map(({ text, said }) => text + said.join("\n")));
    const remarked = outcomes.some(({ said }) => said.some((line) => names(line, path)));
    return different.size > 1 || remarked;
  });
}

const schemas = [
  ["cluster", "schema.json"],
  ["operator", "operator-configuration.schema.json"],
  ["settings", "settings.schema.json"],
] as const;

/** What a document says about itself, and a field that can have one value alone. */
const itself = {
  cluster: /^(apiVersion|kind|status|.*\.matchFields\.0\.key)$/,
  operator: /^(apiVersion|kind|status|metadata\..*)$/,
  settings: /^(apiVersion|kind|metadata\..*)$/,
};

describe.each(schemas)("no field of a %s is ignored in silence", (kind, file) => {
  const root = schema(file);
  const all = leaves(root, root).filter(({ path }) => !itself[kind].test(path.join(".")));
  const groups = new Map<string, Leaf[]>();
  for (const leaf of all) {
    const group = leaf.path.slice(0, -1).join(".");
    groups.set(group, [...(groups.get(group) ?? []), leaf]);
  }

  it.each([...groups])("%s", (_group, members) => {
    const silent = members.filter((leaf) => !noticed(kind, root, leaf)).map(({ path }) => path.join("."));

    expect(silent).toEqual([]);
  });
});

it("knows a field that does nothing", () => {
  const root = schema("schema.json");
  const label: Leaf = { path: ["metadata", "labels", "*"], node: { type: "string" }, required: false };
  const alone = [{ cluster: plain, operator: least, settings }];

  expect(noticed("cluster", root, label, alone)).toBe(false);
  expect(noticed("cluster", root, { ...label, path: ["spec", "dockerImage"] }, alone)).toBe(true);
});
