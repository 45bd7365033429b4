import type { IServiceSpec } from "kubernetes-models/v1/ServiceSpec";
import type { Cluster } from "../cluster/cluster.ts";
import { poolerRoles } from "../cluster/pooler.ts";
import { sorted } from "../kube/metadata.ts";
import { names } from "../naming.ts";

export type Role = "master" | "replica";

/** A Service that can be a load balancer: of the members of a role, or of the pooler before them. */
export type Entry = Role | "masterPooler" | "replicaPooler";

export function poolerEntry(role: Role): Entry {
  return role === "master" ? "masterPooler" : "replicaPooler";
}

/** The Services of a cluster that can be one. */
export function entries(cluster: Cluster): readonly Entry[] {
  return ["master", "replica", ...poolerRoles(cluster).map(poolerEntry)];
}

/** The role of the members that an entry leads to. */
function roleOf(entry: Entry): Role {
  return entry === "master" || entry === "masterPooler" ? "master" : "replica";
}

/** CPO's: an idle connection of a database is no dead one, and AWS ends it after a minute. */
const idleTimeout = "service.beta.kubernetes.io/aws-load-balancer-connection-idle-timeout";
const dnsNames = "external-dns.alpha.kubernetes.io/hostname";

/** CPO's, for a spec that names no range: a load balancer that nobody can use, rather than one that everybody can. */
const nobody = "127.0.0.1/32";

/** Whether a Service is a load balancer: the spec's word, the one of its old field, the fleet's. */
export function isLoadBalancer({ spec, fleet }: Cluster, entry: Entry): boolean {
  switch (entry) {
    case "master":
      return spec.enableMasterLoadBalancer ?? spec.useLoadBalancer ?? fleet.loadBalancers.primary;
    case "replica":
      return spec.enableReplicaLoadBalancer ?? spec.replicaLoadBalancer ?? fleet.loadBalancers.replicas;
    case "masterPooler":
      return spec.enableMasterPoolerLoadBalancer ?? fleet.loadBalancers.primaryPooler;
    case "replicaPooler":
      return spec.enableReplicaPoolerLoadBalancer ?? fleet.loadBalancers.replicasPooler;
  }
}

/** Who may use those of these Services that are load balancers; empty if there is none, or nobody may. */
export function sourceRanges(cluster: Cluster, of: readonly Entry[]): readonly string[] {
  const balanced = of.some((entry) => isLoadBalancer(cluster, entry));
  return balanced ? (cluster.spec.allowedSourceRanges ?? []) : [];
}

/** What a Service has besides, when it is a load balancer. */
export function exposure(cluster: Cluster, entry: Entry): Partial<IServiceSpec> {
  if (!isLoadBalancer(cluster, entry)) return {};
  const ranges = sourceRanges(cluster, [entry]);
  return {
    allocateLoadBalancerNodePorts: true,
    externalTrafficPolicy: cluster.fleet.loadBalancers.trafficPolicy,
    loadBalancerSourceRanges: ranges.length === 0 ? [nobody] : [...ranges],
  };
}

/**
 * Annotations of a Service: the fleet's, the spec's for all Services, the spec's for those of its role, in CPO's order. Without an
 * entry, of the Service of all members.
 */
export function annotations(cluster: Cluster, entry: Entry | undefined): Record<string, string> {
  const { spec, fleet } = cluster;
  const role = entry === undefined ? undefined : roleOf(entry);
  const own = {
    ...fleet.loadBalancers.annotations,
    ...spec.serviceAnnotations,
    ...(role === "master" ? spec.masterServiceAnnotations : {}),
    ...(role === "replica" ? spec.replicaServiceAnnotations : {}),
    ...(role === undefined ? spec.clusterPodsServiceAnnotations : {}),
  };
  if (entry === undefined || !isLoadBalancer(cluster, entry)) return sorted(own);
  const hostnames = dnsName(cluster, entry);
  return sorted({
    [idleTimeout]: "3600",
    ...own,
    // Not the spec's to choose, as under CPO: two clusters would want one name.
    ...(hostnames === undefined ? {} : { [dnsNames]: hostnames }),
  });
}

/**
 * The names under which external-dns publishes a load balancer, by CPO's templates; a second one where the cluster's name
 * begins with its team's. A pooler's are those of a cluster by its name. Undefined where the namespace is a part of the name and
 * nothing says which it is.
 */
export function dnsName(cluster: Cluster, entry: Entry): string | undefined {
  const { namespace, spec, fleet } = cluster;
  const { hostedZone, primaryNames, replicasNames } = fleet.loadBalancers;
  const templates = roleOf(entry) === "master" ? primaryNames : replicasNames;
  const name = entry === roleOf(entry) ? cluster.name : names.pooler(cluster, "master");
  const team = spec.teamId ?? "";
  const prefix = `${team}-`.toLowerCase();
  const rest = team !== "" && name.startsWith(prefix) ? name.slice(prefix.length) : "";
  const fill = (template: string, own: string) =>
    template.replaceAll(/\{(\w+)\}/g, (_match, word: string) => values(own)[word] ?? "").toLowerCase();
  const values = (own: string): Readonly<Record<string, string>> => ({
    cluster: own,
    namespace: namespace ?? "",
    team,
    hostedzone: hostedZone,
  });
  const used = [templates.name, ...(rest === "" ? [] : [templates.legacy])];
  if (namespace === undefined && used.some((template) => template.includes("{namespace}"))) return undefined;
  return [fill(templates.name, name), ...(rest === "" ? [] : [fill(templates.legacy, rest)])].join(",");
}
