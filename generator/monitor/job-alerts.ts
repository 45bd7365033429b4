import type { Cluster } from "../cluster/cluster.ts";
import type { Alerts, BackupRepository } from "../cluster/spec.ts";
import { converges } from "../converge/index.ts";
import { durationSeconds } from "../kube/duration.ts";
import { targetOf } from "../logical/target.ts";
import { names } from "../naming.ts";
import { backupOf } from "../pgbackrest/repositories.ts";
import { verifiedRepositories } from "../pgbackrest/verification.ts";
import type { Alert } from "./alert.ts";
import { longestPause } from "./pause.ts";
import { ofObjects } from "./series.ts";

const week = "0 0 * * 0";
/** As long as the one at the end of a Job's name. */
const hash = "xxxxxxxx";

/** What kube-state-metrics tells of the cluster's Jobs. https://github.com/kubernetes/kube-state-metrics/tree/main/docs/metrics/workload */
export function jobAlerts(cluster: Cluster, given: Alerts): Alert[] {
  const backup = backupOf(cluster);
  const repositories = backup?.repos ?? [];
  const scheduled = repositories.filter((repository) => schedules(repository).length > 0);
  const verified = backup === undefined ? [] : verifiedRepositories(cluster, backup);
  const making = [
    ...scheduled.flatMap((repository) =>
      schedules(repository).map(([type]) => cronJob(cluster, repository, type)),
    ),
    ...(targetOf(cluster) === undefined ? [] : [names.logicalBackupSchedule(cluster)]),
  ];
  return [
    ...(making.length === 0 ? [] : [backupFailed(cluster, making)]),
    ...scheduled.map((repository) => tooOld(cluster, repository, given)),
    ...(verified.length === 0 ? [] : verification(cluster, verified)),
    ...(converges(cluster) ? [convergeFailed(cluster)] : []),
  ];
}

function schedules({ schedule }: BackupRepository): (readonly [type: string, when: string])[] {
  return Object.entries(schedule ?? {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
}

function cronJob(cluster: Cluster, { name }: BackupRepository, type: string): string {
  return names.backupSchedule(cluster, name, type);
}

/** CronJobs whose last run has failed: a success would be later. */
function failed(cluster: Cluster, cronJobs: readonly string[]): string {
  const of = (metric: string) => ofObjects(cluster, metric, ["cronjob", ...cronJobs]);
  const [started, done] = ["schedule", "successful"].map((what) =>
    of(`kube_cronjob_status_last_${what}_time`),
  );
  return `${started} > (${done} or ${started} * 0) unless ${of("kube_cronjob_status_active")} > 0`;
}

/** Seconds since a CronJob has succeeded, or since there is one. */
function age(cluster: Cluster, cronJobs: readonly string[]): string {
  const of = (metric: string) => ofObjects(cluster, metric, ["cronjob", ...cronJobs]);
  const done = `max by (namespace) (${of("kube_cronjob_status_last_successful_time")})`;
  return `time() - (${done} or min by (namespace) (${of("kube_cronjob_created")}))`;
}

function backupFailed(cluster: Cluster, cronJobs: readonly string[]): Alert {
  return {
    alert: "PostgresBackupFailed",
    expr: failed(cluster, cronJobs),
    for: "1m",
    severity: "warning",
    summary: "The last run of {{ $labels.cronjob }} has failed",
    description: "There is no backup of this time. The log of its pod says why.",
  };
}

function tooOld(cluster: Cluster, repository: BackupRepository, { backupAge }: Alerts): Alert {
  const own = schedules(repository);
  const most =
    backupAge === undefined ? longestPause(own.map(([, when]) => when)) : (durationSeconds(backupAge) ?? 0);
  return {
    alert: "PostgresBackupTooOld",
    expr: `${age(
      cluster,
      own.map(([type]) => cronJob(cluster, repository, type)),
    )} > ${most}`,
    for: "5m",
    severity: "critical",
    summary: `The newest backup of ${cluster.name} in ${repository.name} is {{ $value | humanizeDuration }} old`,
    description:
      "A restore takes long, for all WAL since then has to be replayed, and backups are removed while none is made.",
    labels: { repository: repository.name },
  };
}

function verification(cluster: Cluster, repositories: readonly BackupRepository[]): Alert[] {
  const cronJobs = repositories.map(({ name }) => names.verification(cluster, name));
  const most = longestPause([cluster.spec.backup?.verification?.schedule ?? week]);
  return [
    {
      alert: "PostgresBackupNotRestorable",
      expr: failed(cluster, cronJobs),
      for: "1m",
      severity: "critical",
      summary: "The newest backup could not be restored by {{ $labels.cronjob }}",
      description: "The last line of its pod's log says what is wrong with the backup.",
    },
    ...repositories.map(({ name }): Alert => ({
      alert: "PostgresBackupNotVerified",
      expr: `${age(cluster, [names.verification(cluster, name)])} > ${most}`,
      for: "5m",
      severity: "warning",
      summary: `No backup of ${cluster.name} in ${name} was restored for {{ $value | humanizeDuration }}`,
      description: "Nobody knows whether the backups can be restored.",
      labels: { repository: name },
    })),
  ];
}

/** The newest Job that failed is newer than the newest that succeeded, of the spec's own and those of the schedule. */
function convergeFailed(cluster: Cluster): Alert {
  const own = names.jobRun(cluster, names.converge(cluster), hash).replace(hash, "[0-9a-f]{8}");
  const jobs = ["job_name", own, `${names.convergeSchedule(cluster)}-[0-9]+`] as const;
  const started = ofObjects(cluster, "kube_job_status_start_time", jobs);
  const isFailed = `${ofObjects(cluster, "kube_job_failed", jobs, ["condition", "=", "true"])} == 1`;
  const newest = `max by (namespace) (${started} and on (namespace, job_name) ${isFailed})`;
  const done = `max by (namespace) (${ofObjects(cluster, "kube_job_status_completion_time", jobs)})`;
  return {
    alert: "PostgresConvergeFailed",
    expr: `${newest} > (${done} or ${newest} * 0)`,
    for: "5m",
    severity: "warning",
    summary: `${cluster.name} is not brought to what its spec says`,
    description:
      "The last Job that should have done it has failed. The log of its pod names the statement or what it waited for.",
  };
}
