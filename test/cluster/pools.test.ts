import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  apply,
  dropNamespace,
  inPod,
  manifests,
  members,
  restrictedNamespace,
  spec,
  sql,
} from "./support/cluster.ts";
import { attempt, get, kubectl, until } from "./support/kubectl.ts";
import { dryRunChanges, refusals, undeclaredFields } from "./support/live.ts";
import { note } from "./support/note.ts";
import { addressOf, lostRows, startWriter } from "./support/writer.ts";

const namespace = "pgrender-pools";
const name = "pay";
const delaySeconds = 15;
const late = `${name}-late-0`;

const of = (more: object) =>
  manifests(
    spec(namespace, name, 2, {
      spec: { pools: [{ name: "late", instances: 1, delay: `${delaySeconds}s`, ...more }] },
    }),
  );

/** Waits until all three run and follow one leader; returns its name. */
function settled(seconds = 120): Promise<string> {
  return until("two members and the pool follow one leader", seconds, async () => {
    const found = await members(namespace, `${name}-0`);
    const streaming = found.filter((member) => member.state === "streaming");
    const pods = await get(namespace, "pods", "-l", "member.cpo.opensource.cybertec.at/type=postgresql");
    const ready = pods.items.filter((pod: { status: { conditions: { type: string; status: string }[] } }) =>
      pod.status.conditions.some(({ type, status }) => type === "Ready" && status === "True"),
    );
    return found.length === 3 && streaming.length === 2 && ready.length === 3
      ? found.find((member) => member.role === "leader")?.name
      : undefined;
  });
}

/** What tells the two members that can lead from those that come after them under the same names. */
async function podIds(): Promise<string[]> {
  const pods = await get(namespace, "pods", "-l", "member.cpo.opensource.cybertec.at/type=postgresql");
  return pods.items
    .filter((pod: { metadata: { name: string } }) => pod.metadata.name !== late)
    .map((pod: { metadata: { uid: string } }) => pod.metadata.uid);
}

/** Addresses that a Service sends its clients to. */
async function behind(service: string): Promise<string[]> {
  const slices = await get(namespace, "endpointslices", "-l", `kubernetes.io/service-name=${service}`);
  type Endpoint = { addresses: string[]; conditions: { ready: boolean } };
  return slices.items
    .flatMap((slice: { endpoints: Endpoint[] | null }) => slice.endpoints ?? [])
    .filter((endpoint: Endpoint) => endpoint.conditions.ready)
    .flatMap((endpoint: Endpoint) => endpoint.addresses)
    .toSorted();
}

