import type { IRole } from "kubernetes-models/rbac.authorization.k8s.io/v1/Role";
import type { IRoleBinding } from "kubernetes-models/rbac.authorization.k8s.io/v1/RoleBinding";
import type { IServiceAccount } from "kubernetes-models/v1/ServiceAccount";
import type { Cluster } from "../cluster/cluster.ts";
import { metadata } from "./metadata.ts";
import type { KubeObject } from "./object.ts";

/** A ServiceAccount that may do nothing. */
export function serviceAccount(
  cluster: Cluster,
  name: string,
  annotations: Readonly<Record<string, string>> = {},
): KubeObject {
  return {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: metadata(cluster, name, { annotations }),
  } satisfies IServiceAccount;
}

/** A ServiceAccount with a Role of its own in its own namespace, all three of one name. */
export function account(
  cluster: Cluster,
  name: string,
  rules: NonNullable<IRole["rules"]>,
  annotations: Readonly<Record<string, string>> = {},
): KubeObject[] {
  return [
    serviceAccount(cluster, name, annotations),
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "Role",
      metadata: metadata(cluster, name),
      rules,
    } satisfies IRole,
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata: metadata(cluster, name),
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name },
      // A subject without a namespace is one of the binding's own.
      subjects: [
        {
          kind: "ServiceAccount",
          name,
          ...(cluster.namespace === undefined ? {} : { namespace: cluster.namespace }),
        },
      ],
    } satisfies IRoleBinding,
  ];
}
