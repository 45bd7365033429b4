import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  apply,
  dropNamespace,
  healthy,
  inPod,
  manifests,
  restrictedNamespace,
  spec,
  sql,
} from "./support/cluster.ts";
import { get, until } from "./support/kubectl.ts";
import { note } from "./support/note.ts";
import { refusals } from "./support/live.ts";
import { allAcks, gaps, lostRows, startWriter } from "./support/writer.ts";

const namespace = "pgrender-scaling";
const name = "pay";
const scaleTo = (instances: number) => apply(manifests(spec(namespace, name, instances)));

/** Makes a member the leader by Patroni's own switchover. */
async function leadBy(member: string): Promise<void> {
  const leader = await healthy(namespace, name, 3);
  if (leader === member) return;
  await inPod(namespace, leader, [
    "patronictl",
    "switchover",
    "--leader",
    leader,
    "--candidate",
    member,
    "--force",
    name,
  ]);
  await until(`${member} leads`, 60, async () => (await healthy(namespace, name, 3)) === member);
}

describe("a cluster that grows and shrinks", () => {
  let refusedBefore = 0;
  beforeAll(async () => {
    refusedBefore = await refusals();
  });
  beforeAll(() => restrictedNamespace(namespace));
  afterAll(() => dropNamespace(namespace));

  it("starts with one member, whose Secrets a Job has made", async () => {
    await scaleTo(1);
    const leader = await healthy(namespace, name, 1);
    await sql(namespace, leader, "create table acks (id text primary key)");
    await startWriter(namespace, name);

    const secret = await get(
      namespace,
      "secret",
      `standby.${name}.credentials.postgresql.cpo.opensource.cybertec.at`,
    );
    expect(Buffer.from(secret.data.username, "base64").toString()).toBe("standby");
    expect(Buffer.from(secret.data.password, "base64").toString()).toMatch(/^[A-Za-z0-9]{64}$/);
    expect(secret.metadata.labels).toEqual({
      application: "cpo",
      "cluster.cpo.opensource.cybertec.at/name": name,
    });
  });

  it("grows to three without an interruption", async () => {
    const from = Date.now();

    await scaleTo(3);

    expect(await healthy(namespace, name, 3)).toBe(`${name}-0`);
    expect(gaps((await allAcks(namespace)).filter((ack) => ack.atMs > from)).longestMs).toBeLessThan(5_000);
  });

  it("shrinks to two and keeps the claim of the member that went", async () => {
    await scaleTo(2);

    await healthy(namespace, name, 2);
    const claim = await get(namespace, "pvc", `pgdata-${name}-2`);
    expect(claim.status.phase).toBe("Bound");
    await scaleTo(3);
    await healthy(namespace, name, 3);
  });

  it("shrinks to one although the leader is one of those that go: it hands over to the one that stays", async () => {
    await leadBy(`${name}-2`);
    const from = Date.now();

    await scaleTo(1);

    expect(await healthy(namespace, name, 1, 180)).toBe(`${name}-0`);
    const rows = await allAcks(namespace);
    note(`longest time without a commit: ${gaps(rows.filter((ack) => ack.atMs > from)).longestMs} ms`);
    expect(await lostRows(namespace, `${name}-0`)).toEqual([]);
    expect(gaps(rows.filter((ack) => ack.atMs > from)).longestMs).toBeLessThan(15_000);
  });

  it("sleeps at none with the leader at the highest ordinal, at once, and wakes with every row", async () => {
    await scaleTo(3);
    await leadBy(`${name}-2`);
    const start = Date.now();

    await scaleTo(0);

    await until("no member is left", 60, async () => {
      const pods = await get(namespace, "pods", "-l", "member.cpo.opensource.cybertec.at/type=postgresql");
      return pods.items.length === 0;
    });
    note(`asleep after ${((Date.now() - start) / 1000).toFixed(1)} s`);
    await scaleTo(3);
    const leader = await healthy(namespace, name, 3);
    expect(await lostRows(namespace, leader)).toEqual([]);
  });

  it("met nothing that was forbidden to its members", async () => {
    expect(await refusals()).toBe(refusedBefore);
  });
});
