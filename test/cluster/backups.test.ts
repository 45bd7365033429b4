import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  apply,
  dropNamespace,
  healthy,
  image,
  inPod,
  manifests,
  members,
  restrictedNamespace,
  spec,
  sql,
} from "./support/cluster.ts";
import { get, kubectl, until } from "./support/kubectl.ts";
import { completed, jobOf } from "./support/jobs.ts";
import { dryRunChanges, undeclaredFields } from "./support/live.ts";
import { archived } from "./support/restore.ts";
import { giveKeys, inS3, s3 } from "./support/stores.ts";

const namespace = "pgrender-repositories";
const name = "pay";
const never = "0 0 30 2 *";
const store = inS3("repo2");
const backup = {
  timeZone: "Europe/Vienna",
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
      {
        name: "repo1",
        storage: "pvc",
        volume: { size: "1Gi" },
        schedule: { full: never, diff: never, incr: never },
      },
      { ...store.repo, schedule: { full: never, incr: never } },
    ],
  },
};
const rendered = manifests(spec(namespace, name, 2, { spec: { backup } }));

type Backup = {
  readonly type: string;
  readonly database: { readonly "repo-key": number };
  readonly timestamp: { readonly start: number; readonly stop: number };
};

/** The backups of a repository, as a member sees them. */
async function backupsIn(repository: number): Promise<readonly Backup[]> {
  const command = ["pgbackrest", "--stanza=db", "--log-level-console=off", "--output=json", "info"];
  const [stanza] = JSON.parse(await inPod(namespace, `${name}-0`, command));
  return stanza.backup.filter((each: Backup) => each.database["repo-key"] === repository);
}

async function replicaOf(leader: string): Promise<string> {
  const found = (await members(namespace, leader)).find((member) => member.role !== "leader");
  return found?.name ?? "";
}

/** Starts what a CronJob would start. */
async function runNow(schedule: string, job: string): Promise<string> {
  await kubectl(["-n", namespace, "create", "job", job, `--from=cronjob/pgbackrest-${name}-${schedule}`]);
  return job;
}

