import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dropNamespace, healthy, manifests, spec } from "./support/cluster.ts";
import { get, until } from "./support/kubectl.ts";
import { refusals } from "./support/live.ts";
import { note } from "./support/note.ts";
import { freeze, releaseNodes, type Frozen } from "./support/node.ts";
import {
  addressOf,
  allAcks,
  gaps,
  lostRows,
  startWrittenTo,
  writesAgain,
  type Ack,
} from "./support/writer.ts";

/** Acknowledgements of a member after another one had taken its first row: two primaries at once. */
function overlapping(rows: readonly Ack[], old: string): Ack[] {
  const first = rows.find((row) => row.member !== old);
  return first === undefined ? [] : rows.filter((row) => row.member === old && row.atMs > first.atMs);
}

describe.each([
  { mode: "asynchronous", patroni: {} },
  { mode: "synchronous", patroni: { synchronous_mode: true } },
])("a frozen leader, $mode", ({ mode, patroni }) => {
  let refusedBefore = 0;
  beforeAll(async () => {
    refusedBefore = await refusals();
  });
  const namespace = `pgrender-freeze-${mode.slice(0, 5)}`;
  const name = "pay";

  beforeAll(() => startWrittenTo(namespace, name, 3, manifests(spec(namespace, name, 3, { patroni }))));
  afterAll(async () => {
    await dropNamespace(namespace);
    await releaseNodes();
  });

  it.each<{ what: Frozen }>([{ what: "patroni" }, { what: "everything" }])(
    "is ended before another member can be promoted: never two that take writes ($what)",
    async ({ what }) => {
      const leader = await healthy(namespace, name, 3);
      const address = await addressOf(namespace, leader);

      const frozenAt = await freeze(namespace, leader, what);

      // Patroni of the container that the kubelet started anew may find its lock still valid, and lead again.
      const restarted = await until("the kubelet has ended the frozen container", 60, async () => {
        const { containerStatuses } = (await get(namespace, "pod", leader)).status;
        const started = Date.parse(containerStatuses[0].state.running?.startedAt);
        return started >= frozenAt ? started : undefined;
      });
      await writesAgain(namespace, restarted + 2000);
      const next = await healthy(namespace, name, 3);
      const rows = (await allAcks(namespace)).filter((row) => row.atMs > frozenAt - 1000);
      const lost = await lostRows(namespace, next, frozenAt - 1000);
      const lastOld = rows.filter((row) => row.member === address && row.atMs < restarted).at(-1)?.atMs;
      note(
        `${mode}, ${what} frozen: ended after ${restarted - frozenAt} ms, last row before ${(lastOld ?? frozenAt) - frozenAt} ms, ` +
          `${next === leader ? "the same member leads again" : "another member leads"}, ` +
          `${gaps(rows).longestMs} ms without a commit, ${lost.length} acknowledged rows lost`,
      );
      // Nobody can be promoted before ttl - loop_wait (30 s - 10 s) are over, and nothing was written after the end.
      expect(restarted - frozenAt).toBeLessThan(20_000);
      expect(overlapping(rows, address)).toEqual([]);
      if (mode === "synchronous") expect(lost).toEqual([]);
    },
  );

  it("met nothing that was forbidden to them", async () => {
    expect(await refusals()).toBe(refusedBefore);
  });
});
