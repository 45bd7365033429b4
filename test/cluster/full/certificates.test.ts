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
import { completed, jobOf } from "../support/jobs.ts";
import { attempt, get, kubectl, until, type Outcome } from "../support/kubectl.ts";
import { dryRunChanges, undeclaredFields } from "../support/live.ts";
import { note } from "../support/note.ts";
import { archived, backedUp, rows } from "../support/restore.ts";

/** Set where cert-manager runs. */
const isThere = process.env["PGRENDER_TEST_CERT_MANAGER"] !== undefined;

const namespace = "pgrender-certificates";
const name = "pay";
const secret = `${name}-pgbackrest-cert`;
const pgbackrest = {
  image,
  global: { "start-fast": "y", "repo1-retention-full": "2" },
  repos: [{ name: "repo1", storage: "pvc", volume: { size: "1Gi" }, schedule: { full: "0 0 30 2 *" } }],
};
const made = manifests(spec(namespace, name, 2, { spec: { backup: { pgbackrest } } }));
const certificates = { provider: "certManager" };
const managed = manifests(spec(namespace, name, 2, { spec: { backup: { pgbackrest, certificates } } }));

const pods = [`${name}-0`, `${name}-1`, `${name}-pgbackrest-repo-host-0`];

type Status = { readonly name: string; readonly containerID: string; readonly restartCount: number };

/** The containers that run, which are others after any restart. */
async function containers(): Promise<unknown> {
  const { items } = await get(namespace, ...pods.map((pod) => `pod/${pod}`));
  return items.map(
    ({ metadata, status }: { metadata: { uid: string }; status: Record<string, Status[]> }) => [
      metadata.uid,
      ...[...(status["initContainerStatuses"] ?? []), ...(status["containerStatuses"] ?? [])].map(
        (container) => [container.name, container.containerID, container.restartCount],
      ),
    ],
  );
}

/** What the server of a pod shows to a member with a certificate: who signed its own, and its number. */
async function served(pod: string): Promise<{ issuer: string; serial: string }> {
  const host = `${pod}.${name}-clusterpods`;
  const at = "/etc/pgbackrest/certs";
  const script = `openssl s_client -connect ${host}:8432 -verify_return_error -CAfile ${at}/pgbackrest.ca-roots \
    -cert ${at}/pgbackrest-client.crt -key ${at}/pgbackrest-client.key </dev/null 2>/dev/null | openssl x509 -noout -issuer -serial`;
  const answer = await inPod(namespace, `${name}-0`, ["sh", "-c", script]);
  return {
    issuer: /issuer=CN ?= ?(.*)/.exec(answer)?.[1] ?? "",
    serial: /serial=(\w+)/.exec(answer)?.[1] ?? "",
  };
}

/** Waits until every server shows a certificate of an authority, and another one than before. Returns their numbers. */
function shown(issuer: string, before: readonly string[] = []): Promise<string[]> {
  return until(`every pod shows a certificate of ${issuer}`, 240, async () => {
    const found = await Promise.all(pods.map(served));
    const isNew = found.every((one) => one.issuer === issuer && !before.includes(one.serial));
    return isNew ? found.map(({ serial }) => serial) : undefined;
  });
}

const seconds = (from: number) => `${((Date.now() - from) / 1000).toFixed(0)} s`;

/** A backup by the CronJob's template, and WAL on its way. */
async function works(job: string): Promise<void> {
  const leader = await healthy(namespace, name, 2);
  const from = `--from=cronjob/pgbackrest-${name}-repo1-full`;
  await kubectl(["-n", namespace, "create", "job", job, from]);
  await completed(namespace, job);
  await sql(namespace, leader, "insert into kept values (0)");
  // PostgreSQL tries what it could not archive again after a minute.
  await archived(namespace, leader, 120);
  const check = await inPod(namespace, leader, ["pgbackrest", "--stanza=db", "check"]);
  expect(check).toContain("check command end: completed successfully");
}

/** What comes of a look into the repository from the pod of a member, with a key and its certificate. */
function asked(pod: string, pair: string): Promise<Outcome> {
  const host = `--repo1-host=${name}-pgbackrest-repo-host-0.${name}-clusterpods`;
  const files = [`--repo1-host-cert-file=${pair}.crt`, `--repo1-host-key-file=${pair}.key`];
  const command = ["pgbackrest", "--stanza=db", host, ...files, "repo-ls"];
  return attempt(["-n", namespace, "exec", pod, "-c", "postgres", "--", ...command]);
}

