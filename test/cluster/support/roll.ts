import { apply, healthy } from "./cluster.ts";
import { get, until } from "./kubectl.ts";
import { note } from "./note.ts";
import { allAcks, gaps, lostRows, type Ack } from "./writer.ts";

/** What a rolling update of three members that are written to has cost, over new connections. */
export type Roll = {
  readonly from: string;
  readonly switches: number;
  readonly longestMs: number;
  readonly lost: Ack[];
};

/** Applies a manifest that changes the pods, and waits until all members run with it. */
export async function roll(namespace: string, name: string, yaml: string): Promise<Roll> {
  const from = await healthy(namespace, name, 3);
  const start = Date.now();
  await apply(yaml);
  await until("the roll has begun", 30, async () => {
    const { status } = await get(namespace, "statefulset", name);
    return (status.updatedReplicas ?? 0) < 3;
  });
  const to = await healthy(namespace, name, 3, 300);
  const rows = (await allAcks(namespace)).filter((ack) => ack.atMs > start && ack.id.startsWith("new-"));
  const { switches, longestMs } = gaps(rows);
  note(
    `from ${from} to ${to}: ${switches} switchovers, ${longestMs} ms without a commit, ${rows.length} rows`,
  );
  return { from, switches, longestMs, lost: await lostRows(namespace, to, start) };
}
