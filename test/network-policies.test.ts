import { describe, expect, it } from "vitest";
import { render } from "../generator/render.ts";
import { lets, type Endpoint } from "./support/network.ts";
import { at, isTree, items, objectOf, objectsOf, textAt, type Tree } from "./support/object.ts";

const namespace = "shop";

function cluster(name: string, more = ""): string {
  return `apiVersion: pgrender.dev/v1
kind: PostgresCluster
metadata: { name: ${name}, namespace: ${namespace} }
spec: { teamId: a, numberOfInstances: 2, postgresql: { version: "18" }, volume: { size: 1Gi }, ${more} }
---
`;
}

const settings = `apiVersion: pgrender.dev/v1
kind: Settings
spec: { apiServer: { cidrs: [10.96.0.1/32, 192.0.2.10/32] } }
`;
const clients = `network: { clients: [
  { podSelector: { matchLabels: { app: web } } },
  { namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: reports } } },
  { ipBlock: { cidr: 198.51.100.0/24, except: [198.51.100.128/25] } } ] }`;
const etcd = `dcs: { type: etcd3, hosts: ["203.0.113.1:2379", "[2001:db8::2]:2379"] }`;
const etcdByName = `dcs: { type: etcd3, hosts: ["203.0.113.1:2379", "etcd.example.com:2380"] }`;

/** What comes through the load balancer keeps its address only with the traffic policy Local. */
const balanced = `${clients}, enableMasterLoadBalancer: true, allowedSourceRanges: [192.0.2.128/25]`;

const fleets = {
  open: cluster("orders") + cluster("other"),
  addressed: cluster("orders") + cluster("other") + settings,
  clients: cluster("orders", clients) + cluster("other"),
  balanced: cluster("orders", balanced) + cluster("other"),
  etcd: cluster("orders", etcd) + cluster("other") + settings,
  etcdByName: cluster("orders", etcdByName) + cluster("other") + settings,
  none: cluster("orders", "network: { policies: false }") + cluster("other", "network: { policies: false }"),
} as const;
type Fleet = keyof typeof fleets;

/** The labels of the pods as they are rendered: a policy that selects by others would protect nothing. */
function podLabels(objects: readonly Tree[], kind: string, name: RegExp): Readonly<Record<string, string>> {
  const owner = objects.find(
    (object) => object["kind"] === kind && name.test(textAt(object, "metadata", "name")),
  );
  const labels = at(owner, "spec", "template", "metadata", "labels");
  return Object.fromEntries(
    Object.entries(isTree(labels) ? labels : {}).map(([key, value]) => [key, String(value)]),
  );
}

function objects(fleet: Fleet): readonly Tree[] {
  return objectsOf(render([{ path: "fleet.yaml", text: fleets[fleet] }]).files);
}

const plain = objects("open");
const pod = (labels: Readonly<Record<string, string>>, ip: string, where: string = namespace): Endpoint => ({
  labels,
  ip,
  namespace: where,
});
const outside = (ip: string): Endpoint => ({ ip });

const endpoints = {
  member: pod(podLabels(plain, "StatefulSet", /^orders$/), "10.244.0.1"),
  "another member": pod(podLabels(plain, "StatefulSet", /^orders$/), "10.244.0.2"),
  "a member of another cluster": pod(podLabels(plain, "StatefulSet", /^other$/), "10.244.0.3"),
  "the Secrets Job": pod(podLabels(plain, "Job", /^orders-/), "10.244.0.4"),
  "a web pod": pod({ app: "web" }, "10.244.0.5"),
  "a stranger": pod({ app: "unknown" }, "10.244.0.6"),
  "a web pod elsewhere": pod({ app: "web" }, "10.244.0.7", "elsewhere"),
  "a report pod": pod({ app: "unknown" }, "10.244.0.8", "reports"),
  "a member's namesake elsewhere": pod(
    podLabels(plain, "StatefulSet", /^orders$/),
    "10.244.0.9",
    "elsewhere",
  ),
  "the name server": pod({ "k8s-app": "kube-dns" }, "10.244.0.10", "kube-system"),
  "the name server of the node": outside("169.254.20.10"),
  "the API server": outside("10.96.0.1"),
  "the API server's own address": outside("192.0.2.10"),
  "an office": outside("198.51.100.7"),
  "the guests of the office": outside("198.51.100.200"),
  "a shop abroad": outside("192.0.2.200"),
  "a host on the internet": outside("93.184.216.34"),
  "etcd 1": outside("203.0.113.1"),
  "etcd 2": outside("2001:db8::2"),
} as const;
type Name = keyof typeof endpoints;
type Row = readonly [
  fleets: readonly Fleet[],
  from: Name,
  to: Name,
  port: number,
  lets: boolean,
  protocol?: "TCP" | "UDP",
];

