import { cronJob, exported, job, kube, members, patroni, volume, type Series } from "./series.ts";

/** What differs from a day on which nothing is wrong, and which alerts that has fired after so many minutes: none, if it is near. */
export type Case = readonly [what: string, minutes: number, differs: Series, ...fires: readonly string[]];

/** From the fifth minute on another value; and for one minute only. */
const since = (before: number, after: number) => `${before}x4 ${after}x140`;
const briefly = (before: number, after: number, samples = 1) =>
  `${before}x4 ${after}x${samples - 1} ${before}x140`;
const all = (series: (pod: string) => string, values: string | undefined): Series =>
  Object.fromEntries(members.map((pod) => [series(pod), values]));

const waiting = exported("pgrender_archive_oldest_waiting_seconds", "orders-0");
const used = exported("pgrender_connections_used", "orders-2");
const age = exported("pgrender_transactions_age", "orders-0", { datname: "shop" });
const expiry = exported("pgrender_certificate_expiry_timestamp_seconds", "orders-1", { file: "server.crt" });
const queries = exported("pg_exporter_user_queries_load_error", "orders-1", {
  filename: "/tmp/queries.yaml",
});
const replayed = patroni("xlog_replayed_location", "orders-2");
const most = 128 * 1024 ** 2;
const [full, incr, verify] = [
  "pgbackrest-orders-repo1-full",
  "pgbackrest-orders-repo1-incr",
  "orders-verify-repo1",
];

