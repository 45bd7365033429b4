import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { apply, dropNamespace, healthy, members, sql } from "../support/cluster.ts";
import { attempt, until } from "../support/kubectl.ts";
import { freeze, releaseNodes, type Frozen } from "../support/node.ts";
import { note } from "../support/note.ts";
import { archived, backedUp, compared, now, restorable } from "../support/restore.ts";
import { allAcks, gaps, startWrittenTo, writesAgain } from "../support/writer.ts";

/*
 * Restores in place of a cluster that is written to through new connections and through some that are kept, as a pool keeps
 * them: while much has to be recovered, and while the former primary stands still.
 */

const name = "pay";

/** What was acknowledged between the target and the handover is not there, and nothing of the former generation after that. */
async function handedOverOnce(
  namespace: string,
  leader: string,
  { begunMs, targetMs }: { readonly begunMs: number; readonly targetMs: number },
): Promise<void> {
  const { gone: undone, there } = await compared(namespace, leader);
  // A restore before this one has undone rows, too.
  const gone = undone.filter(({ atMs }) => atMs > begunMs);
  const since = there.filter(({ atMs }) => atMs > targetMs + 1000);
  expect(gone.length).toBeGreaterThan(0);
  expect(Math.min(...gone.map(({ atMs }) => atMs))).toBeGreaterThan(targetMs);
  expect(Math.min(...since.map(({ atMs }) => atMs))).toBeGreaterThan(
    Math.max(...gone.map(({ atMs }) => atMs)),
  );
}

describe("a restore that has much to recover", () => {
  const namespace = "pgrender-restore-long";
  afterAll(() => dropNamespace(namespace));

  it("lets the former generation take rows all the while, and stops them for the handover alone", async () => {
    const begunMs = Date.now();
    await startWrittenTo(namespace, name, 2, restorable(namespace, name, 2));
    await backedUp(namespace, `${name}-0`);
    const first = await healthy(namespace, name, 2);
    await sql(
      namespace,
      first,
      "create table ballast as select md5(i::text) || md5((i * 7)::text) a, md5((-i)::text) b from generate_series(1, 4000000) i",
    );
    await archived(namespace, first);
    const { target, atMs } = await now(namespace, first);
    await writesAgain(namespace, atMs + 1000);
    const from = Date.now();

    await apply(restorable(namespace, name, 2, { id: "r1", options: { type: "time", target } }));
    const leader = await healthy(namespace, name, 2, 400);
    const lasted = Date.now() - from;
    await writesAgain(namespace, Date.now());

    const { longestMs } = gaps((await allAcks(namespace)).filter((ack) => ack.atMs > from));
    note(`${lasted} ms until all members were in it, ${longestMs} ms without a commit`);
    expect(await sql(namespace, leader, "select count(*) from ballast")).toBe("4000000");
    expect(longestMs).toBeLessThan(30_000);
    expect(longestMs).toBeLessThan(lasted / 2);
    await handedOverOnce(namespace, leader, { begunMs, targetMs: atMs });
  });
});

describe("a restore while the former primary stands still", () => {
  const namespace = "pgrender-restore-frozen";
  beforeAll(async () => {
    await startWrittenTo(namespace, name, 3, restorable(namespace, name, 3));
    await backedUp(namespace, `${name}-0`);
  });
  afterAll(async () => {
    await dropNamespace(namespace);
    await releaseNodes();
  });

  it.each<{ what: Frozen; id: string; previous: string }>([
    { what: "patroni", id: "r1", previous: "0" },
    { what: "everything", id: "r2", previous: "r1" },
  ])("takes over when that one is ended, and never are there two ($what)", async ({ what, id, previous }) => {
    const begunMs = Date.now();
    await backedUp(namespace, `${name}-0`, previous === "0" ? "db" : `db-${previous}`);
    const { target, atMs } = await now(namespace, await healthy(namespace, name, 3));
    await writesAgain(namespace, atMs + 1000);
    const from = Date.now();

    await apply(restorable(namespace, name, 3, { id, previous, options: { type: "time", target } }));
    await until("the restore is under way", 120, async () => {
      const log = ["-n", namespace, "logs", `${name}-2`, "-c", "postgres", "--tail=-1"];
      return (await attempt(log)).stdout.includes("bootstrap: begins with backup");
    });
    const former = await until("somebody else leads", 60, async () =>
      (await members(namespace, `${name}-0`)).find(
        ({ role, name: each }) => role === "leader" && each !== `${name}-2`,
      ),
    );
    await freeze(namespace, former.name, what);
    const leader = await healthy(namespace, name, 3, 300);
    await writesAgain(namespace, Date.now());

    const { longestMs } = gaps((await allAcks(namespace)).filter((ack) => ack.atMs > from));
    note(`${what} of ${former.name} frozen: ${longestMs} ms without a commit`);
    expect(longestMs).toBeLessThan(120_000);
    await handedOverOnce(namespace, leader, { begunMs, targetMs: atMs });
  });
});
