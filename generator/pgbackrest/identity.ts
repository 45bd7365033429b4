import type { INetworkPolicyEgressRule } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicyEgressRule";
import type { IPodSpec } from "kubernetes-models/v1/PodSpec";
import type { Cluster } from "../cluster/cluster.ts";
import { serviceAccount } from "../kube/account.ts";
import type { KubeObject } from "../kube/object.ts";
import { names } from "../naming.ts";

/*
 * Who the pods are to a cloud, where it gives them an identity instead of a key: it looks at the annotations of their account.
 */

/** What the spec says of it; undefined if pods have no identity, but keys. */
export function identityOf({ spec }: Cluster): Readonly<Record<string, string>> | undefined {
  const { serviceAccountAnnotations: found = {} } = spec.backup?.pgbackrest ?? {};
  return Object.keys(found).length === 0 ? undefined : found;
}

/** The account of the pods that work on repositories beside the members'. It may do nothing in Kubernetes. */
export function backupAccount(cluster: Cluster): KubeObject[] {
  const annotations = identityOf(cluster);
  return annotations === undefined ? [] : [serviceAccount(cluster, names.backupJobs(cluster), annotations)];
}

/** Such a pod asks the API server nothing: it has no token for that, and an account only where a cloud looks at it. */
export function backupPod(cluster: Cluster) {
  const name = names.backupJobs(cluster);
  return {
    automountServiceAccountToken: false,
    ...(identityOf(cluster) === undefined ? {} : { serviceAccountName: name, serviceAccount: name }),
  } satisfies Partial<IPodSpec>;
}

/**
 * Where an identity is proved: the cloud's token service, whose name is no address; or a server of the node's, as GKE's
 * (https://docs.cloud.google.com/kubernetes-engine/docs/how-to/workload-identity) and that of EKS Pod Identity
 * (https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html).
 */
export function identityFlows(cluster: Cluster): INetworkPolicyEgressRule[] {
  if (identityOf(cluster) === undefined) return [];
  const cidrs = ["169.254.169.252/32", "169.254.169.254/32", "169.254.170.23/32"];
  return [
    { ports: [{ port: 443, protocol: "TCP" }] },
    {
      to: cidrs.map((cidr) => ({ ipBlock: { cidr } })),
      ports: [80, 987, 988].map((port) => ({ port, protocol: "TCP" })),
    },
  ];
}
