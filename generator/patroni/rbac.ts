import type { IRole } from "kubernetes-models/rbac.authorization.k8s.io/v1/Role";
import type { Cluster } from "../cluster/cluster.ts";
import { groups, type Group } from "../cluster/group.ts";
import { names } from "../naming.ts";

type Rules = NonNullable<IRole["rules"]>;

/**
 * Ordinals that a member may have. More than there are instances: a member that is being removed still reports to its
 * pod, and the Role changes in the same commit as the number of instances.
 */
const ordinals = 16;

/**
 * What the database pods may do. Changes are limited to what is theirs by name, so that the account of one cluster
 * cannot turn a pod into another's or rewrite another's scripts. Two things Kubernetes cannot limit by name: `create`,
 * and `list` and `watch` by labels, which show the ConfigMaps and pods of the namespace.
 */
export function memberRules(cluster: Cluster): Rules {
  return [
    ...(cluster.spec.dcs.type === "kubernetes" ? dcsRules(cluster) : []),
    { apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch"] },
    {
      apiGroups: [""],
      resources: ["pods"],
      resourceNames: groups(cluster).flatMap(members),
      verbs: ["patch"],
    },
    // The handover asks which members stay and which are updated already.
    {
      apiGroups: ["apps"],
      resources: ["statefulsets"],
      resourceNames: groups(cluster).map(names.statefulSet),
      verbs: ["get"],
    },
  ];
}

/** The pods that a group has or may have had. */
function members(group: Group): string[] {
  const count = Math.max(ordinals, group.spec.numberOfInstances);
  return Array.from({ length: count }, (_, ordinal) => names.member(group, ordinal));
}

function dcsRules(cluster: Cluster): Rules {
  return [
    { apiGroups: [""], resources: ["configmaps"], verbs: ["create", "get", "list", "watch"] },
    {
      apiGroups: [""],
      resources: ["configmaps"],
      resourceNames: names.patroniObjects(cluster),
      verbs: ["patch"],
    },
  ];
}