describe("two members and a delayed pool", () => {
  let refusedBefore = 0;
  beforeAll(async () => {
    refusedBefore = await refusals();
    await restrictedNamespace(namespace);
    await apply(of({}));
    const leader = await settled();
    await sql(namespace, leader, "create table acks (id text primary key)");
    await startWriter(namespace, name);
  });
  afterAll(() => dropNamespace(namespace));

  it("are reached by Services of their own", async () => {
    const leader = await settled();
    const replica = leader === `${name}-0` ? `${name}-1` : `${name}-0`;
    const address = (pod: string) => addressOf(namespace, pod);

    expect(await behind(name)).toEqual([await address(leader)]);
    expect(await behind(`${name}-repl`)).toEqual([await address(replica)]);
    expect(await behind(`${name}-late`)).toEqual([await address(late)]);
  });

  it("show a row in the pool after the delay, and not before", async () => {
    const leader = await settled();
    // What was there before has arrived: the table, too.
    await until("the table is there", delaySeconds + 60, async () => {
      return (await sql(namespace, late, "select to_regclass('acks') is not null")) === "t";
    });
    const has = async () => (await sql(namespace, late, "select 1 from acks where id = 'late'")) === "1";
    const start = Date.now();
    await sql(namespace, leader, "insert into acks values ('late')");

    await until("the pool has received it", 10, async () => {
      const position = await sql(namespace, leader, "select pg_current_wal_flush_lsn()");
      return (await sql(namespace, late, `select pg_last_wal_receive_lsn() >= '${position}'`)) === "t";
    });
    const early: number[] = [];
    while (Date.now() - start < (delaySeconds - 2) * 1000) {
      if (await has()) early.push(Date.now() - start);
    }
    expect(early).toEqual([]);
    await until("the row has arrived", delaySeconds + 30, has);
    const seconds = (Date.now() - start) / 1000;
    note(`the row was there after ${seconds.toFixed(1)} s, the delay is ${delaySeconds} s`);
    expect(seconds).toBeGreaterThanOrEqual(delaySeconds - 1);
  });

  it("never make the pool lead: not by a switchover, nor when all others are stopped", async () => {
    const leader = await settled();
    const to = ["--leader", leader, "--candidate", late, "--force", name];
    const asked = await attempt([
      "-n",
      namespace,
      "exec",
      leader,
      "-c",
      "postgres",
      "--",
      "patronictl",
      "switchover",
      ...to,
    ]);
    expect(asked.stdout + asked.stderr).toMatch(/candidate|failed|Error/i);
    expect(await settled()).toBe(leader);

    // The leader goes, its only successor is the other member; then both go at once.
    const from = Date.now();
    await kubectl(["-n", namespace, "delete", "pod", leader, "--wait=false"]);
    await until("the other member leads", 60, async () => {
      const found = await members(namespace, late);
      return found.some((member) => member.role === "leader" && member.name !== leader);
    });
    await settled();
    const stopped = await podIds();
    await kubectl(["-n", namespace, "delete", "pod", `${name}-0`, `${name}-1`, "--wait=false"]);
    const leaders = new Set<string>();
    await until("both are new pods, and a leader is back", 180, async () => {
      const found = await members(namespace, late);
      for (const member of found) if (member.role === "leader") leaders.add(member.name);
      const pods = await podIds();
      return (
        pods.length === 2 &&
        pods.every((id) => !stopped.includes(id)) &&
        found.filter((member) => member.state === "streaming").length === 2
      );
    });
    const next = await settled();
    expect([...leaders]).not.toContain(late);
    expect(await sql(namespace, late, "select pg_is_in_recovery()")).toBe("t");
    expect(await lostRows(namespace, next, from)).toEqual([]);
  });

  it("put the pool behind the read-only Service when it says so", async () => {
    await apply(of({ delay: "0s", replicaService: true }));
    // Patroni reads its file when the container starts.
    await until("the configuration has reached the pod", 120, async () => {
      const file = await inPod(namespace, late, ["cat", "/etc/patroni/patroni.yml"]);
      return file.includes("follower_label_value: replica");
    });
    await kubectl(["-n", namespace, "delete", "pod", late]);
    await settled();

    expect(await behind(`${name}-repl`)).toContain(await addressOf(namespace, late));
    await apply(of({}));
  });

  it("run from objects that declare all that Kubernetes would fill in, and met nothing forbidden", async () => {
    expect(await undeclaredFields(namespace, of({}))).toEqual([]);
    expect(await dryRunChanges(namespace, of({}))).toEqual([]);
    expect(await refusals()).toBe(refusedBefore);
  });

  it("sleep and wake with the pool", async () => {
    const asleep = JSON.parse(
      spec(namespace, name, 2, {
        spec: { hibernate: true, pools: [{ name: "late", instances: 1, delay: `${delaySeconds}s` }] },
      }),
    );
    await apply(manifests(JSON.stringify(asleep)));
    await until("no member is left", 90, async () => {
      const pods = await get(namespace, "pods", "-l", "member.cpo.opensource.cybertec.at/type=postgresql");
      return pods.items.length === 0;
    });

    await apply(of({}));

    expect(await lostRows(namespace, await settled(180))).toEqual([]);
  });
});
