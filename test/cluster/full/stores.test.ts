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
} from "../support/cluster.ts";
import { dumpRuns, holdDumps, inDumps } from "../support/dumps.ts";
import { completed } from "../support/jobs.ts";
import { get, kubectl } from "../support/kubectl.ts";
import { azure, azureKey, gcs, giveKeys } from "../support/stores.ts";

const namespace = "pgrender-stores";
const name = "pay";
const never = "0 0 30 2 *";
const backup = {
  logical: { retention: "1 day" },
  pgbackrest: {
    image,
    configuration: { secret: "pay-keys" },
    global: {
      "start-fast": "y",
      "repo1-cipher-type": "aes-256-cbc",
      "repo1-path": "/pay",
      "repo1-retention-full": "2",
      // In one piece: the stand-in does not name the upload of several in the header that the real store has.
      "repo1-storage-upload-chunk-size": "64MiB",
      "repo1-storage-verify-tls": "n",
      "repo2-azure-uri-style": "path",
      "repo2-path": "/pay",
      "repo2-retention-full": "2",
      "repo2-storage-host": "azure",
      "repo2-storage-port": "10000",
      "repo2-storage-verify-tls": "n",
    },
    repos: [
      {
        name: "repo1",
        storage: "gcs",
        resource: "backups",
        endpoint: "gcs:4443",
        // The stand-in takes any token.
        key: "token",
        keyType: "token",
        schedule: { full: never, incr: never },
      },
      {
        name: "repo2",
        storage: "azure",
        resource: "backups",
        account: "store",
        schedule: { full: never, incr: never },
      },
    ],
  },
};

/** The types of the backups in a repository, oldest first. */
async function backupsIn(pod: string, repository: number): Promise<string[]> {
  const command = ["pgbackrest", "--stanza=db", `--repo=${repository}`, "--output=json", "info"];
  const [stanza] = JSON.parse(await inPod(namespace, pod, [...command, "--log-level-console=off"]));
  return stanza.backup.map(({ type }: { type: string }) => type);
}

describe("a cluster with a repository in Google Cloud and one in Azure", () => {
  beforeAll(async () => {
    await restrictedNamespace(namespace);
    await apply(gcs(namespace));
    await apply(azure(namespace));
    const keys = ["repo1-cipher-pass=correct-horse", `repo2-azure-key=${azureKey}`];
    await giveKeys(namespace, "pay-keys", keys);
    const wait = ["-n", namespace, "wait", "--for=condition=Ready", "pod/gcs", "pod/azure", "--timeout=60s"];
    await kubectl(wait);
    await apply(manifests(spec(namespace, name, 2, { spec: { backup, enableLogicalBackup: true } })));
    await healthy(namespace, name, 2, 180);
  });
  afterAll(() => dropNamespace(namespace));

  it("has a full backup in each by itself, and its WAL in both", async () => {
    const { items } = await get(namespace, "job");
    const jobs: readonly string[] = items.map((job: { metadata: { name: string } }) => job.metadata.name);
    await completed(namespace, jobs.find((job) => job.startsWith(`${name}-first-backup-`)) ?? "", 400);

    const leader = await healthy(namespace, name, 2);
    expect(await backupsIn(leader, 1)).toEqual(["full"]);
    expect(await backupsIn(leader, 2)).toEqual(["full"]);
    const check = await inPod(namespace, leader, ["pgbackrest", "--stanza=db", "check"]);
    expect(check).toMatch(/WAL segment \w+ successfully archived to .* on repo1[^]* on repo2/);
  });

  it("is backed up in part, with files larger than what one request carries", async () => {
    const leader = await healthy(namespace, name, 2);
    // Bytes that do not compress: a file of 32 MB goes in several pieces.
    await sql(
      namespace,
      leader,
      "create table row as select id, sha512(id::text::bytea) || sha512((-id)::text::bytea) word from generate_series(1, 200000) id",
    );
    for (const repository of ["repo1", "repo2"]) {
      const job = `incr-${repository}`;
      const from = `--from=cronjob/pgbackrest-${name}-${repository}-incr`;
      await kubectl(["-n", namespace, "create", "job", job, from]);
      await completed(namespace, job, 300);
    }

    expect(await backupsIn(leader, 1)).toEqual(["full", "incr"]);
    expect(await backupsIn(leader, 2)).toEqual(["full", "incr"]);
  });

  it("is dumped into both, and restored from either", async () => {
    const leader = await healthy(namespace, name, 2);
    await kubectl(["-n", namespace, "create", "job", "now", `--from=cronjob/logical-backup-${name}`]);
    await completed(namespace, "now", 300);
    await holdDumps(namespace, name);
    const rows = "select count(*), md5(string_agg(md5(word), '' order by id)) from row";

    for (const store of ["1", "2"]) {
      const [run = ""] = await dumpRuns(namespace, `repo${store}`);
      await inDumps(namespace, ["restore", run, "postgres", `copy_${store}`], { STORES: store });
      const command = ["psql", "-XqAt", "-h", "/run/postgresql", "-U", "postgres", "-d", `copy_${store}`];
      const copied = await inPod(namespace, leader, [...command, "-c", rows]);
      expect(copied.trim()).toBe(await sql(namespace, leader, rows));
    }
  });
});
