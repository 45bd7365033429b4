import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { apply, dropNamespace, healthy, restrictedNamespace } from "./support/cluster.ts";
import { completed, jobOf } from "./support/jobs.ts";
import { get, kubectl, until } from "./support/kubectl.ts";
import { dryRunChanges, undeclaredFields } from "./support/live.ts";
import { s3 } from "./support/stores.ts";
import { filled, inRepository, keys, name, rows, verified, verifying } from "./support/verification.ts";

const namespace = "pgrender-verification";
const good = verifying(namespace, 1, { queries: [rows] });

describe("backups that are verified", () => {
  let [first, second] = ["", ""];

  beforeAll(async () => {
    await restrictedNamespace(namespace);
    await apply(s3(namespace));
    await keys(namespace);
    await apply(good);
    await healthy(namespace, name, 1, 180);
    const job = jobOf(good, "pay-first-backup");
    await completed(namespace, job, 300);
    [first, second] = await filled(namespace);
  });
  afterAll(() => dropNamespace(namespace));

  it("pass, on a volume and in an object store: restored, replayed to the newest WAL, checked and asked", async () => {
    const reports = await Promise.all([verified(namespace, 1), verified(namespace, 2)]);

    for (const report of reports) {
      expect(report).toMatchObject({ job: "Complete", result: "passed", problems: [], wal: second });
      expect(report.checks).toEqual({ amcheck: "passed", queries: 1, checksums: "passed" });
      expect(report.walSince).toBeGreaterThanOrEqual(2);
      expect(report.backupAge).toBeGreaterThanOrEqual(report.walAge);
    }
  });

  it("leave nothing behind: the scratch volume goes with its pod", async () => {
    const isOurs = "member.cpo.opensource.cybertec.at/type=verification";
    const claims = async () => (await get(namespace, "pvc", "-l", isOurs)).items;
    expect(await claims()).toHaveLength(2);

    await kubectl(["-n", namespace, "delete", "pod", "-l", isOurs]);
    await until("the claims of the pods are gone", 60, async () => (await claims()).length === 0);
  });

  it("run from objects that declare all that Kubernetes would fill in", async () => {
    expect(await undeclaredFields(namespace, good)).toEqual([]);
    expect(await dryRunChanges(namespace, good)).toEqual([]);
  });

  it("fail for an answer that is not the expected one, an error, and WAL that is too old", async () => {
    const wrong = { ...rows, name: "wrong", expect: "1999" };
    const none = { ...rows, name: "none", sql: "select count(*) from nowhere" };
    const harmful = { ...rows, name: "harmful", sql: "drop table row" };
    const queries = [rows, wrong, none, harmful];
    await apply(verifying(namespace, 1, { queries, maxWalAge: "1s" }));

    const report = await verified(namespace, 1);

    expect(report).toMatchObject({ job: "Failed", result: "failed" });
    expect(report.problems).toEqual([
      expect.stringMatching(/^the newest WAL is \d+ s old, and at most 1 s are allowed$/),
      "query wrong gave '2000', and not '1999'",
      expect.stringContaining('query none failed: relation "nowhere" does not exist'),
      expect.stringContaining("query harmful failed: cannot execute DROP TABLE in a read-only transaction"),
    ]);
    await apply(good);
  });

  it("fail for a WAL segment that is missing between the backup and the newest one", async () => {
    const aside = `f=$(find archive -name '${first}-*') && mv "$f" lost && echo "$f"`;
    const found = await inRepository(namespace, aside);
    const report = await verified(namespace, 1);
    await inRepository(namespace, `mv lost ${found.trim()}`);

    expect(report).toMatchObject({ job: "Failed", result: "failed" });
    expect(report.problems).toEqual([
      expect.stringContaining(`to the newest, ${second}, are missing, the first is ${first}`),
    ]);
  });

  it("fail for a WAL segment that cannot be read, although PostgreSQL takes it for the end of the WAL", async () => {
    const spoil = 'cp "$f" good && printf spoilt | dd of="$f" bs=1 seek=5000 conv=notrunc 2>/dev/null';
    const spoilt = `f=$(find archive -name '${first}-*') && ${spoil} && echo "$f"`;
    const found = await inRepository(namespace, spoilt);
    const report = await verified(namespace, 1);
    await inRepository(namespace, `mv good ${found.trim()}`);

    expect(report).toMatchObject({ job: "Failed", result: "failed" });
    expect(report.problems).toEqual([
      expect.stringContaining(`the newest WAL of the archive is ${second}: ${first} cannot be read`),
    ]);
  });

  it("fail for keys that open nothing, of the store and of the encryption", async () => {
    await keys(namespace, "wrong-horse", "an expired secret");
    const [volume, store] = await Promise.all([verified(namespace, 1), verified(namespace, 2)]);
    await keys(namespace);

    expect(volume).toMatchObject({ job: "Failed", result: "failed" });
    expect(volume.problems).toEqual([
      expect.stringContaining("backup.info.copy': damaged, or encrypted with another key"),
    ]);
    expect(store).toMatchObject({ job: "Failed", result: "failed" });
    expect(store.problems).toEqual([
      expect.stringContaining("403 (Forbidden) (SignatureDoesNotMatch): the store refuses the key"),
    ]);
  });
});
