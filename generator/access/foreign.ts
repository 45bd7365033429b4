import type { IRole } from "kubernetes-models/rbac.authorization.k8s.io/v1/Role";
import type { IRoleBinding } from "kubernetes-models/rbac.authorization.k8s.io/v1/RoleBinding";
import type { Cluster } from "../cluster/cluster.ts";
import { makesPasswords } from "../cluster/secrets.ts";
import { metadata } from "../kube/metadata.ts";
import type { KubeObject } from "../kube/object.ts";
import { names } from "../naming.ts";
import { foreignHomes } from "./roles.ts";

/** The Secrets that the Job makes in other namespaces too, by namespace. */
function byNamespace(cluster: Cluster): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  if (!makesPasswords(cluster)) return found;
  for (const [role, namespace] of foreignHomes(cluster)) {
    found.set(namespace, [...(found.get(namespace) ?? []), names.credentials(cluster, role)]);
  }
  return found;
}

/** What the Job may do with those beside the cluster: one that is there has the password that the other one gets. */
export function ownRights(cluster: Cluster): NonNullable<IRole["rules"]> {
  const resourceNames = [...byNamespace(cluster).values()].flat();
  return resourceNames.length === 0
    ? []
    : [{ apiGroups: [""], resources: ["secrets"], verbs: ["get"], resourceNames }];
}

/** What lets the Job of the Secrets into each of the other namespaces, to make the Secrets and to look at those alone. */
export function foreignRights(cluster: Cluster): KubeObject[] {
  return [...byNamespace(cluster)].flatMap(([namespace, resourceNames]) => {
    const name = names.foreignSecrets(cluster);
    const its = { ...metadata(cluster, name), namespace };
    const secrets = { apiGroups: [""], resources: ["secrets"] };
    return [
      {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "Role",
        metadata: its,
        rules: [
          { ...secrets, verbs: ["create"] },
          { ...secrets, verbs: ["get"], resourceNames: [...resourceNames] },
        ],
      } satisfies IRole,
      {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "RoleBinding",
        metadata: its,
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name },
        subjects: [
          {
            kind: "ServiceAccount",
            name: names.secretsJob(cluster),
            ...(cluster.namespace === undefined ? {} : { namespace: cluster.namespace }),
          },
        ],
      } satisfies IRoleBinding,
    ];
  });
}