const every = ["open", "addressed", "clients", "balanced", "etcd", "etcdByName"] as const;
const toAnybody = ["open", "addressed", "etcd", "etcdByName"] as const;
const toAddresses = ["addressed", "etcd", "etcdByName"] as const;
const toAnywhere = ["open", "clients", "balanced"] as const;
const named = ["clients", "balanced"] as const;

const rows: readonly Row[] = [
  // Clients, with none named: from anywhere, and to PostgreSQL alone.
  [toAnybody, "a web pod", "member", 5432, true],
  [toAnybody, "a web pod elsewhere", "member", 5432, true],
  [toAnybody, "a host on the internet", "member", 5432, true],
  [every, "a web pod", "member", 8008, false],
  [every, "a host on the internet", "member", 8008, false],
  [every, "a web pod", "member", 22, false],
  // Clients, when the spec names them.
  [named, "a web pod", "member", 5432, true],
  [named, "a report pod", "member", 5432, true],
  [named, "an office", "member", 5432, true],
  [named, "a stranger", "member", 5432, false],
  [named, "a web pod elsewhere", "member", 5432, false],
  [named, "the guests of the office", "member", 5432, false],
  [named, "a host on the internet", "member", 5432, false],
  [named, "a member of another cluster", "member", 5432, false],
  // Those who may use the load balancer are clients, too.
  [["balanced"], "a shop abroad", "member", 5432, true],
  [["balanced"], "a shop abroad", "member", 8008, false],
  [["clients"], "a shop abroad", "member", 5432, false],
  [toAnybody, "a shop abroad", "member", 5432, true],
  // Members among themselves, and nobody else's.
  [every, "member", "another member", 5432, true],
  [every, "member", "another member", 8008, true],
  [every, "member", "another member", 22, false],
  [every, "a member of another cluster", "member", 8008, false],
  [every, "a member's namesake elsewhere", "member", 8008, false],
  [every, "member", "a member of another cluster", 5432, false],
  [every, "member", "a member of another cluster", 8008, false],
  // Names.
  [every, "member", "the name server", 53, true, "UDP"],
  [every, "member", "the name server", 53, true],
  [every, "member", "the name server of the node", 53, true, "UDP"],
  [every, "the Secrets Job", "the name server", 53, true, "UDP"],
  [every, "the Secrets Job", "the name server", 53, true],
  // The API server, wherever it is or where it is said to be.
  [every, "member", "the API server", 443, true],
  [every, "member", "the API server", 6443, true],
  [every, "member", "the API server's own address", 443, true],
  [every, "member", "the API server's own address", 6443, true],
  [every, "the Secrets Job", "the API server", 443, true],
  [every, "the Secrets Job", "the API server", 6443, true],
  [every, "the Secrets Job", "the API server's own address", 443, true],
  [every, "the Secrets Job", "the API server's own address", 6443, true],
  [toAnywhere, "member", "a host on the internet", 443, true],
  [toAddresses, "member", "a host on the internet", 443, false],
  [toAddresses, "the Secrets Job", "a host on the internet", 443, false],
  [every, "member", "a host on the internet", 80, false],
  [every, "member", "a host on the internet", 5432, false],
  // The Secrets Job talks to nobody else, and nobody to it.
  [every, "the Secrets Job", "member", 5432, false],
  [every, "the Secrets Job", "member", 8008, false],
  [every, "the Secrets Job", "a host on the internet", 80, false],
  [every, "a web pod", "the Secrets Job", 8080, false],
  [every, "a host on the internet", "the Secrets Job", 443, false],
  [every, "member", "the Secrets Job", 5432, false],
  // A store of its own, by address and by name.
  [["open", "addressed", "clients", "balanced"], "member", "etcd 1", 2379, false],
  [["etcd", "etcdByName"], "member", "etcd 1", 2379, true],
  [["etcd"], "member", "etcd 2", 2379, true],
  [["etcd", "etcdByName"], "the Secrets Job", "etcd 1", 2379, false],
  [["etcd", "etcdByName"], "member", "a host on the internet", 2379, false],
  [["etcd"], "member", "etcd 1", 2380, false],
  [["etcdByName"], "member", "a host on the internet", 2380, true],
  // None rendered: what other policies there are decides.
  [["none"], "a web pod", "member", 8008, true],
];

