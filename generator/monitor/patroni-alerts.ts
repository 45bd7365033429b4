import type { Cluster } from "../cluster/cluster.ts";
import { groups, running } from "../cluster/group.ts";
import type { Alerts } from "../cluster/spec.ts";
import { bytes } from "../kube/quantity.ts";
import type { Alert } from "./alert.ts";
import { ofMembers } from "./series.ts";

const each = "by (namespace, clustername)";
const scope = "(namespace, clustername, scope)";

/** What Patroni tells of the members. https://patroni.readthedocs.io/en/latest/rest_api.html#monitoring-endpoint */
export function patroniAlerts(cluster: Cluster, { replicationLag }: Alerts): Alert[] {
  const of = (metric: string) => ofMembers(cluster, metric);
  const leads = `${of("patroni_primary")} + ${of("patroni_standby_leader")}`;
  const members = groups(cluster).reduce((sum, group) => sum + running(group), 0);
  const windows = (cluster.spec.maintenanceWindows ?? []).length > 0;
  return [
    {
      alert: "PostgresNoLeader",
      // A leader whose Patroni does not answer has no series at all.
      expr: `sum ${each} (${leads}) == 0 or absent(${of("patroni_primary")})`,
      for: "1m",
      severity: "critical",
      summary: `${cluster.name} has no leader`,
      description: "No member says that it leads: the cluster takes no writes, or nobody is told of it.",
    },
    {
      alert: "PostgresTwoLeaders",
      // The generations of a restore have scopes of their own.
      expr: `sum by ${scope} (${leads}) > 1`,
      for: "1m",
      severity: "critical",
      summary: `${cluster.name} has {{ $value }} leaders`,
      description:
        "Members of {{ $labels.scope }} say at once that they lead: what is written to one of them is lost.",
    },
    {
      alert: "PostgresMemberMissing",
      expr: `count ${each} (${of("patroni_postgres_running")} == 1) < ${members}`,
      for: "15m",
      severity: "warning",
      summary: `{{ $value }} of the ${members} members of ${cluster.name} run`,
      description: "PostgreSQL runs in fewer members than the spec has.",
    },
    {
      alert: "PostgresReplicaNotStreaming",
      expr: `${of("patroni_replica")} == 1 and on (namespace, pod) ${of("patroni_postgres_streaming")} == 0`,
      for: "10m",
      severity: "warning",
      summary: "{{ $labels.pod }} does not stream",
      description: "The replica gets no WAL from the leader: it falls behind, and cannot take over.",
    },
    {
      alert: "PostgresReplicationLag",
      expr: lag(cluster, bytes(replicationLag) ?? 0n),
      for: "5m",
      severity: "warning",
      summary: "{{ $labels.pod }} is {{ $value | humanize1024 }}B behind",
      description: `The replica has more than ${replicationLag} of WAL to replay: what it answers is old, and a failover to it takes long.`,
    },
    {
      alert: "PostgresPendingRestart",
      expr: `${of("patroni_pending_restart")} == 1`,
      for: windows ? "192h" : "2h",
      severity: "warning",
      summary: "{{ $labels.pod }} waits for a restart",
      description:
        "A setting of the spec holds from the next start of PostgreSQL on, and nobody has restarted it.",
    },
    {
      alert: "PostgresStoreUnreachable",
      expr: `time() - ${of("patroni_dcs_last_seen")} > 120`,
      for: "1m",
      severity: "critical",
      summary: "{{ $labels.pod }} does not reach the store of the leader's lock",
      description:
        "Patroni has not seen its DCS for two minutes: without failsafe mode a primary stops taking writes, with it nobody can take over.",
    },
    {
      alert: "PostgresPaused",
      expr: `max ${each} (${of("patroni_is_paused")}) == 1`,
      for: "1h",
      severity: "warning",
      summary: `${cluster.name} is paused`,
      description: "Patroni is in maintenance mode: when the leader fails, nobody takes over.",
    },
  ];
}

/** Bytes that replicas have to replay. Those that lag on purpose are left out. */
function lag(cluster: Cluster, most: bigint): string {
  const delayed = groups(cluster).filter(({ pool }) => (pool?.delaySeconds ?? 0) > 0);
  const names = delayed.map(({ group }) => `${group}-[0-9]+`);
  const prompt = names.length === 0 ? [] : ([["pod", "!~", names.join("|")]] as const);
  const behind = ofMembers(cluster, "patroni_xlog_replayed_location", ...prompt);
  const replica = `${ofMembers(cluster, "patroni_replica")} == 1`;
  const of = (metric: string) => ofMembers(cluster, metric);
  // A member has one of both: the leader of a standby cluster has no location of its own, but what it received.
  const newest = `max by ${scope} (${of("patroni_xlog_location")} + ${of("patroni_xlog_received_location")})`;
  return `${newest} - on ${scope} group_right () (${behind} and on (namespace, pod) ${replica}) > ${most}`;
}
