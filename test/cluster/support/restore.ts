import { image, inPod, manifests, spec, sql } from "./cluster.ts";
import { get, until } from "./kubectl.ts";
import { allAcks, type Ack } from "./writer.ts";

type Restore = Readonly<Record<string, unknown>>;

/** A cluster with a repository on a volume, that lives in the generation of a restore, if it has one. */
export function restorable(
  namespace: string,
  name: string,
  instances: number,
  restore?: Restore,
  more: Readonly<Record<string, unknown>> = {},
): string {
  const repo1 = {
    name: "repo1",
    storage: "pvc",
    volume: { size: "1Gi" },
    schedule: { full: "0 0 30 2 *", incr: "0 0 30 2 *" },
  };
  const pgbackrest = {
    image,
    global: { "start-fast": "y", "repo1-retention-full": "2" },
    repos: [repo1],
    ...(restore === undefined ? {} : { restore }),
  };
  return manifests(spec(namespace, name, instances, { spec: { backup: { pgbackrest }, ...more } }));
}

/** Waits for the first full backup of a stanza. */
export async function backedUp(namespace: string, pod: string, stanza = "db"): Promise<void> {
  const command = ["pgbackrest", `--stanza=${stanza}`, "--log-level-console=off", "--output=json", "info"];
  await until(`there is a backup of ${stanza}`, 180, async () => {
    const [found] = JSON.parse(await inPod(namespace, pod, command));
    return found.backup.length > 0;
  });
}

/** This moment, as a target of a restore has it, and in milliseconds. */
export async function now(namespace: string, pod: string): Promise<{ target: string; atMs: number }> {
  const query = `select to_char(at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') || '+00', floor(extract(epoch from at) * 1000) from clock_timestamp() at`;
  const [target = "", atMs = ""] = (await sql(namespace, pod, query)).split("|");
  return { target, atMs: Number(atMs) };
}

/** What the writer was told, by whether the member has it. */
export async function compared(namespace: string, pod: string): Promise<{ there: Ack[]; gone: Ack[] }> {
  const acks = await allAcks(namespace);
  const ids = new Set((await sql(namespace, pod, "select id from acks")).split("\n"));
  return { there: acks.filter(({ id }) => ids.has(id)), gone: acks.filter(({ id }) => !ids.has(id)) };
}

/** Why the database container of a pod has ended. */
export async function lastWords(namespace: string, pod: string): Promise<string> {
  const { status } = await get(namespace, "pod", pod);
  const postgres = (status.containerStatuses ?? []).find(({ name }: { name: string }) => name === "postgres");
  const ended = postgres?.state?.terminated ?? postgres?.lastState?.terminated;
  return ended?.message ?? "";
}

/** The numbers in the table of that name. */
export async function rows(namespace: string, pod: string): Promise<string> {
  return sql(namespace, pod, "select string_agg(id::text, ',' order by id) from kept");
}

/** Waits until all that the primary has written so far is in the repositories, and returns the last segment of it. */
export async function archived(namespace: string, pod: string, seconds = 60): Promise<string> {
  const wal = await sql(namespace, pod, "select pg_walfile_name(pg_switch_wal())");
  await until(`${wal} is archived`, seconds, async () => {
    const last = await sql(namespace, pod, "select last_archived_wal from pg_stat_archiver");
    return last >= wal;
  });
  return wal;
}