describe.runIf(isThere)("a cluster whose certificates cert-manager makes", () => {
  beforeAll(async () => {
    await restrictedNamespace(namespace);
    await apply(made);
    const leader = await healthy(namespace, name, 2, 240);
    await backedUp(namespace, leader);
    await sql(namespace, leader, "create table kept (id int); insert into kept values (1), (2)");
  });
  afterAll(() => dropNamespace(namespace));

  it("had others before, and nothing of it is restarted for the new ones", async () => {
    await shown("pgrender");
    const before = await containers();
    const from = Date.now();

    await apply(managed);
    await shown("pgrender backups");
    note(`all pods had another authority's after ${seconds(from)}`);

    await works("by-cert-manager");
    expect(await containers()).toEqual(before);
  });

  it("runs from objects that declare all that Kubernetes would fill in, so a dry-run changes no field", async () => {
    expect(await undeclaredFields(namespace, managed)).toEqual([]);
    expect(await dryRunChanges(namespace, managed)).toEqual([]);
  });

  it("reads a renewed one while it archives, without a failure and without a restart", async () => {
    const leader = await healthy(namespace, name, 2);
    const before = await containers();
    const first = await shown("pgrender backups");
    const failures = () => sql(namespace, leader, "select failed_count from pg_stat_archiver");
    const failed = await failures();

    // What `cmctl renew` does.
    const conditions = [{ type: "Issuing", status: "True", reason: "ManuallyTriggered", message: "a test" }];
    const patch = JSON.stringify({ status: { conditions } });
    const renewal = ["patch", "certificate", secret, "--subresource=status", "--type=merge", "-p", patch];
    await kubectl(["-n", namespace, ...renewal]);
    const from = Date.now();
    let isOver = false;
    const all = shown("pgrender backups", first).finally(() => (isOver = true));
    let segments = 0;
    for (; !isOver; segments += 1) {
      await sql(namespace, leader, "insert into kept values (3)");
      await archived(namespace, leader);
    }
    await all;
    note(
      `all pods had the renewed one after ${seconds(from)}, and ${segments} segments were archived meanwhile`,
    );

    await works("renewed");
    expect(await failures()).toBe(failed);
    expect(await containers()).toEqual(before);
  });

  it("is cloned from its repository, to one whose certificates another issuer signs", async () => {
    const leader = await healthy(namespace, name, 2);
    const before = await rows(namespace, leader);
    const issuer = { name: `${name}-pgbackrest-ca` };
    const clone = { cluster: name, pgbackrest: { repo: { storage: "pvc" } } };
    const backup = { pgbackrest, certificates: { ...certificates, issuer, duration: "1h" } };
    const copy = manifests(spec(namespace, "copy", 1, { spec: { clone, backup } }));
    await apply(copy);

    const copied = await healthy(namespace, "copy", 1, 240);

    expect(await rows(namespace, copied)).toBe(before);
    await completed(namespace, jobOf(copy, "copy-first-backup"));
    const { items } = await get(
      namespace,
      "certificate",
      "-l",
      "cluster.cpo.opensource.cybertec.at/name=copy",
    );
    expect(items.map((one: { metadata: { name: string } }) => one.metadata.name)).toEqual([
      "copy-pgbackrest-cert",
    ]);
  });

  it("lets in who has its name from its authority, and nobody who lacks one of the two", async () => {
    const pair = "/etc/pgbackrest/certs/pgbackrest-client";
    const forged = `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=${name} \
      -keyout /tmp/forged.key -out /tmp/forged.crt`;
    await inPod(namespace, `${name}-0`, ["sh", "-c", `${forged} 2>&1`]);

    expect(await asked(`${name}-0`, pair)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("backup"),
    });
    expect((await asked("copy-0", pair)).stdout).toMatch(/ERROR: .* access denied/);
    expect((await asked(`${name}-0`, "/tmp/forged")).stdout).toMatch(/ERROR: .* TLS .*unknown ca/);
  });

  it("goes back to the Job's, when what cert-manager made is taken away", async () => {
    const before = await containers();
    const objects = [
      `certificate/${secret}`,
      `certificate/${name}-pgbackrest-ca`,
      `issuer/${name}-pgbackrest-ca`,
      `issuer/${name}-pgbackrest-root`,
    ];
    await kubectl(["-n", namespace, "delete", ...objects]);
    const job = jobOf(made, `${name}-secrets`);
    expect((await attempt(["-n", namespace, "get", "job", job])).code).toBe(0);
    await kubectl(["-n", namespace, "delete", `secret/${secret}`, `job/${job}`]);
    await apply(made);
    await shown("pgrender");

    await works("by-the-job");
    expect(await containers()).toEqual(before);
  });
});