export const cases: readonly Case[] = [
  ["nothing is wrong", 30, {}],

  ["the leader is gone", 7, { [patroni("primary", "orders-0")]: since(1, 0) }, "PostgresNoLeader critical"],
  ["the lead is handed over", 7, { [patroni("primary", "orders-0")]: briefly(1, 0) }],
  [
    "nobody answers",
    30,
    { ...all((pod) => patroni("primary", pod), undefined) },
    "PostgresNoLeader critical",
  ],
  [
    "a standby cluster leads by its own leader",
    30,
    { [patroni("primary", "orders-0")]: "0x140", [patroni("standby_leader", "orders-0")]: "1x140" },
  ],

  ["two lead", 7, { [patroni("primary", "orders-1")]: since(0, 1) }, "PostgresTwoLeaders critical"],
  ["two lead by the time of the scrapes alone", 7, { [patroni("primary", "orders-1")]: briefly(0, 1) }],
  [
    "a restore leads in a scope of its own",
    30,
    {
      [patroni("primary", "orders-1", "orders-r1")]: "1x140",
      [patroni("standby_leader", "orders-1", "orders-r1")]: "0x140",
    },
  ],

  [
    "a member does not run",
    21,
    { [patroni("postgres_running", "orders-2")]: since(1, 0) },
    "PostgresMemberMissing warning",
  ],
  ["a member is replaced", 21, { [patroni("postgres_running", "orders-2")]: briefly(1, 0, 14) }],

  [
    "a replica does not stream",
    16,
    { [patroni("postgres_streaming", "orders-2")]: since(1, 0) },
    "PostgresReplicaNotStreaming warning",
  ],
  ["a replica connects again", 16, { [patroni("postgres_streaming", "orders-2")]: briefly(1, 0, 9) }],

  ["a replica is behind", 11, { [replayed]: `${2e9 - most - 1}x140` }, "PostgresReplicationLag warning"],
  ["a replica is as far behind as it may be", 11, { [replayed]: `${2e9 - most}x140` }],
  [
    "a replica of a standby cluster is behind",
    11,
    {
      [patroni("primary", "orders-0")]: "0x140",
      [patroni("standby_leader", "orders-0")]: "1x140",
      [patroni("xlog_location", "orders-0")]: "0x140",
      [patroni("xlog_received_location", "orders-0")]: "2000000000x140",
      [replayed]: `${2e9 - most - 1}x140`,
    },
    "PostgresReplicationLag warning",
  ],

  [
    "a restart is waited for",
    126,
    { [patroni("pending_restart", "orders-1")]: since(0, 1) },
    "PostgresPendingRestart warning",
  ],
  ["a restart comes within two hours", 123, { [patroni("pending_restart", "orders-1")]: since(0, 1) }],

  [
    "Patroni does not reach its store",
    5,
    { [patroni("dcs_last_seen", "orders-1")]: "0x140" },
    "PostgresStoreUnreachable critical",
  ],
  [
    "Patroni has last seen its store two minutes ago",
    30,
    { [patroni("dcs_last_seen", "orders-1")]: "-120+60x140" },
  ],

  [
    "somebody paused Patroni",
    66,
    all((pod) => patroni("is_paused", pod), since(0, 1)),
    "PostgresPaused warning",
  ],
  ["somebody pauses Patroni for an hour", 64, all((pod) => patroni("is_paused", pod), since(0, 1))],

  [
    "an exporter is not let in",
    21,
    { [exported("pg_up", "orders-1")]: since(1, 0) },
    "PostgresNotMeasured warning",
  ],
  ["an exporter is let in again", 21, { [exported("pg_up", "orders-1")]: briefly(1, 0, 14) }],
  ["queries are no YAML", 21, { [queries]: since(0, 1) }, "PostgresNotMeasured warning"],
  ["queries were no YAML for a while", 21, { [queries]: briefly(0, 1, 14) }],
  [
    "no exporter is scraped",
    16,
    all((pod) => exported("pg_up", pod), undefined),
    "PostgresNotMeasured warning",
  ],

  ["WAL waits", 6, { [waiting]: "601x140" }, "PostgresArchivingFails critical"],
  ["WAL waits for ten minutes", 30, { [waiting]: "600x140" }],
  ["WAL waits no longer", 10, { [waiting]: briefly(5, 601, 5) }],

  ["connections run out", 6, { [used]: "88x140" }, "PostgresConnectionsHigh warning"],
  ["nine of ten connections are in use", 30, { [used]: "87x140" }],

  ["transactions are old", 11, { [age]: "1000000001x140" }, "PostgresTransactionsOld warning"],
  ["transactions are as old as they may be", 30, { [age]: "1000000000x140" }],
  [
    "transactions are very old",
    11,
    { [age]: "1500000001x140" },
    "PostgresTransactionsOld critical",
    "PostgresTransactionsOld warning",
  ],
  ["transactions are not that old yet", 11, { [age]: "1500000000x140" }, "PostgresTransactionsOld warning"],

  [
    "a certificate ends in two weeks",
    10,
    { [expiry]: `${14 * 86_400}x140` },
    "PostgresCertificateExpires warning",
  ],
  ["a certificate holds for two weeks more", 10, { [expiry]: `${14 * 86_400 + 600}x140` }],
  [
    "a certificate ends in three days",
    10,
    { [expiry]: `${3.5 * 86_400}x140` },
    "PostgresCertificateExpires critical",
    "PostgresCertificateExpires warning",
  ],
  [
    "a certificate holds for half a week more",
    10,
    { [expiry]: `${3.5 * 86_400 + 600}x140` },
    "PostgresCertificateExpires warning",
  ],

  ["a volume fills", 6, volume("pgdata-orders-1", 14), "PostgresDiskFull warning"],
  ["a volume is as full as it may be", 30, volume("pgdata-orders-1", 15)],
  ["another cluster's volume is full", 30, volume("pgdata-orders-eu-0", 1)],
  [
    "the repository's volume is full",
    6,
    volume("repo1-orders-pgbackrest-repo-host-0", 7),
    "PostgresDiskFull critical",
    "PostgresDiskFull warning",
  ],
  [
    "a repository is not that full yet",
    6,
    volume("repo1-orders-pgbackrest-repo-host-0", 8),
    "PostgresDiskFull warning",
  ],

  ["a backup failed", 5, cronJob(incr, { started: 120, succeeded: 60 }), "PostgresBackupFailed warning"],
  ["no backup ever succeeded", 5, cronJob(full, { succeeded: Number.NaN }), "PostgresBackupFailed warning"],
  ["a backup runs", 30, cronJob(incr, { started: 120, succeeded: 60, active: 1 })],

  [
    "the newest backup is old",
    10,
    {
      ...cronJob(full, { started: -9e5, succeeded: -8e5 }),
      ...cronJob(incr, { started: -2e5, succeeded: -108_000 }),
    },
    "PostgresBackupTooOld critical",
  ],
  [
    "the newest backup is as old as it may be",
    10,
    {
      ...cronJob(full, { started: -9e5, succeeded: -8e5 }),
      ...cronJob(incr, { started: -2e5, succeeded: -107_400 }),
    },
  ],
  [
    "there is no backup, and there should be",
    10,
    {
      ...cronJob(full, { started: 0, succeeded: Number.NaN, active: 1, created: -1e6 }),
      ...cronJob(incr, { started: 0, succeeded: Number.NaN, active: 1, created: -1e6 }),
    },
    "PostgresBackupTooOld critical",
  ],
  [
    "there is no backup of a new cluster",
    10,
    {
      ...cronJob(full, { started: 0, succeeded: Number.NaN, active: 1, created: -1000 }),
      ...cronJob(incr, { started: 0, succeeded: Number.NaN, active: 1, created: -1000 }),
    },
  ],

  [
    "a backup cannot be restored",
    5,
    cronJob(verify, { started: 120, succeeded: 60 }),
    "PostgresBackupNotRestorable critical",
  ],
  ["a backup is being restored", 5, cronJob(verify, { started: 120, succeeded: 60, active: 1 })],
  [
    "no backup was restored",
    10,
    cronJob(verify, { started: -8e5, succeeded: -691_200 }),
    "PostgresBackupNotVerified warning",
  ],
  ["a backup was restored eight days ago", 10, cronJob(verify, { started: -8e5, succeeded: -690_600 })],

  ["the converge Job failed", 6, job("orders-converge-11111111", 30), "PostgresConvergeFailed warning"],
  [
    "it failed, and was done later by the schedule",
    30,
    { ...job("orders-converge-11111111", 30), ...job("orders-converge-29384756", 40, 50) },
  ],
  ["another cluster's converge Job failed", 30, job("orders-eu-converge-11111111", 30)],
  [
    "no converge Job ever succeeded",
    6,
    {
      [kube("kube_job_status_completion_time", { job_name: "orders-converge-0a1b2c3d" })]: undefined,
      [kube("kube_job_failed", { job_name: "orders-converge-0a1b2c3d", condition: "true" })]: "1x140",
    },
    "PostgresConvergeFailed warning",
  ],
];
