import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { apply, dropNamespace, healthy, inPod, sql } from "./support/cluster.ts";
import { get, until } from "./support/kubectl.ts";
import { dryRunChanges, undeclaredFields } from "./support/live.ts";
import { note } from "./support/note.ts";
import { backedUp, compared, lastWords, now, restorable } from "./support/restore.ts";
import { allAcks, gaps, startWrittenTo, writesAgain } from "./support/writer.ts";

const namespace = "pgrender-restore";
const name = "pay";
const first = restorable(namespace, name, 3);

async function uids(): Promise<string[]> {
  const found = await get(namespace, `pod/${name}-0`, `pod/${name}-1`, `pod/${name}-2`);
  return found.items.map(({ metadata }: { metadata: { uid: string } }) => metadata.uid);
}

/** The members that Patroni has in a scope. */
async function listed(pod: string, scope: string): Promise<string[]> {
  const members = JSON.parse(await inPod(namespace, pod, ["patronictl", "list", scope, "--format", "json"]));
  return members.map(({ Member }: { Member: string }) => Member).toSorted();
}

describe("a cluster that is restored in place under writes", () => {
  let target = "";
  let targetMs = 0;
  let renderedOnce = "";
  beforeAll(async () => {
    await startWrittenTo(namespace, name, 3, first);
    await backedUp(namespace, `${name}-0`);
    await writesAgain(namespace, Date.now());
    ({ target, atMs: targetMs } = await now(namespace, `${name}-0`));
    await writesAgain(namespace, targetMs + 1000);
    renderedOnce = restorable(namespace, name, 3, { id: "r1", options: { type: "time", target } });
  });
  afterAll(() => dropNamespace(namespace));

  it("goes on serving while a restore cannot be, and says why", async () => {
    const from = Date.now();
    const early = { id: "early", options: { type: "time", target: "2026-01-01 00:00:00+00" } };

    await apply(restorable(namespace, name, 3, early));

    const message = await until("the member that was to begin says why", 120, async () => {
      const words = await lastWords(namespace, `${name}-2`);
      return words === "" ? undefined : words;
    });
    expect(message).toMatch(/^bootstrap: 2026-01-01 00:00:00\+00 is before the end of the first backup/);
    await writesAgain(namespace, Date.now());
    const others = (await listed(`${name}-0`, name)).filter((member) => member !== `${name}-2`);
    expect(others).toEqual([`${name}-0`, `${name}-1`]);
    expect(gaps((await allAcks(namespace)).filter(({ atMs }) => atMs > from)).longestMs).toBeLessThan(15_000);
  });

  it("has all its members in the new generation within a minute, and the rows of the target to the second", async () => {
    const from = Date.now();

    await apply(renderedOnce);
    const leader = await healthy(namespace, name, 3, 120);
    const lasted = Date.now() - from;
    await writesAgain(namespace, Date.now());

    const { there, gone } = await compared(namespace, leader);
    const since = there.filter(({ atMs }) => atMs > targetMs + 1000);
    const longest = gaps((await allAcks(namespace)).filter(({ atMs }) => atMs > from)).longestMs;
    note(
      `${lasted} ms until all members were in it, ${longest} ms without a commit, ${gone.length} rows undone`,
    );
    expect(lasted).toBeLessThan(60_000);
    expect(longest).toBeLessThan(30_000);
    expect(gone.length).toBeGreaterThan(0);
    expect(Math.min(...gone.map(({ atMs }) => atMs))).toBeGreaterThan(targetMs);
    // Nothing was acknowledged by the former generation once the new one took rows.
    expect(Math.min(...since.map(({ atMs }) => atMs))).toBeGreaterThan(
      Math.max(...gone.map(({ atMs }) => atMs)),
    );
    expect(await sql(namespace, leader, "select count(*) from pg_stat_replication")).toBe("2");
  });

  it("is a generation of its own to Patroni and to pgBackRest", async () => {
    expect(await listed(`${name}-0`, `${name}-r1`)).toEqual([`${name}-0`, `${name}-1`, `${name}-2`]);
    expect(await listed(`${name}-0`, name)).toEqual([]);
    await backedUp(namespace, `${name}-0`, "db-r1");
  });

  it("restores nothing when it is applied again", async () => {
    const before = await uids();

    await apply(renderedOnce);

    expect(await undeclaredFields(namespace, renderedOnce)).toEqual([]);
    expect(await dryRunChanges(namespace, renderedOnce)).toEqual([]);
    expect(await uids()).toEqual(before);
  });

  it("goes back to the first generation, with every row that it had acknowledged", async () => {
    const { gone } = await compared(namespace, `${name}-0`);
    const from = Date.now();

    await apply(restorable(namespace, name, 3, { id: "0", previous: "r1" }));
    const leader = await healthy(namespace, name, 3, 180);
    await until("the first generation serves", 60, async () => {
      const pods = await get(namespace, `pod/${name}-0`, `pod/${name}-1`, `pod/${name}-2`);
      return pods.items.every(
        ({ metadata }: { metadata: { labels: Record<string, string> } }) =>
          metadata.labels["pgrender.dev/in-service"] === "true",
      );
    });
    await writesAgain(namespace, Date.now());

    const there = new Set((await sql(namespace, leader, "select id from acks")).split("\n"));
    const longest = gaps((await allAcks(namespace)).filter(({ atMs }) => atMs > from)).longestMs;
    note(`${longest} ms without a commit`);
    expect(gone.filter(({ id }) => !there.has(id))).toEqual([]);
    expect(await listed(`${name}-0`, name)).toEqual([`${name}-0`, `${name}-1`, `${name}-2`]);
  });
});