describe("a cluster with a repository on a volume and one in an object store", () => {
  beforeAll(async () => {
    await restrictedNamespace(namespace);
    await apply(s3(namespace));
    await giveKeys(namespace, "pay-keys", ["repo1-cipher-pass=correct-horse", ...store.keys]);
    await apply(rendered);
    await healthy(namespace, name, 2, 180);
  });
  afterAll(() => dropNamespace(namespace));

  it("has a full backup in each by itself, soon after it came up", async () => {
    const { items } = await get(namespace, "job");
    const jobs: readonly string[] = items.map((job: { metadata: { name: string } }) => job.metadata.name);

    await completed(namespace, jobs.find((job) => job.startsWith(`${name}-first-backup-`)) ?? "", 300);
    expect((await backupsIn(1)).map(({ type }) => type)).toEqual(["full"]);
    expect((await backupsIn(2)).map(({ type }) => type)).toEqual(["full"]);
  });

  it("archives its WAL to both", async () => {
    const leader = await healthy(namespace, name, 2);
    await sql(namespace, leader, "create table row as select generate_series(1, 1000) id");

    await archived(namespace, leader);
    const check = await inPod(namespace, leader, ["pgbackrest", "--stanza=db", "check"]);
    expect(check).toMatch(/WAL segment \w+ successfully archived to .* on repo1[^]* on repo2/);
  });

  it("runs from objects that declare all that Kubernetes would fill in, so a dry-run changes no field", async () => {
    expect(await undeclaredFields(namespace, rendered)).toEqual([]);
    expect(await dryRunChanges(namespace, rendered)).toEqual([]);
  });

  it("is backed up by its schedules, in part too", async () => {
    for (const schedule of ["repo1-incr", "repo1-diff", "repo2-incr"]) {
      const job = await runNow(schedule, `now-${schedule}`);
      await completed(namespace, job);
    }

    expect((await backupsIn(1)).map(({ type }) => type)).toEqual(["full", "incr", "diff"]);
    expect((await backupsIn(2)).map(({ type }) => type)).toEqual(["full", "incr"]);
  });

  it("is backed up at once by a commit, and once only", async () => {
    const now = { id: "before-migration", type: "diff", repositories: ["repo2"] };
    const yaml = manifests(spec(namespace, name, 2, { spec: { backup: { ...backup, now } } }));
    const job = jobOf(yaml, "pay-backup-now");
    await apply(yaml);
    await completed(namespace, job);
    expect((await backupsIn(2)).map(({ type }) => type)).toEqual(["full", "incr", "diff"]);

    // As after its image has changed: another Job, of the same id.
    await kubectl(["-n", namespace, "delete", "job", job]);
    await apply(yaml);
    await completed(namespace, job);
    expect((await backupsIn(2)).map(({ type }) => type)).toEqual(["full", "incr", "diff"]);
  });

  it("is never backed up twice at once into one repository: the second waits for the first", async () => {
    const before = [...(await backupsIn(1)), ...(await backupsIn(2))].length;
    const jobs = await Promise.all(
      ["repo1-full", "repo1-incr", "repo2-full", "repo2-incr"].map((each) => runNow(each, `beside-${each}`)),
    );
    for (const job of jobs) await completed(namespace, job, 300);

    const found = [await backupsIn(1), await backupsIn(2)];
    expect(found.flat()).toHaveLength(before + 4);
    for (const backups of found) {
      const times = backups.map(({ timestamp }) => timestamp).toSorted((a, b) => a.start - b.start);
      const overlaps = times.filter(({ start }, index) => start < (times[index - 1]?.stop ?? 0));
      expect(overlaps).toEqual([]);
    }
  });

  it("is backed up after a failover from the new primary", async () => {
    const leader = await healthy(namespace, name, 2);
    const replica = await replicaOf(leader);
    await inPod(namespace, leader, ["patronictl", "failover", name, "--candidate", replica, "--force"]);
    await until("the replica leads", 60, async () => (await healthy(namespace, name, 2)) === replica);

    const job = await runNow("repo1-incr", "after-failover");
    await completed(namespace, job, 300);
    const before = (await backupsIn(2)).length;
    const other = await runNow("repo2-incr", "after-failover-2");
    await completed(namespace, other, 300);
    expect(await backupsIn(2)).toHaveLength(before + 1);
  });

  it("rebuilds a replica from a repository, and not from the primary", async () => {
    const leader = await healthy(namespace, name, 2);
    const replica = await replicaOf(leader);

    await inPod(namespace, leader, ["patronictl", "reinit", name, replica, "--force", "--wait"]);
    await healthy(namespace, name, 2);

    const said = await kubectl(["-n", namespace, "logs", replica, "-c", "postgres", "--tail=-1"]);
    expect(said).toContain("replica has been created using pgbackrest");
    expect(await sql(namespace, replica, "select count(*) from row")).toBe("1000");
  });

  it("keeps an encrypted repository from who has not its key", async () => {
    const command = ["pgbackrest", "--stanza=db", "--repo=1", "--log-level-console=off", "info"];
    const info = (word: string) =>
      kubectl(["-n", namespace, "exec", `${name}-pgbackrest-repo-host-0`, "--", "env", word].concat(command));

    expect(await info("ANY=1")).toContain("full backup: ");
    const refused = await info("PGBACKREST_REPO1_CIPHER_PASS=wrong");
    expect(refused).toContain("status: error");
    expect(refused).not.toContain("full backup: ");
  });

  it("goes on writing while a repository cannot be reached, and catches up with its WAL", async () => {
    const leader = await healthy(namespace, name, 2);
    const host = `${name}-pgbackrest-repo-host`;
    await kubectl(["-n", namespace, "scale", "statefulset", host, "--replicas=0"]);
    await until("the host is gone", 60, async () => {
      const { status } = await get(namespace, "statefulset", host);
      return (status.replicas ?? 0) === 0;
    });
    const wal = await sql(
      namespace,
      leader,
      "insert into row values (0); select pg_walfile_name(pg_switch_wal())",
    );
    await until("archiving fails", 90, async () => {
      const failed = await sql(namespace, leader, "select last_failed_wal from pg_stat_archiver");
      return failed >= wal;
    });
    expect(await sql(namespace, leader, "insert into row values (0) returning id")).toBe("0");

    await kubectl(["-n", namespace, "scale", "statefulset", host, "--replicas=1"]);
    await until("the WAL is archived", 180, async () => {
      const archived = await sql(namespace, leader, "select last_archived_wal from pg_stat_archiver");
      return archived >= wal;
    });
  });
});
