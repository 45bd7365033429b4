import { describe, expect, it } from "vitest";
import { endpoints, objects, plain, type Fleet, type Name } from "./support/flows.ts";
import { lets } from "./support/network.ts";
import { at, isTree, items, objectOf, textAt, type Tree } from "./support/object.ts";

type Row = readonly [
  fleets: readonly Fleet[],
  from: Name,
  to: Name,
  port: number,
  lets: boolean,
  protocol?: "TCP" | "UDP",
];

const every = [
  "open",
  "addressed",
  "clients",
  "sidecar",
  "balanced",
  "copy",
  "copyFromElsewhere",
  "copyOfVolume",
  "copyOfStore",
  "etcd",
  "etcdByName",
  "dumped",
  "onVolume",
  "inStore",
] as const;
const toAnybody = [
  "open",
  "addressed",
  "follower",
  "copy",
  "copyFromElsewhere",
  "copyOfVolume",
  "copyOfStore",
  "etcd",
  "etcdByName",
  "onVolume",
  "inStore",
] as const;
const toAddresses = [
  "addressed",
  "dumped",
  "copy",
  "copyFromElsewhere",
  "copyOfVolume",
  "copyOfStore",
  "etcd",
  "etcdByName",
  "onVolume",
  "inStore",
] as const;
const backed = ["onVolume", "inStore", "identified"] as const;
const byKey = ["onVolume", "inStore"] as const;
const toAnywhere = ["open", "clients", "sidecar", "balanced"] as const;
const named = ["clients", "sidecar", "balanced", "dumped"] as const;

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
  // What a sidecar offers is for clients, too.
  [["sidecar"], "a web pod", "member", 9187, true],
  [["sidecar"], "a web pod", "member", 9125, true, "UDP"],
  [["sidecar"], "a web pod", "member", 9125, false],
  [["sidecar"], "a stranger", "member", 9187, false],
  [["clients"], "a web pod", "member", 9187, false],
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
  [["open", "addressed", "clients", "sidecar", "balanced"], "member", "etcd 1", 2379, false],
  [["etcd", "etcdByName"], "member", "etcd 1", 2379, true],
  [["etcd"], "member", "etcd 2", 2379, true],
  [["etcd", "etcdByName"], "the Secrets Job", "etcd 1", 2379, false],
  [["etcd", "etcdByName"], "member", "a host on the internet", 2379, false],
  [["etcd"], "member", "etcd 1", 2380, false],
  [["etcdByName"], "member", "a host on the internet", 2380, true],
  // The leader that a standby follows; a Service may lead to PostgreSQL's own port.
  [["follower"], "member", "the leader that is followed", 6432, true],
  [["follower"], "member", "the leader that is followed", 5432, true],
  [["follower"], "member", "the leader that is followed", 22, false],
  [every, "member", "the leader that is followed", 6432, false],
  // The cluster that a clone copies.
  [["copy"], "member", "a member of the source", 5432, true],
  [["copy"], "member", "a member of the source", 8008, false],
  [["copy"], "member", "a member of the source elsewhere", 5432, false],
  [["copyFromElsewhere"], "member", "a member of the source elsewhere", 5432, true],
  [["copyFromElsewhere"], "member", "a member of the source", 5432, false],
  [["open", "addressed", "clients"], "member", "a member of the source", 5432, false],
  // The repository that a clone is made from, on its host's volume or in a store.
  [["copyOfVolume"], "member", "the repository host of the source", 8432, true],
  [["copyOfVolume"], "member", "a member of the source", 5432, false],
  [["copy"], "member", "the repository host of the source", 8432, false],
  [["copyOfStore"], "member", "the store of the backups", 9000, true],
  [["copyOfStore"], "member", "the repository host of the source", 8432, false],
  // Where a cloud gives the pods of backups an identity.
  [["identified"], "a backup", "the token server of the node", 80, true],
  [["identified"], "member", "the token server of the node", 988, true],
  [["identified"], "a verification", "the token server of the node", 80, true],
  [["identified"], "member", "a host on the internet", 443, true],
  [["identified"], "a backup", "a host on the internet", 443, true],
  [["identified"], "a verification", "a host on the internet", 443, true],
  [["inStore"], "a backup", "the token server of the node", 80, false],
  [["inStore"], "member", "the token server of the node", 80, false],
  // Dumps: from the members to their store, and nothing else.
  [["dumped"], "a dump", "member", 5432, true],
  [["dumped"], "a dump", "the store of dumps", 9000, true],
  [["dumped"], "a dump", "the name server", 53, true, "UDP"],
  [["dumped"], "a dump", "the name server", 53, true],
  [["dumped"], "a dump", "a member of another cluster", 5432, false],
  [["dumped"], "a dump", "member", 8008, false],
  [["dumped"], "a dump", "the API server", 443, false],
  [["dumped"], "a dump", "a host on the internet", 9000, false],
  [["dumped"], "member", "the store of dumps", 9000, false],
  [["dumped"], "a web pod", "a dump", 8080, false],
  [["clients"], "a dump", "member", 5432, false],
  // Backups: their pods read the members' files; WAL goes to the host of the volumes and to the stores.
  [backed, "a backup", "member", 8432, true],
  [backed, "a backup", "member", 5432, false],
  [backed, "a backup", "the name server", 53, true],
  [backed, "a backup", "the name server", 53, true, "UDP"],
  [byKey, "a backup", "the API server", 443, false],
  [backed, "a web pod", "a backup", 8432, false],
  [backed, "a web pod", "member", 8432, false],
  [backed, "member", "the repository host", 8432, true],
  [backed, "a stranger", "the repository host", 8432, false],
  [backed, "a verification", "the repository host", 8432, false],
  [backed, "the repository host", "a host on the internet", 443, false],
  [["inStore"], "member", "the store of the backups", 9000, true],
  [["inStore"], "a backup", "the store of the backups", 9000, true],
  [["onVolume"], "member", "the store of the backups", 9000, false],
  [["onVolume"], "a backup", "the store of the backups", 9000, false],
  // A restored copy reaches the stores, and nobody reaches it.
  [["inStore"], "a verification", "the store of the backups", 9000, true],
  [["inStore"], "a verification", "the name server", 53, true],
  [["inStore"], "a verification", "the name server", 53, true, "UDP"],
  [["onVolume"], "a verification", "the store of the backups", 9000, false],
  [["onVolume"], "a verification", "the name server", 53, false],
  [backed, "a verification", "member", 5432, false],
  [backed, "a verification", "member", 8432, false],
  [byKey, "a verification", "the API server", 443, false],
  [byKey, "a verification", "a host on the internet", 443, false],
  [backed, "a web pod", "a verification", 5432, false],
  [backed, "member", "a verification", 5432, false],
  // None rendered: what other policies there are decides.
  [["none"], "a web pod", "member", 8008, true],
];

function policiesOf(fleet: Fleet): readonly Tree[] {
  return objects(fleet).filter((object) => object["kind"] === "NetworkPolicy");
}

const names: readonly Fleet[] = [...every, "identified", "follower", "none"];
const rendered: ReadonlyMap<Fleet, readonly Tree[]> = new Map(
  names.map((fleet) => [fleet, policiesOf(fleet)]),
);

function holds([, from, to, port, wanted, protocol = "TCP"]: Row, policies: readonly Tree[]): boolean {
  return lets(policies, { from: endpoints[from], to: endpoints[to], port, protocol }) === wanted;
}

/** A standby has no Secrets Job; but for that, it keeps what every cluster keeps. */
function fleetsOf(row: Row): readonly Fleet[] {
  const ofAll =
    row[0] === every && !row.includes("the Secrets Job") && row[2] !== "the leader that is followed";
  return ofAll ? [...row[0], "follower"] : row[0];
}

const table = rows.flatMap((row) =>
  fleetsOf(row).map((fleet) => ({ fleet, row, says: row[4] ? "let" : "keep" })),
);

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
