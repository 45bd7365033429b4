import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  apply,
  dropNamespace,
  healthy,
  image,
  manifests,
  restrictedNamespace,
  spec,
  sql,
} from "../support/cluster.ts";
import { completed } from "../support/jobs.ts";
import { attempt, get, kubectl, until } from "../support/kubectl.ts";
import { note } from "../support/note.ts";
import { backedUp } from "../support/restore.ts";
import { s3, s3Keys } from "../support/s3.ts";
import { allAcks, gaps, lostRows, startWrittenTo, writesAgain } from "../support/writer.ts";

const namespace = "pgrender-backup-failures";
const name = "pay";
const pgbackrest = {
  image,
  configuration: { secret: "keys" },
  // One core at its slowest, so that a backup lasts long enough to be disturbed.
  global: {
    "start-fast": "y",
    "compress-type": "gz",
    "compress-level": "9",
    "process-max": "1",
    "repo1-path": "/pay",
    "repo1-retention-full": "2",
    "repo1-s3-uri-style": "path",
    "repo1-storage-verify-tls": "n",
  },
  repos: [
    {
      name: "repo1",
      storage: "s3",
      resource: "backups",
      endpoint: "s3:9000",
      region: "us-east-1",
      schedule: { full: "0 0 30 2 *" },
    },
  ],
};

/** How often the pods of a Job have failed so far. */
async function failures(job: string): Promise<number> {
  return (await get(namespace, "job", job)).status.failed ?? 0;
}

async function start(job: string): Promise<void> {
  await kubectl(["-n", namespace, "create", "job", job, `--from=cronjob/pgbackrest-${name}-repo1-full`]);
}

/** Lets the store be reached by its name, or not: its data stay. */
async function reachable(yes: boolean): Promise<void> {
  const patch = JSON.stringify({ spec: { selector: { app: yes ? "s3" : "nobody" } } });
  await kubectl(["-n", namespace, "patch", "service", "s3", "-p", patch]);
}

describe("a cluster under writes, with synchronous replicas and a store that is far away", () => {
  beforeAll(async () => {
    const keys = `[global]\nrepo1-s3-key=${s3Keys.key}\nrepo1-s3-key-secret=${s3Keys.secret}\n`;
    const metadata = { name: "keys", namespace };
    const secret = { apiVersion: "v1", kind: "Secret", metadata, stringData: { "keys.conf": keys } };
    const more = { spec: { backup: { pgbackrest } }, patroni: { synchronous_mode: true } };
    await restrictedNamespace(namespace);
    await apply(s3(namespace));
    await apply(JSON.stringify(secret));
    await startWrittenTo(namespace, name, 2, manifests(spec(namespace, name, 2, more)));
    await backedUp(namespace, `${name}-0`);
  });
  afterAll(() => dropNamespace(namespace));

  it("goes on for two minutes without the store, shows that backups fail, and archives everything then", async () => {
    const leader = await healthy(namespace, name, 2);
    const from = Date.now();

    await reachable(false);
    await start("in-vain");
    await until("the backup fails for all to see", 180, async () => (await failures("in-vain")) > 0);
    const cut = await sql(namespace, leader, "select pg_walfile_name(pg_switch_wal())");
    await until("two minutes are over, and writes go on", 240, async () => {
      await sql(namespace, leader, "select pg_switch_wal()");
      return Date.now() - from > 120_000;
    });
    expect(await sql(namespace, leader, "select failed_count > 0 from pg_stat_archiver")).toBe("t");
    expect(await sql(namespace, leader, `select last_archived_wal < '${cut}' from pg_stat_archiver`)).toBe(
      "t",
    );
    const back = Date.now();
    await reachable(true);

    const last = await sql(namespace, leader, "select pg_walfile_name(pg_switch_wal())");
    await until("archiving has caught up", 180, async () => {
      return (await sql(namespace, leader, "select last_archived_wal from pg_stat_archiver")) >= last;
    });
    const { longestMs } = gaps((await allAcks(namespace)).filter(({ atMs }) => atMs > from));
    note(`${longestMs} ms without a commit, archiving caught up after ${Date.now() - back} ms`);
    expect(longestMs).toBeLessThan(10_000);
    expect(await lostRows(namespace, leader, from)).toEqual([]);
    await completed(namespace, "in-vain", 600);
  });

  it("has its backup made from the next primary when the first one is killed under it", async () => {
    const leader = await healthy(namespace, name, 2);
    await sql(
      namespace,
      leader,
      "create table ballast as select md5(i::text) || md5((i * 7)::text) a, md5((-i)::text) b from generate_series(1, 1500000) i",
    );
    const from = Date.now();

    await start("disturbed");
    await until("the backup copies files", 120, async () => {
      const { stdout } = await attempt(["-n", namespace, "logs", "job/disturbed", "--tail=-1"]);
      return stdout.includes("backup file ");
    });
    await kubectl(["-n", namespace, "delete", "pod", leader, "--grace-period=0", "--force"]);

    await until("the backup fails for all to see", 120, async () => (await failures("disturbed")) > 0);
    await completed(namespace, "disturbed", 600);
    const next = await healthy(namespace, name, 2, 180);
    await writesAgain(namespace, Date.now());
    note(`from ${leader} to ${next}`);
    expect(await lostRows(namespace, next, from)).toEqual([]);
  });
});
