import { inClient } from "./pooler.ts";
import { until } from "./kubectl.ts";

/** What clients of a database have seen: transactions, and the longest time in which none of them had one committed. */
type Seen = { readonly committed: number; readonly failed: number; readonly longestMs: number };

/** `committed`: so far, up to some seconds ago. `end` lets every client finish. */
export type Load = { readonly committed: () => Promise<number>; readonly end: () => Promise<Seen> };

/**
 * Starts pgbench in the client's pod, once for each client, which writes a row in a transaction again and again, and
 * connects anew after every hundred. One whose connection breaks ends with that transaction, and is started again.
 */
export async function startLoad(namespace: string, host: string, clients: number): Promise<Load> {
  const dir = `/tmp/load-${host}`;
  const script = `
mkdir -p ${dir} && cd ${dir} && rm -f *
export PGHOST=${host}
psql -Xqc 'create table if not exists load (at timestamptz default now())' || exit
printf 'insert into load default values;\n\\sleep 20 ms\n' >script
one() {
  until [ -e enough ]; do
    pgbench -n -M prepared -f script -t 100 -l --log-prefix="$1.$(date +%s%N)" >>"$1.said" 2>&1 && continue
    echo failed >>"$1.failed"
    sleep 0.1
  done
  touch "$1.ended"
}
(for client in $(seq ${clients}); do one $client & done; wait) >/dev/null 2>&1 </dev/null &
`;
  await inClient(namespace, script);
  // pgbench's log has a line for each transaction: its fifth and sixth word are the second and microsecond of its end.
  const moments = async () =>
    (await inClient(namespace, `cat ${dir}/*.*.[0-9]* 2>/dev/null || true`))
      .split("\n")
      .map((line) => line.split(" "))
      .filter((words) => words.length >= 6)
      .map((words) => Number(words[4]) * 1000 + Number(words[5]) / 1000)
      .toSorted((a, b) => a - b);
  const committed = async () => (await moments()).length;
  await until("transactions are committed", 30, async () => (await committed()) > clients);
  return {
    committed,
    end: async () => {
      await until("every client has ended", 60, async () => {
        const ended = await inClient(namespace, `touch ${dir}/enough; ls ${dir} | grep -c ended`);
        return ended.trim() === String(clients);
      });
      const times = await moments();
      const failed = await inClient(namespace, `cat ${dir}/*.failed 2>/dev/null | wc -l`);
      const between = times.slice(1).map((time, index) => time - (times[index] ?? time));
      return { committed: times.length, failed: Number(failed), longestMs: Math.max(0, ...between) };
    },
  };
}
