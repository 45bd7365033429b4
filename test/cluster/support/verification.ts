import { image, manifests, spec, sql } from "./cluster.ts";
import { ended } from "./jobs.ts";
import { get, kubectl } from "./kubectl.ts";
import { note } from "./note.ts";
import { archived } from "./restore.ts";
import { giveKeys, inS3, s3Keys } from "./stores.ts";

/** A cluster `pay` with an encrypted repository on a volume and one in an object store, and verifications that a test starts. */
export const name = "pay";

const never = "0 0 30 2 *";
const store = inS3("repo2");
const pgbackrest = {
  image,
  configuration: { secret: "pay-keys" },
  global: {
    "start-fast": "y",
    // Seconds until a store that cannot be reached is given up, thrice.
    "io-timeout": "5",
    "repo1-cipher-type": "aes-256-cbc",
    "repo1-retention-full": "2",
    "repo2-bundle": "y",
    "repo2-path": "/pay",
    "repo2-retention-full": "2",
    ...store.options,
  },
  repos: [{ name: "repo1", storage: "pvc", volume: { size: "1Gi" }, schedule: { full: never } }, store.repo],
};

export const rows = {
  name: "rows",
  database: "postgres",
  sql: "select count(*) from row",
  expect: "2000",
} as const;

/** The objects of the cluster. */
export function verifying(
  namespace: string,
  instances: number,
  verification: Record<string, unknown>,
  more: Record<string, unknown> = {},
): string {
  const backup = { pgbackrest, verification: { schedule: never, amcheck: "all", ...verification } };
  return manifests(spec(namespace, name, instances, { spec: { backup, ...more } }));
}

/** Gives pgBackRest its keys, those that fit if nothing else is said. */
export function keys(
  namespace: string,
  cipher = "correct-horse",
  secret: string = s3Keys.secret,
): Promise<void> {
  const [key = ""] = store.keys;
  return giveKeys(namespace, "pay-keys", [
    `repo1-cipher-pass=${cipher}`,
    key,
    `repo2-s3-key-secret=${secret}`,
  ]);
}

type Report = {
  readonly result: "passed" | "failed" | "undecided";
  readonly checks: Record<string, unknown>;
  readonly seconds: Record<string, number>;
  readonly problems: readonly string[];
  readonly backupAge: number;
  readonly walAge: number;
  readonly walSince: number;
  readonly wal: string;
};

let runs = 0;

/** Starts what the CronJob of a repository would start. */
export async function verification(namespace: string, repository: number): Promise<string> {
  runs += 1;
  const job = `verify-${runs}`;
  const from = `--from=cronjob/${name}-verify-repo${repository}`;
  await kubectl(["-n", namespace, "create", "job", job, from]);
  return job;
}

/** What the last pod of a verification has reported, and how its Job ended. */
export async function reported(namespace: string, job: string): Promise<Report & { readonly job: string }> {
  const { type } = await ended(namespace, job);
  const { items } = await get(namespace, "pod", "-l", `job-name=${job}`);
  const [status] = items.at(-1).status.containerStatuses;
  const report = JSON.parse(status.state.terminated.message);
  note(`${report.repository}: ${report.result} in ${report.seconds["all"]} s: ${report.problems.join("; ")}`);
  return { ...report, job: type };
}

/** Runs what the CronJob of a repository would run. */
export async function verified(namespace: string, repository: number) {
  return reported(namespace, await verification(namespace, repository));
}

/** Runs a script where the repository on a volume is. */
export function inRepository(namespace: string, script: string): Promise<string> {
  const command = ["exec", `${name}-pgbackrest-repo-host-0`, "--", "sh", "-ec"];
  return kubectl(["-n", namespace, ...command, `cd /data/pgbackrest/repo1 && ${script}`]);
}

/** Two thousand rows in two segments of WAL, both behind the first backups. */
export async function filled(namespace: string, leader = `${name}-0`): Promise<readonly [string, string]> {
  const table = "create table row as select generate_series(1, 1000) id; create index on row (id)";
  await sql(namespace, leader, table);
  const first = await archived(namespace, leader);
  await sql(namespace, leader, "insert into row select generate_series(1, 1000)");
  return [first, await archived(namespace, leader)];
}
