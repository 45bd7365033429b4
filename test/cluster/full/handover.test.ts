import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  apply,
  dropNamespace,
  healthy,
  inPod,
  manifests,
  members,
  restrictedNamespace,
  spec,
  sql,
} from "../support/cluster.ts";
import { kubectl, until } from "../support/kubectl.ts";
import { onNode, releaseNodes } from "../support/node.ts";
import { roll } from "../support/roll.ts";
import { allAcks, lostRows, startWrittenTo } from "../support/writer.ts";

const name = "pay";
const images = (process.env["PGRENDER_TEST_IMAGES"] ?? "").split(",").filter((image) => image !== "");

describe.each([
  { mode: "synchronous", patroni: { synchronous_mode: true } },
  { mode: "strict", patroni: { synchronous_mode: true, synchronous_mode_strict: true } },
  { mode: "quorum", patroni: { synchronous_mode: "quorum" } },
])("the handover, $mode", ({ mode, patroni }) => {
  const namespace = `pgrender-handover-${mode}`;
  const of = (instances: number, memory: string) => {
    const document = JSON.parse(spec(namespace, name, instances, { patroni }));
    document.spec.resources.limits.memory = memory;
    return manifests(JSON.stringify(document));
  };
  const scaleTo = (instances: number, memory: string) => apply(of(instances, memory));

  beforeAll(() => startWrittenTo(namespace, name, 3, of(3, "400Mi")));
  afterAll(() => dropNamespace(namespace));

  it("goes to a member that commits synchronously, and a roll loses nothing", async () => {
    const { switches, longestMs, lost } = await roll(namespace, name, of(3, "410Mi"));

    expect(lost).toEqual([]);
    // One per member at most: Patroni takes no other than a synchronous member, which may be still to be updated.
    expect(switches).toBeLessThanOrEqual(3);
    expect(longestMs).toBeLessThan(5_000);
  });

  it("goes to one that stays when the cluster shrinks as far as its mode allows", async () => {
    const fewest = mode === "strict" ? 2 : 1;
    const last = `${name}-2`;
    // Patroni takes a synchronous member only: ask until it is one.
    await until(`${last} leads`, 120, async () => {
      const leader = await healthy(namespace, name, 3);
      if (leader === last) return true;
      const to = ["--leader", leader, "--candidate", last, "--force", name];
      await inPod(namespace, leader, ["patronictl", "switchover", ...to]);
      return false;
    });

    await scaleTo(fewest, "410Mi");

    const next = await healthy(namespace, name, fewest, 300);
    const from = Date.now();
    await until("a row is acknowledged", 60, async () =>
      (await allAcks(namespace)).some((ack) => ack.atMs > from),
    );
    expect(next).not.toBe(last);
    expect(await lostRows(namespace, next)).toEqual([]);
  });
});

describe("the handover with a slow replica", () => {
  const namespace = "pgrender-handover-slow";
  beforeAll(async () => {
    await restrictedNamespace(namespace);
    await apply(manifests(spec(namespace, name, 3)));
    await healthy(namespace, name, 3);
  });
  afterAll(async () => {
    await dropNamespace(namespace);
    await releaseNodes();
  });

  it("goes to the replica that has caught up", async () => {
    const leader = await healthy(namespace, name, 3);
    const replicas = [0, 1, 2].map((ordinal) => `${name}-${ordinal}`).filter((pod) => pod !== leader);
    // The one that would otherwise be taken: the highest ordinal.
    const slow = replicas.at(-1) ?? "";
    await onNode(
      namespace,
      slow,
      `for pid in $pids; do grep -qa walreceiver /proc/$pid/cmdline && kill -STOP $pid; done; true`,
    );
    await sql(
      namespace,
      leader,
      "create table ballast as select repeat('x', 1000) from generate_series(1, 40000)",
    );
    await until(`Patroni sees ${slow} behind`, 60, async () =>
      (await members(namespace, leader)).some(
        (member) => member.name === slow && (member.lag ?? 0) > 16 * 1024 ** 2,
      ),
    );

    await kubectl(["-n", namespace, "delete", "pod", leader, "--wait=false"]);

    const expected = replicas.at(0) ?? "";
    await until(`${expected} leads`, 60, async () =>
      (await members(namespace, expected)).some(
        (member) => member.name === expected && member.role === "leader",
      ),
    );
    await onNode(
      namespace,
      slow,
      `for pid in $pids; do grep -qa walreceiver /proc/$pid/cmdline && kill -CONT $pid; done; true`,
    );
    expect(await healthy(namespace, name, 3)).toBe(expected);
  });
});

describe.each(images.map((image) => ({ image })))("with the image $image", ({ image }) => {
  const namespace = `pgrender-handover-${image.replaceAll(/[^a-z0-9]/g, "-")}`;
  const document = (memory: string) => {
    const given = JSON.parse(spec(namespace, name, 3));
    given.spec.dockerImage = image;
    given.spec.resources.limits.memory = memory;
    return manifests(JSON.stringify(given));
  };
  beforeAll(() => startWrittenTo(namespace, name, 3, document("400Mi")));
  afterAll(() => dropNamespace(namespace));

  it("a roll is one switchover and loses nothing", async () => {
    const { from, switches, longestMs, lost } = await roll(namespace, name, document("410Mi"));

    expect(lost).toEqual([]);
    expect(switches).toBe(from === `${name}-2` ? 2 : 1);
    expect(longestMs).toBeLessThan(5_000);
  });
});
