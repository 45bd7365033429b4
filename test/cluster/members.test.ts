import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  apply,
  createCredentials,
  credentials,
  deletePod,
  dropNamespace,
  healthy,
  inPod,
  manifests,
  members,
  restrictedNamespace,
  spec,
  sql,
} from "./support/cluster.ts";
import { attempt, get, kubectl, until } from "./support/kubectl.ts";
import { note } from "./support/note.ts";
import { roll } from "./support/roll.ts";
import { dryRunChanges, refusals, undeclaredFields } from "./support/live.ts";
import { addressOf, allAcks, gaps, lostRows, startWriter } from "./support/writer.ts";

const namespace = "pgrender-members";
const name = "pay";
// Every printable ASCII character, so that a place that does not quote one of them is found.
const password = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).join("");
const rendered = manifests(spec(namespace, name, 3, { spec: { secrets: { provider: "existing" } } }));

describe("three members", () => {
  let refusedBefore = 0;
  beforeAll(async () => {
    refusedBefore = await refusals();
  });
  beforeAll(async () => {
    await restrictedNamespace(namespace);
    await createCredentials(namespace, name, password);
  });
  afterAll(() => dropNamespace(namespace));

  it("are Ready within 60 s of the apply, with one leader, in a namespace that enforces restricted", async () => {
    const start = Date.now();
    await apply(rendered);

    const leader = await healthy(namespace, name, 3, 60);

    note(`ready after ${((Date.now() - start) / 1000).toFixed(1)} s, leader ${leader}`);
    expect(Date.now() - start).toBeLessThan(60_000);
  });

  it("take writes at the read/write Service, and every replica has the row; the read-only Service refuses writes", async () => {
    const leader = await healthy(namespace, name, 3);
    await sql(namespace, leader, "create table acks (id text primary key)");
    await startWriter(namespace, name);
    const ask = (host: string, query: string) =>
      attempt([
        "-n",
        namespace,
        "exec",
        "writer",
        "-c",
        "new",
        "--",
        "psql",
        "-XqAt",
        "-h",
        host,
        "-c",
        query,
      ]);

    const written = await ask(name, "insert into acks values ('by-hand') returning id");
    const refused = await ask(`${name}-repl`, "insert into acks values ('never')");

    expect(written).toMatchObject({ code: 0, stdout: "by-hand\n" });
    expect(refused.stderr).toContain("cannot execute INSERT in a read-only transaction");
    const replicas = (await members(namespace, leader)).filter((member) => member.name !== leader);
    for (const replica of replicas) {
      await until(
        `${replica.name} has the row`,
        10,
        async () =>
          (await sql(namespace, replica.name, "select id from acks where id = 'by-hand'")) === "by-hand",
      );
    }
    expect(replicas).toHaveLength(2);
  });

  it("have a password with every printable character", async () => {
    const leader = await healthy(namespace, name, 3);
    const stored = await get(namespace, "secret", credentials("postgres", name));

    expect(Buffer.from(stored.data.password, "base64").toString()).toBe(password);
    // The writer came in with it over TLS, the replicas stream with it: ask the server how they authenticated.
    const how =
      "select count(*) > 0 from pg_stat_replication join pg_stat_ssl using (pid) where ssl and usename = 'standby'";
    expect(await sql(namespace, leader, how)).toBe("t");
  });

  it("run from objects that declare all that Kubernetes would fill in, so a dry-run changes no field", async () => {
    expect(await undeclaredFields(namespace, rendered)).toEqual([]);
    expect(await dryRunChanges(namespace, rendered)).toEqual([]);
  });

  it("hand over before the leader's pod is deleted: writes again within 15 s, no acknowledged row lost", async () => {
    const leader = await healthy(namespace, name, 3);
    const from = Date.now();

    const replaced = deletePod(namespace, leader, "--wait=false");

    const next = await until("another leader", 60, async () => {
      const others = ["0", "1", "2"].map((ordinal) => `${name}-${ordinal}`).filter((pod) => pod !== leader);
      const found = (await members(namespace, others[0] ?? "")).find((member) => member.role === "leader");
      return found !== undefined && found.name !== leader ? found.name : undefined;
    });
    const address = await addressOf(namespace, next);
    await until("the new leader acknowledges through the Service", 60, async () =>
      (await allAcks(namespace)).some((ack) => ack.atMs > from && ack.member === address),
    );
    await replaced;
    await healthy(namespace, name, 3);
    const { longestMs } = gaps((await allAcks(namespace)).filter((ack) => ack.atMs > from - 1000));
    note(`longest time without a commit: ${longestMs} ms`);
    expect(longestMs).toBeLessThan(15_000);
    expect(await lostRows(namespace, next, from)).toEqual([]);
  });

  it("come back after the leader's pod vanished without a word", async () => {
    const leader = await healthy(namespace, name, 3);
    const from = Date.now();

    await deletePod(namespace, leader, "--grace-period=0", "--force");

    const next = await healthy(namespace, name, 3);
    await until("a row is acknowledged", 60, async () =>
      (await allAcks(namespace)).some((ack) => ack.atMs > from + 1000),
    );
    const { longestMs } = gaps((await allAcks(namespace)).filter((ack) => ack.atMs > from - 1000));
    note(
      `longest time without a commit: ${longestMs} ms, lost ${(await lostRows(namespace, next, from)).length} rows`,
    );
    expect(longestMs).toBeLessThan(45_000);
  });

  it("roll one after the other when their resources change: one switchover, at most 5 s without a commit", async () => {
    const changed = JSON.parse(spec(namespace, name, 3, { spec: { secrets: { provider: "existing" } } }));
    changed.spec.resources.limits.memory = "410Mi";

    const { from, switches, longestMs, lost } = await roll(
      namespace,
      name,
      manifests(JSON.stringify(changed)),
    );

    expect(switches).toBe(from === `${name}-2` ? 2 : 1);
    expect(longestMs).toBeLessThan(5_000);
    expect(lost).toEqual([]);
  });

  it("give the leader up to an eviction, and not the last member", async () => {
    const leader = await healthy(namespace, name, 3);
    const evict = (pod: string) =>
      attempt(
        ["create", "--raw", `/api/v1/namespaces/${namespace}/pods/${pod}/eviction`, "-f", "-"],
        JSON.stringify({ apiVersion: "policy/v1", kind: "Eviction", metadata: { name: pod, namespace } }),
      );
    const from = Date.now();

    expect(await evict(leader)).toMatchObject({ code: 0 });

    const next = await healthy(namespace, name, 3);
    expect(next).not.toBe(leader);
    expect(gaps((await allAcks(namespace)).filter((ack) => ack.atMs > from)).longestMs).toBeLessThan(15_000);

    // Two members that may go, and one that has to stay.
    const outcomes = [];
    for (const ordinal of [0, 1, 2]) outcomes.push(await evict(`${name}-${ordinal}`));
    expect(outcomes.filter((outcome) => outcome.code === 0)).toHaveLength(2);
    expect(outcomes.map((outcome) => outcome.stderr).join()).toContain("disruption budget");
    await healthy(namespace, name, 3);
  });

  it("get a claim from the template when a declared one is deleted, and the render makes it whole", async () => {
    const leader = await healthy(namespace, name, 3);
    const victim = leader === `${name}-2` ? `${name}-1` : `${name}-2`;
    const claim = `pgdata-${victim}`;
    const larger = JSON.parse(spec(namespace, name, 3, { spec: { secrets: { provider: "existing" } } }));
    larger.spec.resources.limits.memory = "410Mi";
    larger.spec.volume.size = "2Gi";
    const size = async () => (await get(namespace, "pvc", claim)).spec.resources.requests.storage;
    await apply(manifests(JSON.stringify(larger)));
    expect(await size()).toBe("2Gi");

    await kubectl(["-n", namespace, "delete", "pvc", claim, "--wait=false"]);
    await kubectl(["-n", namespace, "delete", "pod", victim]);

    await until("the template's claim is there", 60, async () => (await size()) === "1Gi");
    await healthy(namespace, name, 3);
    await apply(manifests(JSON.stringify(larger)));
    expect(await size()).toBe("2Gi");
    expect(await healthy(namespace, name, 3)).toBe(leader);
  });

  it("met nothing that was forbidden to them", async () => {
    expect(await refusals()).toBe(refusedBefore);
  });

  it("run with what Patroni itself accepts", async () => {
    const leader = await healthy(namespace, name, 3);

    const answer = await inPod(namespace, leader, [
      "patroni",
      "--validate-config",
      "--ignore-listen-port",
      "/etc/patroni/patroni.yml",
    ]);

    expect(answer.trim()).toBe("");
  });
});
