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
import { archived, now, rows } from "../support/restore.ts";
import { azure, azureKey, gcs, giveKeys } from "../support/stores.ts";

const namespace = "pgrender-stores";
const name = "pay";
const never = "0 0 30 2 *";

/** The stores as a repository of a name: its entry in a spec, the options that it needs, and its keys for a Secret. */
const stores = {
  gcs: (repository: string) => ({
    // The stand-in takes any token.
    repo: { storage: "gcs", resource: "backups", endpoint: "gcs:4443", key: "token", keyType: "token" },
    options: {
      [`${repository}-cipher-type`]: "aes-256-cbc",
      [`${repository}-path`]: "/pay",
      // In one piece: the stand-in does not name the upload of several in the header x-guploader-uploadid, as the store does.
      [`${repository}-storage-upload-chunk-size`]: "64MiB",
      [`${repository}-storage-verify-tls`]: "n",
    },
    keys: [`${repository}-cipher-pass=correct-horse`],
  }),
  azure: (repository: string) => ({
    repo: { storage: "azure", resource: "backups", account: "store" },
    options: {
      [`${repository}-azure-uri-style`]: "path",
      [`${repository}-path`]: "/pay",
      [`${repository}-storage-host`]: "azure",
      [`${repository}-storage-port`]: "10000",
      [`${repository}-storage-verify-tls`]: "n",
    },
    keys: [`${repository}-azure-key=${azureKey}`],
  }),
};
const [first, second] = [stores.gcs("repo1"), stores.azure("repo2")];
const schedule = { full: never, incr: never };
const backup = {
  logical: { retention: "1 day" },
  pgbackrest: {
    image,
    configuration: { secret: "pay-keys" },
    global: {
      "start-fast": "y",
      "repo1-retention-full": "2",
      "repo2-retention-full": "2",
      ...first.options,
      ...second.options,
    },
    repos: [
      { name: "repo1", ...first.repo, schedule },
      { name: "repo2", ...second.repo, schedule },
    ],
  },
};

const sums = "select count(*), md5(string_agg(md5(word), '' order by id)) from row";

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
    await giveKeys(namespace, "pay-keys", [...first.keys, ...second.keys]);
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

  it("has a member made anew from Google Cloud, and not from the primary", async () => {
    const leader = await healthy(namespace, name, 2);
    const replica = leader === `${name}-0` ? `${name}-1` : `${name}-0`;
    await inPod(namespace, leader, ["patronictl", "reinit", name, replica, "--force", "--wait"]);
    await healthy(namespace, name, 2, 180);

    const said = await kubectl(["-n", namespace, "logs", replica, "-c", "postgres", "--tail=-1"]);
    expect(said).toContain("replica has been created using pgbackrest");
    expect(said).toMatch(/restore command begin [^]*repo1: restore backup set/);
    expect(await sql(namespace, replica, "select count(*) from row")).toBe("200000");
  });

  it.each(["gcs", "azure"] as const)(
    "is cloned from %s alone, at a moment between two of its rows",
    async (store) => {
      const leader = await healthy(namespace, name, 2);
      await sql(namespace, leader, "create table if not exists kept (id int); truncate kept");
      await sql(namespace, leader, "insert into kept values (1), (2)");
      const { target } = await now(namespace, leader);
      await sql(namespace, leader, "insert into kept values (3)");
      await archived(namespace, leader);

      const { repo, options, keys } = stores[store]("repo1");
      await giveKeys(namespace, `${store}-keys`, keys);
      const clone = {
        cluster: name,
        timestamp: target.replace(" ", "T").replace(/\+00$/, "+00:00"),
        pgbackrest: { repo, options, configuration: { secret: `${store}-keys` } },
      };
      const copy = `from-${store}`;
      await apply(manifests(spec(namespace, copy, 1, { spec: { clone } })));

      const copied = await healthy(namespace, copy, 1, 240);
      expect(await rows(namespace, copied)).toBe("1,2");
      expect(await sql(namespace, copied, sums)).toBe(await sql(namespace, leader, sums));
      await kubectl(["-n", namespace, "scale", "statefulset", copy, "--replicas=0"]);
    },
  );

  it("is dumped into both, and restored from either", async () => {
    const leader = await healthy(namespace, name, 2);
    await kubectl(["-n", namespace, "create", "job", "now", `--from=cronjob/logical-backup-${name}`]);
    await completed(namespace, "now", 300);
    await holdDumps(namespace, name);
    for (const store of ["1", "2"]) {
      const [run = ""] = await dumpRuns(namespace, `repo${store}`);
      await inDumps(namespace, ["restore", run, "postgres", `copy_${store}`], { STORES: store });
      const command = ["psql", "-XqAt", "-h", "/run/postgresql", "-U", "postgres", "-d", `copy_${store}`];
      const copied = await inPod(namespace, leader, [...command, "-c", sums]);
      expect(copied.trim()).toBe(await sql(namespace, leader, sums));
    }
  });
});
