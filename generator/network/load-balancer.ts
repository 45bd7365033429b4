import type { IServiceSpec } from "kubernetes-models/v1/ServiceSpec";
import type { Cluster } from "../cluster/cluster.ts";
import { sorted } from "../kube/metadata.ts";

export type Role = "master" | "replica";

/** CPO's: an idle connection of a database is no dead one, and AWS ends it after a minute. */
const idleTimeout = "service.beta.kubernetes.io/aws-load-balancer-connection-idle-timeout";
const dnsNames = "external-dns.alpha.kubernetes.io/hostname";

/** CPO's, for a spec that names no range: a load balancer that nobody can use, rather than one that everybody can. */
const nobody = "127.0.0.1/32";

/** Whether the Service of a role is a load balancer: the spec's word, the one of its old field, the fleet's. */
export function isLoadBalancer({ spec, fleet }: Cluster, role: Role): boolean {
  switch (role) {
    case "master":
      return spec.enableMasterLoadBalancer ?? spec.useLoadBalancer ?? fleet.loadBalancers.primary;
    case "replica":
      return spec.enableReplicaLoadBalancer ?? spec.replicaLoadBalancer ?? fleet.loadBalancers.replicas;
  }
}

/** Who may use the load balancers of the cluster; empty if there is none, or nobody may. */
export function sourceRanges(cluster: Cluster): readonly string[] {
  const balanced = isLoadBalancer(cluster, "master") || isLoadBalancer(cluster, "replica");
  return balanced ? (cluster.spec.allowedSourceRanges ?? []) : [];
}

/** What a Service has besides, when it is a load balancer. */
export function exposure(cluster: Cluster, role: Role): Partial<IServiceSpec> {
  if (!isLoadBalancer(cluster, role)) return {};
  const ranges = sourceRanges(cluster);
  return {
    allocateLoadBalancerNodePorts: true,
    externalTrafficPolicy: cluster.fleet.loadBalancers.trafficPolicy,
    loadBalancerSourceRanges: ranges.length === 0 ? [nobody] : [...ranges],
  };
}

/** Annotations of the Service of a role: the fleet's, the spec's for all Services, the spec's for this one, in CPO's order. */
export function annotations(cluster: Cluster, role: Role | undefined): Record<string, string> {
  const { spec, fleet } = cluster;
  const own = {
    ...fleet.loadBalancers.annotations,
    ...spec.serviceAnnotations,
    ...(role === "master" ? spec.masterServiceAnnotations : {}),
    ...(role === "replica" ? spec.replicaServiceAnnotations : {}),
    ...(role === undefined ? spec.clusterPodsServiceAnnotations : {}),
  };
  if (role === undefined || !isLoadBalancer(cluster, role)) return sorted(own);
  const hostnames = dnsName(cluster, role);
  return sorted({
    [idleTimeout]: "3600",
    ...own,
    // Not the spec's to choose, as under CPO: two clusters would want one name.
    ...(hostnames === undefined ? {} : { [dnsNames]: hostnames }),
  });
}

/**
 * The names under which external-dns publishes a load balancer, by CPO's templates; a second one where the cluster's name
 * begins with its team's. Undefined where the namespace is a part of the name and nothing says which it is.
 */
export function dnsName({ name, namespace, spec, fleet }: Cluster, role: Role): string | undefined {
  const { hostedZone, primaryNames, replicasNames } = fleet.loadBalancers;
  const templates = role === "master" ? primaryNames : replicasNames;
  const team = spec.teamId ?? "";
  const prefix = `${team}-`.toLowerCase();
  const rest = team !== "" && name.startsWith(prefix) ? name.slice(prefix.length) : "";
  const fill = (template: string, cluster: string) =>
    template.replaceAll(/\{(\w+)\}/g, (_match, word: string) => values(cluster)[word] ?? "").toLowerCase();
  const values = (cluster: string): Readonly<Record<string, string>> => ({
    cluster,
    namespace: namespace ?? "",
    team,
    hostedzone: hostedZone,
  });
  const used = [templates.name, ...(rest === "" ? [] : [templates.legacy])];
  if (namespace === undefined && used.some((template) => template.includes("{namespace}"))) return undefined;
  return [fill(templates.name, name), ...(rest === "" ? [] : [fill(templates.legacy, rest)])].join(",");
}
