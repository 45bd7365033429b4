/**
 * What a set of NetworkPolicies lets through, as Kubernetes defines it: a pod that no policy selects in a direction is
 * open in it; else one rule of one of them has to match, in both directions.
 * https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
import ipaddr from "ipaddr.js";
import { at, isTree, items, textAt, type Tree } from "./object.ts";

type Labels = Readonly<Record<string, string>>;

/** A pod with its labels and namespace, or, without labels, an address outside of the pod network. */
export type Endpoint = {
  readonly ip: string;
  readonly labels?: Labels;
  readonly namespace?: string;
};

export type Flow = {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly port: number;
  readonly protocol?: "TCP" | "UDP";
};

/** Whether the policies let a connection through. */
export function lets(policies: readonly Tree[], flow: Flow): boolean {
  return (
    direction(policies, { kind: "Egress", pod: flow.from, peer: flow.to, flow }) &&
    direction(policies, { kind: "Ingress", pod: flow.to, peer: flow.from, flow })
  );
}

type Side = {
  readonly kind: "Ingress" | "Egress";
  readonly pod: Endpoint;
  readonly peer: Endpoint;
  readonly flow: Flow;
};

function direction(policies: readonly Tree[], { kind, pod, peer, flow }: Side): boolean {
  const { labels } = pod;
  if (labels === undefined) return true;
  const selecting = policies.filter(
    (policy) =>
      namespaceOf(policy) === pod.namespace &&
      types(policy).includes(kind) &&
      matches(at(policy, "spec", "podSelector"), labels),
  );
  if (selecting.length === 0) return true;
  const [rules, peers] = kind === "Ingress" ? (["ingress", "from"] as const) : (["egress", "to"] as const);
  return selecting.some((policy) =>
    items(at(policy, "spec", rules)).some(
      (rule) => openTo(items(at(rule, peers)), { policy, peer }) && hasPort(items(at(rule, "ports")), flow),
    ),
  );
}

function types(policy: Tree): readonly unknown[] {
  const given = items(at(policy, "spec", "policyTypes"));
  if (given.length > 0) return given;
  return at(policy, "spec", "egress") === undefined ? ["Ingress"] : ["Ingress", "Egress"];
}

function namespaceOf(policy: Tree): string {
  return textAt(policy, "metadata", "namespace") || "default";
}

function openTo(peers: readonly unknown[], { policy, peer }: { policy: Tree; peer: Endpoint }): boolean {
  return peers.length === 0 || peers.some((given) => isPeer(given, policy, peer));
}

function isPeer(given: unknown, policy: Tree, peer: Endpoint): boolean {
  const block = at(given, "ipBlock");
  if (block !== undefined) {
    // What an address range means for pods is left to the network; only what is outside is taken for sure.
    if (peer.labels !== undefined) return false;
    const excluded = items(at(block, "except")).map(String);
    return inRange(peer.ip, textAt(block, "cidr")) && !excluded.some((range) => inRange(peer.ip, range));
  }
  if (peer.labels === undefined || peer.namespace === undefined) return false;
  const namespaces = at(given, "namespaceSelector");
  const here =
    namespaces === undefined
      ? peer.namespace === namespaceOf(policy)
      : matches(namespaces, { "kubernetes.io/metadata.name": peer.namespace });
  const pods = at(given, "podSelector");
  return here && (pods === undefined ? namespaces !== undefined : matches(pods, peer.labels));
}

function inRange(ip: string, cidr: string): boolean {
  const address = ipaddr.parse(ip);
  const range = ipaddr.parseCIDR(cidr);
  return address.kind() === range[0].kind() && address.match(range);
}

function hasPort(ports: readonly unknown[], { port, protocol = "TCP" }: Flow): boolean {
  if (ports.length === 0) return true;
  return ports.some((entry) => {
    const first = at(entry, "port");
    const last = at(entry, "endPort") ?? first;
    if ((textAt(entry, "protocol") || "TCP") !== protocol) return false;
    return first === undefined || (Number(first) <= port && port <= Number(last));
  });
}

/** Whether a label selector selects; an empty one selects everything. */
function matches(selector: unknown, labels: Labels): boolean {
  const wanted = at(selector, "matchLabels");
  const equal = Object.entries(isTree(wanted) ? wanted : {}).every(([key, value]) => labels[key] === value);
  return (
    equal &&
    items(at(selector, "matchExpressions")).every((expression) => {
      const value = labels[textAt(expression, "key")];
      const listed = value !== undefined && items(at(expression, "values")).includes(value);
      switch (textAt(expression, "operator")) {
        case "In":
          return listed;
        case "NotIn":
          return !listed;
        case "Exists":
          return value !== undefined;
        default:
          return value === undefined;
      }
    })
  );
}
