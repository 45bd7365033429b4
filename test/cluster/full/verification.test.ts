import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  apply,
  dropNamespace,
  healthy,
  inPod,
  members,
  restrictedNamespace,
  sql,
} from "../support/cluster.ts";
import { completed, ended, jobOf } from "../support/jobs.ts";
import { get, kubectl, until } from "../support/kubectl.ts";
import { archived } from "../support/restore.ts";
import { s3 } from "../support/stores.ts";
import {
  filled,
  inRepository,
  keys,
  name,
  reported,
  rows,
  verification,
  verified,
  verifying,
} from "../support/verification.ts";

const namespace = "pgrender-verification-full";
/** WAL and a tablespace have volumes of their own, which the restored copy has not. */
const volumes = { walVolume: { size: "512Mi" }, tablespaces: { fast: { size: "512Mi" } } };
const declared = (verification: Record<string, unknown>) => verifying(namespace, 2, verification, volumes);
const good = declared({ queries: [rows] });

describe("backups that are verified in the course of time", () => {
  beforeAll(async () => {
    await restrictedNamespace(namespace);
    await apply(s3(namespace));
    await keys(namespace);
    await apply(good);
    const leader = await healthy(namespace, name, 2, 180);
    const job = jobOf(good, "pay-first-backup");
    await completed(namespace, job, 300);
    const location = "/home/postgres/tablespaces/fast/data";
    await sql(namespace, leader, `create tablespace fast location '${location}'`);
    await sql(namespace, leader, "create table far tablespace fast as select generate_series(1, 1000) id");
    await filled(namespace, leader);
  });
  afterAll(() => dropNamespace(namespace));

  it("pass after a failover: replay goes over to the timeline of the new primary", async () => {
    const leader = await healthy(namespace, name, 2);
    const replica = (await members(namespace, leader)).find(({ role }) => role !== "leader")?.name ?? "";
    await inPod(namespace, leader, ["patronictl", "failover", name, "--candidate", replica, "--force"]);
    await until("the replica leads", 60, async () => (await healthy(namespace, name, 2)) === replica);
    await sql(namespace, replica, "create table later (id int)");
    const wal = await archived(namespace, replica);

    const report = await verified(namespace, 1);
    expect(report).toMatchObject({ job: "Complete", result: "passed", wal });
    expect(wal).toMatch(/^00000002/);
  });

  it("keep no backup waiting", async () => {
    const slow = { ...rows, name: "slow", sql: "select pg_sleep(30)", expect: "" };
    await apply(declared({ queries: [slow] }));
    const job = await verification(namespace, 1);
    await until("the verification asks its query", 60, async () => {
      const said = await kubectl(["-n", namespace, "logs", `job/${job}`]);
      return said.includes("verify: queries");
    });

    const backup = ["create", "job", "beside", `--from=cronjob/pgbackrest-${name}-repo1-full`];
    await kubectl(["-n", namespace, ...backup]);
    await completed(namespace, "beside");
    expect((await get(namespace, "job", job)).status.active).toBe(1);
    expect(await reported(namespace, job)).toMatchObject({ job: "Complete", result: "passed" });
  });

  it("fail for a damaged file of the backup, and name it", async () => {
    const spoil = 'cp "$f" good && printf spoilt | dd of="$f" bs=1 seek=5000 conv=notrunc 2>/dev/null';
    const search = "find backup/db/*F -path '*/pg_data/base/*' -size +100k | sort | tail -n 1";
    const found = await inRepository(namespace, `f=$(${search}) && ${spoil} && echo "$f"`);
    const report = await verified(namespace, 1);
    await inRepository(namespace, `mv good ${found.trim()}`);

    expect(report).toMatchObject({ job: "Failed", result: "failed" });
    expect(report.problems).toEqual([
      expect.stringContaining(`invalid checksum '${found.trim().split("/").slice(2).join("/")}'`),
    ]);
  });

  it("fail for a damaged file of an older backup, which a restore of the newest one does not meet", async () => {
    const spoil = 'cp "$f" good && printf spoilt | dd of="$f" bs=1 seek=5000 conv=notrunc 2>/dev/null';
    const search = "find backup/db/*F -path '*/pg_data/base/*' -size +100k | sort | head -n 1";
    await apply(good);
    const found = await inRepository(namespace, `f=$(${search}) && ${spoil} && echo "$f"`);
    const report = await verified(namespace, 1);
    await inRepository(namespace, `mv good ${found.trim()}`);

    expect(report).toMatchObject({ job: "Failed", result: "failed" });
    expect(report.problems).toEqual([
      expect.stringContaining(`invalid checksum '${found.trim().split("/").slice(2).join("/")}'`),
    ]);
    expect(report.checks).toEqual({ amcheck: "passed", queries: 1, checksums: "passed" });
  });

  it("fail for an index that does not hold together, whose pages have their checksums", async () => {
    const leader = await healthy(namespace, name, 2);
    const compare = (a: string, b: string) => `create or replace function fickle(int, int) returns int
      language sql immutable as $$ select case when ${a} > ${b} then 1 when ${a} < ${b} then -1 else 0 end $$`;
    await sql(
      namespace,
      leader,
      `${compare("$1", "$2")};
      create operator class fickle for type int using btree as operator 1 <, operator 2 <=, operator 3 =,
        operator 4 >=, operator 5 >, function 1 fickle(int, int);
      create table odd as select generate_series(1, 1000) id;
      create index odd_id on odd (id fickle);
      ${compare("$2", "$1")}`,
    );
    await archived(namespace, leader);
    const report = await verified(namespace, 1);
    await sql(namespace, leader, "drop table odd");
    await archived(namespace, leader);

    expect(report).toMatchObject({ job: "Failed", result: "failed" });
    expect(report.problems).toEqual([expect.stringMatching(/^pg_amcheck: .*odd_id.*invariant/)]);
    expect(report.checks).toEqual({ amcheck: "failed", queries: 1, checksums: "passed" });
  });

  it("are tried again while a store cannot be reached", async () => {
    await kubectl(["-n", namespace, "delete", "service", "s3"]);
    const job = await verification(namespace, 2);
    await until("one try is over", 180, async () => {
      const { status } = await get(namespace, "job", job);
      return (status.failed ?? 0) >= 1;
    });
    await apply(s3(namespace));

    expect(await reported(namespace, job)).toMatchObject({ job: "Complete", result: "passed" });
  });

  it("end at their deadline, and say what they were at", async () => {
    const slow = { ...rows, name: "slow", sql: "select pg_sleep(3600)" };
    await apply(declared({ queries: [slow], deadlineSeconds: 60 }));

    const report = await verified(namespace, 1);

    expect(report).toMatchObject({ job: "Failed", result: "failed" });
    expect(report.problems).toEqual(["queries: not done within the 60 s that are allowed"]);
    expect(report.seconds["all"]).toBeLessThan(45);
  });

  it("end at their deadline when there is no room for them", async () => {
    await apply(declared({ deadlineSeconds: 60, volume: { storageClass: "nowhere" } }));

    const job = await verification(namespace, 2);

    expect(await ended(namespace, job, 120)).toMatchObject({ type: "Failed", reason: "DeadlineExceeded" });
  });
});
