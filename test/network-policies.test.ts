import { describe, expect, it } from "vitest";
import { every, rows, type Row } from "./support/flow-rows.ts";
import { endpoints, objects, plain, type Fleet } from "./support/flows.ts";
import { lets } from "./support/network.ts";
import { at, isTree, items, objectOf, textAt, type Tree } from "./support/object.ts";

function policiesOf(fleet: Fleet): readonly Tree[] {
  return objects(fleet).filter((object) => object["kind"] === "NetworkPolicy");
}

const names: readonly Fleet[] = [...every, "follower", "none"];
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

  it("let the pods that reach a store prove who they are to a cloud, and change nothing else", () => {
    const byKey = new Map(
      policiesOf("inStore").map((policy) => [textAt(policy, "metadata", "name"), policy]),
    );
    const more = policiesOf("identified").flatMap((policy) => {
      const name = textAt(policy, "metadata", "name");
      const known = items(at(byKey.get(name), "spec", "egress")).map((rule) => JSON.stringify(rule));
      const rules = items(at(policy, "spec", "egress")).map((rule) => JSON.stringify(rule));
      return rules.filter((rule) => !known.includes(rule)).map((rule) => `${name}: ${rule}`);
    });
    const node = ["169.254.169.252/32", "169.254.169.254/32", "169.254.170.23/32"];
    const to = JSON.stringify(node.map((cidr) => ({ ipBlock: { cidr } })));

    expect(policiesOf("identified")).toHaveLength(byKey.size);
    expect(more).toEqual(
      ["orders", "orders-backup", "orders-verification"].flatMap((name) => [
        `${name}: {"ports":[{"port":443,"protocol":"TCP"}]}`,
        `${name}: {"to":${to},"ports":[${[80, 987, 988].map((port) => `{"port":${port},"protocol":"TCP"}`).join(",")}]}`,
      ]),
    );
  });

  it("are of the two clusters, with one for each Job of theirs", () => {
    expect(policiesOf("open").length).toBe(6);
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
  // As long as clients may come from anywhere, members are let in with them, and who makes roles.
  expect([...redundant]).toEqual(["orders ingress[1].ports[0]", "orders ingress[2].ports[1]"]);
});

const someports = [22, 53, 80, 443, 2379, 2380, 5432, 6443, 8008, 8080, 9187];
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
