import { asset } from "../assets.ts";
import type { FieldSpec } from "./field-path.ts";

/*
 * Which fields hold labels, names and the like: kustomize's own tables, and ours, which schemas/configurations.yaml tells
 * kustomize. https://github.com/kubernetes-sigs/kustomize/tree/api/v0.18.0/api/internal/konfig/builtinpluginconsts
 */

const metadataLabels: readonly FieldSpec[] = [
  { path: "metadata/labels", create: true },
  { path: "spec/template/metadata/labels", create: true, version: "v1", kind: "ReplicationController" },
  { path: "spec/template/metadata/labels", create: true, kind: "Deployment" },
  { path: "spec/template/metadata/labels", create: true, kind: "ReplicaSet" },
  { path: "spec/template/metadata/labels", create: true, kind: "DaemonSet" },
  { path: "spec/template/metadata/labels", create: true, group: "apps", kind: "StatefulSet" },
  { path: "spec/volumeClaimTemplates[]/metadata/labels", create: true, group: "apps", kind: "StatefulSet" },
  { path: "spec/template/metadata/labels", create: true, group: "batch", kind: "Job" },
  { path: "spec/jobTemplate/metadata/labels", create: true, group: "batch", kind: "CronJob" },
  { path: "spec/jobTemplate/spec/template/metadata/labels", create: true, group: "batch", kind: "CronJob" },
];

const podSelectors = [
  "affinity/podAffinity/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels",
  "affinity/podAffinity/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels",
  "affinity/podAntiAffinity/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels",
  "affinity/podAntiAffinity/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels",
  "topologySpreadConstraints/labelSelector/matchLabels",
];

/** Where `labels` with includeTemplates go. */
export const templateLabels = metadataLabels;

/** Where `labels` with includeSelectors, and commonLabels, go. */
export const selectorLabels: readonly FieldSpec[] = [
  { path: "spec/selector", create: true, version: "v1", kind: "Service" },
  { path: "spec/selector", create: true, version: "v1", kind: "ReplicationController" },
  { path: "spec/selector/matchLabels", create: true, kind: "Deployment" },
  { path: "spec/selector/matchLabels", create: true, kind: "ReplicaSet" },
  { path: "spec/selector/matchLabels", create: true, kind: "DaemonSet" },
  { path: "spec/selector/matchLabels", create: true, group: "apps", kind: "StatefulSet" },
  ...["Deployment", "StatefulSet"].flatMap((kind) =>
    podSelectors.map((path) => ({ path: `spec/template/spec/${path}`, group: "apps", kind })),
  ),
  { path: "spec/selector/matchLabels", group: "batch", kind: "Job" },
  { path: "spec/jobTemplate/spec/selector/matchLabels", group: "batch", kind: "CronJob" },
  { path: "spec/selector/matchLabels", group: "policy", kind: "PodDisruptionBudget" },
  { path: "spec/podSelector/matchLabels", group: "networking.k8s.io", kind: "NetworkPolicy" },
  { path: "spec/ingress/from/podSelector/matchLabels", group: "networking.k8s.io", kind: "NetworkPolicy" },
  { path: "spec/egress/to/podSelector/matchLabels", group: "networking.k8s.io", kind: "NetworkPolicy" },
  ...metadataLabels,
];

export const annotations: readonly FieldSpec[] = [
  { path: "metadata/annotations", create: true },
  { path: "spec/template/metadata/annotations", create: true, version: "v1", kind: "ReplicationController" },
  ...["Deployment", "ReplicaSet", "DaemonSet", "StatefulSet"].map((kind) => ({
    path: "spec/template/metadata/annotations",
    create: true,
    kind,
  })),
  { path: "spec/template/metadata/annotations", create: true, group: "batch", kind: "Job" },
  { path: "spec/jobTemplate/metadata/annotations", create: true, group: "batch", kind: "CronJob" },
  {
    path: "spec/jobTemplate/spec/template/metadata/annotations",
    create: true,
    group: "batch",
    kind: "CronJob",
  },
];

/** Beside metadata.namespace, which every kind has that lives in one. */
export const namespaces: readonly FieldSpec[] = [
  { path: "metadata/name", version: "v1", kind: "Namespace", create: true },
  { path: "spec/service/namespace", group: "apiregistration.k8s.io", kind: "APIService", create: true },
  {
    path: "spec/conversion/webhook/clientConfig/service/namespace",
    group: "apiextensions.k8s.io",
    kind: "CustomResourceDefinition",
  },
];

type Ours = {
  readonly images: readonly FieldSpec[];
  readonly replicas: readonly FieldSpec[];
  readonly nameReference: readonly {
    readonly group?: string;
    readonly version?: string;
    readonly kind: string;
    readonly fieldSpecs: readonly FieldSpec[];
  }[];
};

let read: Ours | undefined;

/** The fields of our kinds. */
export function ours(): Ours {
  read ??= JSON.parse(asset("generator/kube/field-specs.json"));
  return read ?? { images: [], replicas: [], nameReference: [] };
}

export const replicas: readonly FieldSpec[] = [
  "Deployment",
  "ReplicationController",
  "ReplicaSet",
  "StatefulSet",
].map((kind) => ({ path: "spec/replicas", create: true, kind }));
