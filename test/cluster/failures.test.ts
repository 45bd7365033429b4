import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dropNamespace, healthy, manifests, spec, sql } from "./support/cluster.ts";
import { get, kubectl, until } from "./support/kubectl.ts";
import { killNow, releaseNodes } from "./support/node.ts";
import { refusals } from "./support/live.ts";
import { note } from "./support/note.ts";
import { allAcks, gaps, lostRows, startWrittenTo, writesAgain } from "./support/writer.ts";

const namespace = "pgrender-failures";
const name = "pay";
const scope = ["config", "leader", "failover"].map((suffix) => `${name}-${suffix}`);

/** Waits until rows are acknowledged again, and tells what the failure has cost. */
async function recovered(from: number): Promise<{ leader: string; longestMs: number; lost: number }> {
  await writesAgain(namespace, from + 3000);
  const leader = await healthy(namespace, name, 3);
  const { longestMs } = gaps((await allAcks(namespace)).filter((ack) => ack.atMs > from - 1000));
  return { leader, longestMs, lost: (await lostRows(namespace, leader, from - 1000)).length };
}

describe("three members of which one commits synchronously", () => {
  let refusedBefore = 0;
  beforeAll(async () => {
    refusedBefore = await refusals();
  });
  beforeAll(() =>
    startWrittenTo(
      namespace,
      name,
      3,
      manifests(spec(namespace, name, 3, { patroni: { synchronous_mode: true } })),
    ),
  );
  afterAll(async () => {
    await dropNamespace(namespace);
    await releaseNodes();
  });

  it.each([{ what: "patroni" } as const, { what: "postgres" } as const])(
    "recover by themselves when $what of the leader is killed, and lose nothing that was acknowledged",
    async ({ what }) => {
      const leader = await healthy(namespace, name, 3);
      const from = Date.now();

      await killNow(namespace, leader, what);

      const after = await recovered(from);
      note(
        `${after.longestMs} ms without a commit, ${after.lost} rows lost, ${after.leader === leader ? "same" : "another"} leader`,
      );
      expect(after.lost).toBe(0);
      expect(after.longestMs).toBeLessThan(45_000);
    },
  );

  it("keep their data and one leader when Patroni's ConfigMaps are deleted", async () => {
    const leader = await healthy(namespace, name, 3);
    const identity = () => sql(namespace, leader, "select system_identifier from pg_control_system()");
    const before = await identity();
    const from = Date.now();

    await kubectl(["-n", namespace, "delete", "configmap", ...scope, "--ignore-not-found"]);

    await until("Patroni has made them again", 90, async () => {
      const map = await get(namespace, "configmap", `${name}-config`);
      return map.metadata.annotations.initialize === before;
    });
    const after = await recovered(from);
    note(
      `${after.longestMs} ms without a commit, ${after.lost} rows lost, ${after.leader === leader ? "same" : "another"} leader`,
    );
    expect(await identity()).toBe(before);
    expect(after.lost).toBe(0);
  });

  it("come back from the deletion of all members at once", async () => {
    await healthy(namespace, name, 3);
    const from = Date.now();

    await kubectl([
      "-n",
      namespace,
      "delete",
      "pods",
      "-l",
      "member.cpo.opensource.cybertec.at/type=postgresql",
      "--grace-period=0",
      "--force",
    ]);

    const after = await recovered(from);
    note(`${after.longestMs} ms without a commit, ${after.lost} rows lost`);
    expect(after.lost).toBe(0);
  });

  it("met nothing that was forbidden to them", async () => {
    expect(await refusals()).toBe(refusedBefore);
  });
});
