import type { FieldSpec } from "./field-path.ts";

/** Fields that hold the name of an object of one kind. */
export type Reference = {
  readonly group?: string;
  readonly version?: string;
  readonly kind: string;
  readonly fields: readonly FieldSpec[];
};

/** Where the pod is in what makes pods. */
const pods: readonly (readonly [kind: string, path: string, version?: string])[] = [
  ["Pod", "spec", "v1"],
  ["PodTemplate", "template/spec"],
  ...["Deployment", "ReplicaSet", "DaemonSet", "StatefulSet", "Job"].map(
    (kind) => [kind, "spec/template/spec"] as const,
  ),
  ["CronJob", "spec/jobTemplate/spec/template/spec"],
];

function inPods(
  paths: readonly string[],
  kinds: readonly string[] = pods.map(([kind]) => kind),
): FieldSpec[] {
  return pods
    .filter(([kind]) => kinds.includes(kind))
    .flatMap(([kind, pod, version]) =>
      paths.map((path) => ({ path: `${pod}/${path}`, kind, ...(version === undefined ? {} : { version }) })),
    );
}

function inContainers(path: string): string[] {
  return [`containers/${path}`, `initContainers/${path}`];
}

/** For what ServiceAccounts, claims and priorities are named in; a ReplicationController is no pod's to other kinds. */
function inWorkloads(path: string): FieldSpec[] {
  return [
    { path: `spec/${path}`, kind: "Pod" },
    ...["StatefulSet", "Deployment", "ReplicationController", "Job", "DaemonSet"].map((kind) => ({
      path: `spec/template/spec/${path}`,
      kind,
    })),
    { path: `spec/jobTemplate/spec/template/spec/${path}`, kind: "CronJob" },
  ];
}

function of(kind: string, ...paths: string[]): FieldSpec[] {
  return paths.map((path) => ({ path, kind }));
}

const rbac = "rbac.authorization.k8s.io";
const admission = "admissionregistration.k8s.io";

/** kustomize's table, in its order. https://github.com/kubernetes-sigs/kustomize/blob/api/v0.18.0/api/internal/konfig/builtinpluginconsts/namereference.go */
export const references: readonly Reference[] = [
  ...["Deployment", "ReplicationController", "ReplicaSet", "StatefulSet"].map((kind) => ({
    kind,
    fields: of("HorizontalPodAutoscaler", "spec/scaleTargetRef/name"),
  })),
  {
    kind: "ConfigMap",
    version: "v1",
    fields: [
      ...inPods([
        "volumes/configMap/name",
        ...inContainers("env/valueFrom/configMapKeyRef/name"),
        ...inContainers("envFrom/configMapRef/name"),
        "volumes/projected/sources/configMap/name",
      ]),
      ...of("Node", "spec/configSource/configMap"),
      ...of("Role", "rules/resourceNames"),
      ...of("ClusterRole", "rules/resourceNames"),
      ...of(
        "Ingress",
        String.raw`metadata/annotations/nginx.ingress.kubernetes.io\/fastcgi-params-configmap`,
      ),
    ],
  },
  {
    kind: "Secret",
    version: "v1",
    fields: [
      ...inPods([
        "volumes/secret/secretName",
        ...inContainers("env/valueFrom/secretKeyRef/name"),
        ...inContainers("envFrom/secretRef/name"),
        "imagePullSecrets/name",
        "volumes/projected/sources/secret/name",
      ]),
      ...of(
        "Ingress",
        "spec/tls/secretName",
        String.raw`metadata/annotations/ingress.kubernetes.io\/auth-secret`,
        String.raw`metadata/annotations/nginx.ingress.kubernetes.io\/auth-secret`,
        String.raw`metadata/annotations/nginx.ingress.kubernetes.io\/auth-tls-secret`,
      ),
      ...of("ServiceAccount", "imagePullSecrets/name"),
      ...of(
        "StorageClass",
        "parameters/secretName",
        "parameters/adminSecretName",
        "parameters/userSecretName",
        "parameters/secretRef",
      ),
      ...of("Role", "rules/resourceNames"),
      ...of("ClusterRole", "rules/resourceNames"),
      {
        path: "spec/template/spec/containers/env/valueFrom/secretKeyRef/name",
        kind: "Service",
        group: "serving.knative.dev",
        version: "v1",
      },
      ...of("PersistentVolume", "spec/azureFile/secretName"),
    ],
  },
  {
    kind: "Service",
    version: "v1",
    fields: [
      { path: "spec/serviceName", kind: "StatefulSet", group: "apps" },
      ...of(
        "Ingress",
        "spec/rules/http/paths/backend/serviceName",
        "spec/backend/serviceName",
        "spec/rules/http/paths/backend/service/name",
        "spec/defaultBackend/service/name",
      ),
      { path: "spec/service/name", kind: "APIService", group: "apiregistration.k8s.io" },
      { path: "webhooks/clientConfig/service", kind: "ValidatingWebhookConfiguration", group: admission },
      { path: "webhooks/clientConfig/service", kind: "MutatingWebhookConfiguration", group: admission },
    ],
  },
  { kind: "Role", group: rbac, fields: [{ path: "roleRef/name", kind: "RoleBinding", group: rbac }] },
  {
    kind: "ClusterRole",
    group: rbac,
    fields: ["RoleBinding", "ClusterRoleBinding"].map((kind) => ({
      path: "roleRef/name",
      kind,
      group: rbac,
    })),
  },
  {
    kind: "ServiceAccount",
    version: "v1",
    fields: [
      ...["RoleBinding", "ClusterRoleBinding"].map((kind) => ({ path: "subjects", kind, group: rbac })),
      ...inWorkloads("serviceAccountName"),
    ],
  },
  {
    kind: "PersistentVolumeClaim",
    version: "v1",
    fields: inWorkloads("volumes/persistentVolumeClaim/claimName"),
  },
  {
    kind: "PersistentVolume",
    version: "v1",
    fields: [...of("PersistentVolumeClaim", "spec/volumeName"), ...of("ClusterRole", "rules/resourceNames")],
  },
  {
    kind: "StorageClass",
    version: "v1",
    group: "storage.k8s.io",
    fields: [
      ...of("PersistentVolume", "spec/storageClassName"),
      ...of("PersistentVolumeClaim", "spec/storageClassName"),
      ...of("StatefulSet", "spec/volumeClaimTemplates/spec/storageClassName"),
    ],
  },
  {
    kind: "PriorityClass",
    version: "v1",
    group: "scheduling.k8s.io",
    fields: inWorkloads("priorityClassName"),
  },
  {
    kind: "ValidatingAdmissionPolicy",
    group: admission,
    fields: [{ path: "spec/policyName", kind: "ValidatingAdmissionPolicyBinding", group: admission }],
  },
];
