import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  apply,
  dropNamespace,
  healthy,
  image,
  inPod,
  manifests,
  restrictedNamespace,
  spec,
  sql,
} from "./support/cluster.ts";
import { dumpRuns, holdDumps, inDumps, inHold } from "./support/dumps.ts";
import { attempt, get, kubectl, until } from "./support/kubectl.ts";
import { completed } from "./support/jobs.ts";
import { dryRunChanges, undeclaredFields } from "./support/live.ts";
import { giveKeys, inS3, s3 } from "./support/stores.ts";

const namespace = "pgrender-dumps";
const name = "pay";
const never = "0 0 30 2 *";
const store = inS3("repo2");
const backup = {
  logical: { retention: "2 weeks" },
  pgbackrest: {
    image,
    configuration: { secret: "pay-keys" },
    global: {
      "start-fast": "y",
      "repo1-cipher-type": "aes-256-cbc",
      "repo1-retention-full": "2",
      "repo2-path": "/pay",
      "repo2-retention-full": "2",
      ...store.options,
    },
    repos: [
      { name: "repo1", storage: "pvc", volume: { size: "1Gi" }, schedule: { full: never } },
      { ...store.repo, schedule: { full: never } },
    ],
  },
};
const rendered = manifests(
  spec(namespace, name, 2, {
    spec: { backup, enableLogicalBackup: true, logicalBackupSchedule: "0 0 30 2 *" },
  }),
);
/** Needs quoting for a shell, SQL, a connection string and a path. */
const weird = `Weird "na'me/=\\`;
const inSql = `"${weird.replaceAll('"', '""')}"`;
const inConnection = `dbname='${weird.replaceAll(/['\\]/g, String.raw`\$&`)}'`;

/** Like `sql`, in a database of any name. */
async function sqlIn(pod: string, connection: string, query: string): Promise<string> {
  const command = ["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-h", "/run/postgresql", "-U", "postgres"];
  return (await inPod(namespace, pod, [...command, "-d", connection, "-c", query])).trim();
}

/** Starts what the CronJob would start. */
async function runNow(job: string): Promise<string> {
  await kubectl(["-n", namespace, "create", "job", job, `--from=cronjob/logical-backup-${name}`]);
  return job;
}

/** What the last pod of a Job that failed said at its end. */
async function lastWords(job: string): Promise<string> {
  return until(`a pod of ${job} fails`, 90, async () => {
    const { items } = await get(namespace, "pod", "-l", `job-name=${job}`);
    const [ended] = items.flatMap(
      (pod: {
        status: {
          containerStatuses?: readonly { state: { terminated?: { exitCode: number; message?: string } } }[];
        };
      }) => pod.status.containerStatuses?.map(({ state }) => state.terminated) ?? [],
    );
    return ended !== undefined && ended.exitCode !== 0 ? (ended.message ?? "") : undefined;
  });
}

