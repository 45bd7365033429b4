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
import { archived, backedUp } from "../support/restore.ts";
import { giveKeys, inS3, s3 } from "../support/stores.ts";
import { allAcks, gaps, lostRows, startWrittenTo, writesAgain } from "../support/writer.ts";

/** A StorageClass whose volume of 90Mi has no more than that: those of most test clusters are folders without a limit. */
const smallClass = process.env["PGRENDER_TEST_SMALL_CLASS"];

const namespace = "pgrender-backup-failures";
const name = "pay";
const bucket = inS3("repo1");
const pgbackrest = {
  image,
  configuration: { secret: "keys" },
  // One core at its slowest, so that a backup lasts long enough to be disturbed.
  global: {
    "start-fast": "y",
    "io-timeout": "5",
    "compress-type": "gz",
    "compress-level": "9",
    "process-max": "1",
    "repo1-path": "/pay",
    "repo1-retention-full": "2",
    ...bucket.options,
  },
  repos: [{ ...bucket.repo, schedule: { full: "0 0 30 2 *" } }],
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
    const more = { spec: { backup: { pgbackrest } }, patroni: { synchronous_mode: true } };
    await restrictedNamespace(namespace);
    await apply(s3(namespace));
    await giveKeys(namespace, "keys", bucket.keys);
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

    await archived(namespace, leader, 180);
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
    await until("the backup is under way", 120, async () => {
      const { stdout } = await attempt(["-n", namespace, "logs", "job/disturbed", "--tail=-1"]);
      return stdout.includes("backup start archive");
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

describe.runIf(smallClass !== undefined)(
  "a cluster under writes whose repository is on a small volume",
  () => {
    const small = "pgrender-backup-full";
    const host = ["-n", small, "exec", `${name}-pgbackrest-repo-host-0`, "--", "sh", "-c"];
    const log = (job: string) => attempt(["-n", small, "logs", `job/${job}`, "--tail=-1", "--all-pods"]);

    beforeAll(async () => {
      const volume = { size: "90Mi", storageClass: smallClass };
      const repos = [{ name: "repo1", storage: "pvc", volume, schedule: { full: "0 0 30 2 *" } }];
      const global = { "start-fast": "y", "io-timeout": "5", "repo1-retention-full": "2" };
      const backup = { pgbackrest: { image, global, repos } };
      const more = { spec: { backup }, patroni: { synchronous_mode: true } };
      await startWrittenTo(small, name, 2, manifests(spec(small, name, 2, more)));
      await backedUp(small, `${name}-0`);
    });
    afterAll(() => dropNamespace(small));

    it("goes on when it is full, shows that backups fail, and archives everything when there is room again", async () => {
      const leader = await healthy(small, name, 2);
      const from = Date.now();
      const ballast = "/data/pgbackrest/repo1/ballast";

      await kubectl([...host, `dd if=/dev/zero of=${ballast} bs=64k 2>&1 | grep 'No space left'`]);
      const job = ["create", "job", "in-vain", `--from=cronjob/pgbackrest-${name}-repo1-full`];
      await kubectl(["-n", small, ...job]);
      await until("the backup says why it failed", 180, async () => {
        return (await log("in-vain")).stdout.includes("No space left on device");
      });
      const cut = await sql(small, leader, "select pg_walfile_name(pg_switch_wal())");
      await until("archiving fails", 120, async () => {
        return (await sql(small, leader, "select last_failed_wal from pg_stat_archiver")) >= cut;
      });
      await writesAgain(small, Date.now());
      await kubectl([...host, `rm ${ballast}`]);

      await until("archiving has caught up", 180, async () => {
        return (await sql(small, leader, "select last_archived_wal from pg_stat_archiver")) >= cut;
      });
      const { longestMs } = gaps((await allAcks(small)).filter(({ atMs }) => atMs > from));
      note(`${longestMs} ms without a commit`);
      expect(longestMs).toBeLessThan(10_000);
      expect(await lostRows(small, leader, from)).toEqual([]);
      await completed(small, "in-vain", 600);
    });
  },
);
