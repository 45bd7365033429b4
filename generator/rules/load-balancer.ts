import type { Cluster } from "../cluster/cluster.ts";
import { rangeFaults } from "../kube/checks/network.ts";
import { dnsName, entries, isLoadBalancer, sourceRanges, type Entry } from "../network/load-balancer.ts";
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
  const found = entries(cluster).filter((entry) => isLoadBalancer(cluster, entry));
  const [first] = found;
  if (first === undefined) return [];
  return [...closed(cluster, first), ...hidden(cluster, first), ...nameless(cluster, found)];
}

const fields: Readonly<Record<Entry, string>> = {
  master: "spec.enableMasterLoadBalancer",
  replica: "spec.enableReplicaLoadBalancer",
  masterPooler: "spec.enableMasterPoolerLoadBalancer",
  replicaPooler: "spec.enableReplicaPoolerLoadBalancer",
};
const field = (entry: Entry) => fields[entry];

function closed(cluster: Cluster, entry: Entry): Finding[] {
  if (sourceRanges(cluster, [entry]).length > 0) return [];
  return [
    warning({
      rule: "load-balancer-closed",
      message: `${field(entry)} is on and spec.allowedSourceRanges names nobody: the load balancer lets in 127.0.0.1/32 alone, as under CPO`,
      fix: "list the ranges of its clients in allowedSourceRanges",
      path: field(entry).split("."),
      part: "key",
    }),
  ];
}

/** With the policy Cluster, a node forwards to a pod on another one under its own address: no range of clients matches. */
function hidden({ spec, fleet }: Cluster, entry: Entry): Finding[] {
  const { clients, policies } = spec.network;
  const enforced = policies && fleet.networkPolicies && clients.length > 0;
  if (!enforced || fleet.loadBalancers.trafficPolicy === "Local") return [];
  if (clients.some((client) => "ipBlock" in client)) return [];
  return [
    warning({
      rule: "load-balancer-hidden",
      message: `${field(entry)} is on and spec.network.clients names no address: what comes through the load balancer has the address of a node, and is kept out`,
      fix: "add the nodes' range as an ipBlock to network.clients, or set load_balancer.external_traffic_policy: Local in the OperatorConfiguration",
      path: ["spec", "network", "clients"],
      part: "key",
    }),
  ];
}

function nameless(cluster: Cluster, found: readonly Entry[]): Finding[] {
  return found
    .filter((entry) => dnsName(cluster, entry) === undefined)
    .slice(0, 1)
    .map((entry) =>
      warning({
        rule: "load-balancer-nameless",
        message: `${field(entry)} is on, but its DNS name has the namespace in it, which the document does not say: external-dns will not publish it`,
        fix: "write metadata.namespace",
        path: ["metadata", "name"],
      }),
    );
}