describe("a cluster whose databases are dumped to a volume and to an object store", () => {
  beforeAll(async () => {
    await restrictedNamespace(namespace);
    await apply(s3(namespace));
    await giveKeys(namespace, "pay-keys", ["repo1-cipher-pass=correct-horse", ...store.keys]);
    await apply(rendered);
    const leader = await healthy(namespace, name, 2, 180);
    await sql(namespace, leader, "create role app login");
    await sql(namespace, leader, `create database ${inSql} owner app`);
    await sql(namespace, leader, "create table row as select generate_series(1, 1000) id");
    await sqlIn(
      leader,
      inConnection,
      "create table row as select id, md5(id::text) word from generate_series(1, 10000) id; alter table row owner to app",
    );
    await holdDumps(namespace, name);
  });
  afterAll(() => dropNamespace(namespace));

  it("has whole dumps in both, and what is too old is removed", async () => {
    for (const store of ["1", "2"]) {
      for (const file of ["20200101T000000Z/manifest.json", "20200102T000000Z/half.dump"]) {
        const put = `echo '{"files": []}' | pgbackrest --repo=${store} repo-put "$FOLDER/${file}"`;
        await inHold(namespace, "sh", "-ec", put);
      }
    }
    expect(await dumpRuns(namespace, "repo1")).toEqual(["20200101T000000Z"]);

    await completed(namespace, await runNow("first"));
    const [run = ""] = await dumpRuns(namespace, "repo1");
    expect(run > "2021").toBe(true);
    expect(await inDumps(namespace, ["list"])).toBe(
      ["repo1", "repo2"]
        .map(
          (store) =>
            `${store} ${run} ${JSON.stringify([weird, "postgres", "template1"]).replaceAll(",", ", ")}\n`,
        )
        .join(""),
    );
  });

  it("is restored from either, row by row, with its roles", async () => {
    const leader = await healthy(namespace, name, 2);
    const rows = "select count(*), md5(string_agg(row::text, ',' order by id)) from row";
    const [run = ""] = await dumpRuns(namespace, "repo2");

    for (const store of ["1", "2"]) {
      const copy = `copy of ${store}`;
      await inDumps(namespace, ["restore", run, weird, copy], { STORES: store });
      expect(await sqlIn(leader, copy, rows)).toBe(await sqlIn(leader, inConnection, rows));
    }
    await sql(namespace, leader, `drop database ${inSql}`);
    await inDumps(namespace, ["restore", run, weird]);
    expect(await sqlIn(leader, inConnection, "select count(*) from row")).toBe("10000");
    expect(
      await sqlIn(
        leader,
        inConnection,
        "select pg_get_userbyid(datdba) from pg_database where datname = current_database()",
      ),
    ).toBe("app");
    expect(await inDumps(namespace, ["roles", run])).toContain("CREATE ROLE app;");
  });

  it("leaves the dump unreadable where the repository is encrypted, and pgBackRest's own files alone", async () => {
    const host = ["-n", namespace, "exec", `${name}-pgbackrest-repo-host-0`, "--"];
    const found = await kubectl([
      ...host,
      "sh",
      "-ec",
      "cat /data/pgbackrest/repo1/logical/*/*/*/roles.sql | head -c 8",
    ]);
    expect(found).toBe("Salted__");

    const leader = await healthy(namespace, name, 2);
    const info = ["pgbackrest", "--stanza=db", "--repo=1", "info"];
    await until("there is a backup", 120, async () =>
      (await inPod(namespace, leader, info)).includes("status: ok"),
    );
    const verify = await kubectl([
      ...host,
      "pgbackrest",
      "--stanza=db",
      "--repo=1",
      "--verbose",
      "--output=text",
      "verify",
    ]);
    expect(verify).toMatch(/status: ok/);
  });

  it("fails with the name of a database that cannot be dumped, keeps nothing of it, and tries again", async () => {
    const leader = await healthy(namespace, name, 2);
    const before = await inDumps(namespace, ["list"]);
    await sql(namespace, leader, "create database broken");
    await sql(namespace, leader, "alter database broken set session_preload_libraries = nothing");

    const job = await runNow("broken");
    expect(await lastWords(job)).toContain('the database "broken" was not dumped: pg_dump ended with 1');
    expect(await inDumps(namespace, ["list"])).toBe(before);

    await sql(namespace, leader, "alter database broken reset session_preload_libraries");
    await completed(namespace, job);
  });

  it("is never dumped twice at once: a run that waits for a locked table keeps another one out", async () => {
    const leader = await healthy(namespace, name, 2);
    const before = (await dumpRuns(namespace, "repo1")).length;
    const locking = attempt(
      [
        "-n",
        namespace,
        "exec",
        "-i",
        leader,
        "-c",
        "postgres",
        "--",
        "psql",
        "-h",
        "/run/postgresql",
        "-U",
        "postgres",
      ],
      "begin; lock table row; select pg_sleep(600);",
    );
    const locked = (pod: string) => async () => {
      const locks =
        "select count(*) from pg_locks where relation = 'row'::regclass and mode = 'AccessExclusiveLock'";
      return (await sql(namespace, pod, locks)) === "1";
    };
    await until("the table is locked", 30, locked(leader));
    // A replica knows of a lock when its WAL was written out, which a transaction that goes on does not wait for.
    await sql(namespace, leader, "select pg_switch_wal()");
    const replica = leader === `${name}-0` ? `${name}-1` : `${name}-0`;
    await until("the table is locked at the replica", 30, locked(replica));
    const first = await runNow("waits");
    const held = "select count(*) from pg_locks where locktype = 'advisory' and granted";
    await until("the first run is under way", 60, async () => (await sql(namespace, leader, held)) === "1");

    await until("a dump waits at the replica", 60, async () => {
      const waiting = "select count(*) from pg_stat_activity where application_name = 'pg_dump'";
      return (await sql(namespace, replica, waiting)) === "1";
    });

    const second = await runNow("late");
    expect(await lastWords(second)).toContain("another run is under way");

    await sql(
      namespace,
      leader,
      "select pg_terminate_backend(pid) from pg_stat_activity where query like '%pg_sleep(600)%' and pid <> pg_backend_pid()",
    );
    await locking;
    await completed(namespace, first);
    await completed(namespace, second);
    expect((await dumpRuns(namespace, "repo1")).length).toBe(before + 2);
  });

  it("runs from objects that declare all that Kubernetes would fill in, so a dry-run changes no field", async () => {
    expect(await undeclaredFields(namespace, rendered)).toEqual([]);
    expect(await dryRunChanges(namespace, rendered)).toEqual([]);
  });
});