function policiesOf(fleet: Fleet): readonly Tree[] {
  return objects(fleet).filter((object) => object["kind"] === "NetworkPolicy");
}

const names: readonly Fleet[] = [...every, "none"];
const rendered: ReadonlyMap<Fleet, readonly Tree[]> = new Map(
  names.map((fleet) => [fleet, policiesOf(fleet)]),
);

function holds([, from, to, port, wanted, protocol = "TCP"]: Row, policies: readonly Tree[]): boolean {
  return lets(policies, { from: endpoints[from], to: endpoints[to], port, protocol }) === wanted;
}

const table = rows.flatMap((row) => row[0].map((fleet) => ({ fleet, row, says: row[4] ? "let" : "keep" })));

describe("the rendered NetworkPolicies", () => {
  it.each(table)("$fleet: $says $row.1 to $row.2 on $row.3", ({ fleet, row }) => {
    expect(holds(row, rendered.get(fleet) ?? [])).toBe(true);
  });

  it("are of the two clusters, with one for the Job of each", () => {
    expect(policiesOf("open").length).toBe(4);
    expect(policiesOf("none").length).toBe(0);
    expect(objectOf(plain, "NetworkPolicy", "orders")).toBeDefined();
  });
});

/** The policy with one thing less: a rule, a port or a peer of a rule, or a direction. */
function* reduced(policy: Tree): Generator<readonly [what: string, policy: Tree]> {
  const spec = at(policy, "spec");
  if (!isTree(spec)) return;
  for (const key of ["policyTypes", "ingress", "egress"] as const) {
    const rules = items(spec[key]);
    for (const [index, rule] of rules.entries()) {
      const others = rules.filter((_, other) => other !== index);
      const name = `${textAt(policy, "metadata", "name")} ${key}[${index}]`;
      yield [name, { ...policy, spec: { ...spec, [key]: others } }];
      for (const part of ["ports", "from", "to"] as const) {
        const entries = items(at(rule, part));
        // The last one gone means "any": that is a wider policy, not a narrower one.
        if (!isTree(rule) || entries.length < 2) continue;
        for (const place of entries.keys()) {
          const fewer = { ...rule, [part]: entries.filter((_, other) => other !== place) };
          const changed = rules.map((other, nth) => (nth === index ? fewer : other));
          yield [`${name}.${part}[${place}]`, { ...policy, spec: { ...spec, [key]: changed } }];
        }
      }
    }
  }
}

it("have no rule, port, peer or direction that could be taken out unnoticed", () => {
  const survivors: string[] = [];
  const redundant = new Set<string>();
  let mutants = 0;
  for (const [fleet, policies] of rendered) {
    for (const policy of policies.filter(({ metadata }) => textAt(metadata, "name").startsWith("orders"))) {
      for (const [what, changed] of reduced(policy)) {
        mutants += 1;
        const mutated = policies.map((other) => (other === policy ? changed : other));
        if (table.some((entry) => entry.fleet === fleet && !holds(entry.row, mutated))) continue;
        if (sameFlows(policies, mutated)) redundant.add(what);
        else survivors.push(`${fleet}: ${what}`);
      }
    }
  }

  process.stdout.write(`network policies: ${table.length} rows, ${mutants} mutants\n`);
  expect(mutants).toBeGreaterThan(100);
  expect(survivors).toEqual([]);
  // As long as clients may come from anywhere, members are let in with them.
  expect([...redundant]).toEqual(["orders ingress[1].ports[0]"]);
});

const someports = [22, 53, 80, 443, 2379, 2380, 5432, 6443, 8008, 8080];

/** Whether two sets of policies let the same connections through, of all between the endpoints here. */
function sameFlows(one: readonly Tree[], other: readonly Tree[]): boolean {
  const all = Object.values(endpoints);
  return all.every((from) =>
    all.every((to) =>
      someports.every((port) =>
        (["TCP", "UDP"] as const).every((protocol) => {
          const flow = { from, to, port, protocol };
          return lets(one, flow) === lets(other, flow);
        }),
      ),
    ),
  );
}
