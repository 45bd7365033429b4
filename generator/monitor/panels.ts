import type { Cluster } from "../cluster/cluster.ts";
import { freeShare } from "./disk-alerts.ts";
import { ofMembers } from "./series.ts";

type Query = { readonly expr: string; readonly legend: string };
type Panel = {
  readonly title: string;
  readonly unit: string;
  readonly queries: readonly Query[];
  /** One number for each series, and not a line. */
  readonly now?: true;
};

const columns = 3;
const [width, height] = [24 / columns, 7];

/** What is looked at first stands first, three panels in a row. */
export function panels(cluster: Cluster): Readonly<Record<string, unknown>>[] {
  return chosen(cluster).map(({ title, unit, queries, now }, index) => ({
    id: index + 1,
    title,
    type: now === true ? "stat" : "timeseries",
    datasource: { type: "prometheus", uid: "${datasource}" },
    gridPos: { x: (index % columns) * width, y: Math.floor(index / columns) * height, w: width, h: height },
    fieldConfig: { defaults: { unit, ...(now === true ? {} : { min: 0 }) }, overrides: [] },
    options: now === true ? { reduceOptions: { calcs: ["lastNotNull"] }, colorMode: "none" } : {},
    targets: queries.map(({ expr, legend }, nth) => ({
      refId: String.fromCodePoint(65 + nth),
      expr,
      legendFormat: legend,
      instant: now === true,
    })),
  }));
}

function chosen(cluster: Cluster): Panel[] {
  const of = (metric: string) => ofMembers(cluster, metric);
  const perPod = (expr: string, legend = "{{pod}}"): Query => ({ expr, legend });
  const perDatabase = (metric: string) =>
    perPod(`sum by (datname) (rate(${of(metric)}[$__rate_interval]))`, "{{datname}}");
  return [
    {
      title: "Leader",
      unit: "none",
      now: true,
      queries: [perPod(`${of("patroni_primary")} + ${of("patroni_standby_leader")} == 1`)],
    },
    {
      title: "Timeline",
      unit: "none",
      now: true,
      queries: [perPod(of("patroni_postgres_timeline"))],
    },
    {
      title: "Waits for a restart",
      unit: "bool_yes_no",
      now: true,
      queries: [perPod(of("patroni_pending_restart"))],
    },
    {
      title: "WAL to replay",
      unit: "bytes",
      queries: [
        perPod(`scalar(max(${of("patroni_xlog_location")})) - (${of("patroni_xlog_replayed_location")} > 0)`),
      ],
    },
    { title: "Delay of replicas", unit: "s", queries: [perPod(of("pgrender_replay_delay_seconds"))] },
    {
      title: "WAL kept for slots",
      unit: "bytes",
      queries: [perPod(of("pgrender_slots_retained_bytes"), "{{pod}} {{slot_name}}")],
    },
    {
      title: "Connections",
      unit: "none",
      queries: [
        perPod(of("pgrender_connections_used")),
        perPod(`min(${of("pgrender_connections_usable")})`, "there can be"),
      ],
    },
    {
      title: "Longest transaction",
      unit: "s",
      queries: [perPod(of("pgrender_activity_longest_transaction_seconds"), "{{pod}} {{datname}}")],
    },
    {
      title: "Waiting for locks",
      unit: "none",
      queries: [perPod(of("pgrender_activity_waiting"), "{{pod}} {{datname}}")],
    },
    { title: "Commits", unit: "ops", queries: [perDatabase("pg_stat_database_xact_commit")] },
    { title: "Rollbacks", unit: "ops", queries: [perDatabase("pg_stat_database_xact_rollback")] },
    {
      title: "Read from memory",
      unit: "percentunit",
      queries: [
        perPod(
          `sum by (pod) (rate(${of("pg_stat_database_blks_hit")}[$__rate_interval])) / ` +
            `(sum by (pod) (rate(${of("pg_stat_database_blks_hit")}[$__rate_interval])) + ` +
            `sum by (pod) (rate(${of("pg_stat_database_blks_read")}[$__rate_interval])) > 0)`,
        ),
      ],
    },
    {
      title: "Size of databases",
      unit: "bytes",
      queries: [perPod(`max by (datname) (${of("pg_database_size_bytes")})`, "{{datname}}")],
    },
    {
      title: "Free on volumes",
      unit: "percentunit",
      queries: [perPod(freeShare(cluster), "{{persistentvolumeclaim}}")],
    },
    {
      title: "Oldest WAL that waits to be archived",
      unit: "s",
      queries: [perPod(of("pgrender_archive_oldest_waiting_seconds"))],
    },
    {
      title: "Age of transactions",
      unit: "none",
      queries: [perPod(`max by (datname) (${of("pgrender_transactions_age")})`, "{{datname}}")],
    },
    {
      title: "Certificates end in",
      unit: "s",
      now: true,
      queries: [
        perPod(`min by (file) (${of("pgrender_certificate_expiry_timestamp_seconds")}) - time()`, "{{file}}"),
      ],
    },
    { title: "Measured", unit: "bool_yes_no", now: true, queries: [perPod(of("pg_up"))] },
  ];
}
