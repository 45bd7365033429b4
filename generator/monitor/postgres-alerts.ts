import type { Cluster } from "../cluster/cluster.ts";
import type { Alerts } from "../cluster/spec.ts";
import type { Alert } from "./alert.ts";
import { ofMembers } from "./series.ts";

/** Transactions that there can be until PostgreSQL takes no more: it stops three million before. */
const mostTransactions = 2_000_000_000;
const day = 86_400;

/** What PostgreSQL tells through the exporter: templates/exporter-queries.yaml. */
export function postgresAlerts(cluster: Cluster, given: Alerts): Alert[] {
  const of = (metric: string) => ofMembers(cluster, metric);
  const { connections, transactionAge, certificateDays } = given;
  const oldest = `max by (namespace, clustername, datname) (${of("pgrender_transactions_age")})`;
  const left = `min by (namespace, clustername, file) (${of("pgrender_certificate_expiry_timestamp_seconds")}) - time()`;
  const old = {
    alert: "PostgresTransactionsOld",
    for: "10m",
    summary: `Transactions of the database {{ $labels.datname }} of ${cluster.name} are {{ $value | humanize }} old`,
    description: "Autovacuum does not freeze what is old. At two billion PostgreSQL takes no more writes.",
  };
  const expires = {
    alert: "PostgresCertificateExpires",
    for: "5m",
    summary: `The certificate {{ $labels.file }} of ${cluster.name} ends in {{ $value | humanizeDuration }}`,
    description:
      "From then on clients that verify it are turned away, and for that of pgBackRest no WAL is archived.",
  };
  return [
    {
      alert: "PostgresNotMeasured",
      expr: `${of("pg_up")} == 0 or ${of("pg_exporter_user_queries_load_error")} == 1 or absent(${of("pg_up")})`,
      for: "15m",
      severity: "warning",
      summary: `PostgreSQL of ${cluster.name} is not measured`,
      description:
        "An exporter is not let in, cannot read its queries, or is not there: other alerts are blind.",
    },
    {
      alert: "PostgresArchivingFails",
      expr: `${of("pgrender_archive_oldest_waiting_seconds")} > 600`,
      for: "5m",
      severity: "critical",
      summary: "{{ $labels.pod }} has WAL that waits for {{ $value | humanizeDuration }} to be archived",
      description: "A restore would lose what is written from now on, and what waits fills the volume.",
    },
    {
      alert: "PostgresConnectionsHigh",
      expr: `${of("pgrender_connections_used")} / ${of("pgrender_connections_usable")} > ${connections / 100}`,
      for: "5m",
      severity: "warning",
      summary: "{{ $labels.pod }} has {{ $value | humanizePercentage }} of its connections in use",
      description: "When all are in use, PostgreSQL turns clients away.",
    },
    { ...old, expr: `${oldest} > ${transactionAge}`, severity: "warning" },
    {
      ...old,
      expr: `${oldest} > ${Math.round((transactionAge + mostTransactions) / 2)}`,
      severity: "critical",
    },
    { ...expires, expr: `${left} < ${certificateDays * day}`, severity: "warning" },
    { ...expires, expr: `${left} < ${(certificateDays * day) / 4}`, severity: "critical" },
  ];
}
