import type { Cluster } from "../cluster/cluster.ts";
import { rangeFaults } from "../kube/checks/network.ts";
import { dnsName, isLoadBalancer, sourceRanges, type Role } from "../network/load-balancer.ts";
import { warning, type Finding } from "./finding.ts";

export function sourceRangesAreRanges({ spec }: Cluster): Finding[] {
  return (spec.allowedSourceRanges ?? []).flatMap((range, index) =>
    rangeFaults(range, [String(index)]).map(({ rule, says, fix, severity }) => ({
      rule,
      severity: severity ?? "error",
      message: `spec.allowedSourceRanges[${index}] ${says}`,
      fix,
      path: ["spec", "allowedSourceRanges", String(index)],
    })),
  );
}

/** What a load balancer lets through, and what it does not although its spec looks as if. */
export function loadBalancers(cluster: Cluster): Finding[] {
  const roles = (["master", "replica"] as const).filter((role) => isLoadBalancer(cluster, role));
  const [first] = roles;
  if (first === undefined) return [];
  return [...closed(cluster, first), ...hidden(cluster, first), ...nameless(cluster, roles)];
}

const field = (role: Role) =>
  role === "master" ? "spec.enableMasterLoadBalancer" : "spec.enableReplicaLoadBalancer";

function closed(cluster: Cluster, role: Role): Finding[] {
  if (sourceRanges(cluster).length > 0) return [];
  return [
    warning({
      rule: "load-balancer-closed",
      message: `${field(role)} is on and spec.allowedSourceRanges names nobody: the load balancer lets in 127.0.0.1/32 alone, as under CPO`,
      fix: "list the ranges of its clients in allowedSourceRanges",
      path: field(role).split("."),
      part: "key",
    }),
  ];
}

/** With the policy Cluster, a node forwards to a pod on another one under its own address: no range of clients matches. */
function hidden({ spec, fleet }: Cluster, role: Role): Finding[] {
  const { clients, policies } = spec.network;
  const enforced = policies && fleet.networkPolicies && clients.length > 0;
  if (!enforced || fleet.loadBalancers.trafficPolicy === "Local") return [];
  if (clients.some((client) => "ipBlock" in client)) return [];
  return [
    warning({
      rule: "load-balancer-hidden",
      message: `${field(role)} is on and spec.network.clients names no address: what comes through the load balancer has the address of a node, and is kept out`,
      fix: "add the nodes' range as an ipBlock to network.clients, or set load_balancer.external_traffic_policy: Local in the OperatorConfiguration",
      path: ["spec", "network", "clients"],
      part: "key",
    }),
  ];
}

function nameless(cluster: Cluster, roles: readonly Role[]): Finding[] {
  return roles
    .filter((role) => dnsName(cluster, role) === undefined)
    .slice(0, 1)
    .map((role) =>
      warning({
        rule: "load-balancer-nameless",
        message: `${field(role)} is on, but its DNS name has the namespace in it, which the document does not say: external-dns will not publish it`,
        fix: "write metadata.namespace",
        path: ["metadata", "name"],
      }),
    );
}
