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
import { attempt, kubectl, until } from "../support/kubectl.ts";
import { completed, jobOf } from "../support/jobs.ts";
import { note } from "../support/note.ts";

const namespace = "pgrender-backups-late";
const name = "pay";
const backup = {
  pgbackrest: {
    image,
    global: { "start-fast": "y", "repo1-retention-full": "2" },
    repos: [{ name: "repo1", storage: "pvc", volume: { size: "1Gi" }, schedule: { full: "0 0 30 2 *" } }],
  },
};
const plain = manifests(spec(namespace, name, 2));
const backedUp = manifests(spec(namespace, name, 2, { spec: { backup } }));

describe("a running cluster that gets backups", () => {
  beforeAll(async () => {
    await restrictedNamespace(namespace);
    await apply(plain);
    const leader = await healthy(namespace, name, 2);
    await sql(namespace, leader, "create table row as select generate_series(1, 1000) id");
  });
  afterAll(() => dropNamespace(namespace));

  it("rolls, keeps its rows, and has a backup and archived WAL soon after", async () => {
    await apply(backedUp);
    await completed(namespace, jobOf(backedUp, `${name}-first-backup`));
    const leader = await healthy(namespace, name, 2);

    expect(await sql(namespace, leader, "select count(*) from row")).toBe("1000");
    expect(await inPod(namespace, leader, ["pgbackrest", "--stanza=db", "check"])).toContain(
      "check command end: completed successfully",
    );
  });

  it("is backed up with renewed certificates, and PostgreSQL is not restarted for them", async () => {
    const leader = await healthy(namespace, name, 2);
    const started = await sql(namespace, leader, "select pg_postmaster_start_time()");
    const from = Date.now();

    await kubectl(["-n", namespace, "delete", "secret", `${name}-pgbackrest-cert`]);
    await kubectl(["-n", namespace, "delete", "job", jobOf(backedUp, `${name}-secrets`)]);
    await apply(backedUp);
    for (const [pod, container] of [
      [`${name}-0`, "pgbackrest"],
      [`${name}-1`, "pgbackrest"],
      [`${name}-pgbackrest-repo-host-0`, "pgbackrest"],
    ] as const) {
      await until(`${pod} has read its new certificate`, 180, async () =>
        (await kubectl(["-n", namespace, "logs", pod, "-c", container])).includes(
          "certificates were renewed",
        ),
      );
    }
    note(`renewed certificates were read after ${((Date.now() - from) / 1000).toFixed(0)} s`);

    await kubectl([
      "-n",
      namespace,
      "create",
      "job",
      "after",
      `--from=cronjob/pgbackrest-${name}-repo1-full`,
    ]);
    await completed(namespace, "after");
    expect((await attempt(["-n", namespace, "logs", "job/after"])).stdout).toContain("new backup label");
    expect(await inPod(namespace, leader, ["pgbackrest", "--stanza=db", "check"])).toContain(
      "check command end: completed successfully",
    );
    expect(await sql(namespace, leader, "select pg_postmaster_start_time()")).toBe(started);
  });
});
