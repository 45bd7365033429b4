import { at, objectOf, objectsOf, type Tree } from "../support/object.ts";
import { render } from "../../generator/render.ts";

/*
 * A cluster with all alerts, and the series of a day on which nothing is wrong. Times are seconds from the beginning of a test.
 */

const spec = `apiVersion: pgrender.dev/v1
kind: PostgresCluster
metadata: { name: orders, namespace: prod }
spec:
  numberOfInstances: 3
  postgresql: { version: "18" }
  volume: { size: 10Gi }
  pools: [{ name: yesterday, instances: 1, delay: 24h }]
  backup:
    pgbackrest:
      image: b:1
      global: { repo1-retention-full: "2" }
      repos: [{ name: repo1, storage: pvc, volume: { size: 10Gi }, schedule: { full: 1 1 * * 0, incr: 1 1 * * * } }]
    verification: {}
  monitor:
    image: exporter:1
    scrapers: [{ podSelector: {} }]
    podMonitor: {}
    alerts: {}
    dashboard: {}
`;

const objects = objectsOf(render([{ path: "a.yaml", text: spec }]).files);

/** The groups of rules as they are rendered, and the dashboard. */
export const groups = at(objectOf(objects, "PrometheusRule", "orders"), "spec", "groups");
export const dashboards: Tree | undefined = objectOf(objects, "ConfigMap", "orders-dashboard");

/** Values in promtool's notation, by series; undefined: there is no such series. */
export type Series = Readonly<Record<string, string | undefined>>;

const replicas = ["orders-1", "orders-2", "orders-yesterday-0"];
const pods = ["orders-0", ...replicas];
const always = "x140";

function labels(more: Readonly<Record<string, string>>): string {
  return Object.entries({ namespace: "prod", ...more })
    .map(([name, value]) => `${name}="${value}"`)
    .join(",");
}

/** A series of Patroni's about a member. */
export function patroni(metric: string, pod: string, scope = "orders"): string {
  return `patroni_${metric}{${labels({ clustername: "orders", pod, scope, name: pod })}}`;
}

/** A series of an exporter's about a member. */
export function exported(metric: string, pod: string, more: Readonly<Record<string, string>> = {}): string {
  return `${metric}{${labels({ clustername: "orders", pod, ...more })}}`;
}

/** A series about an object of Kubernetes'. */
export function kube(metric: string, more: Readonly<Record<string, string>>): string {
  return `${metric}{${labels(more)}}`;
}

function ofMember(pod: string): Series {
  const leads = pod === "orders-0";
  const one = (isSo: boolean) => (isSo ? `1${always}` : `0${always}`);
  const received = pod === "orders-yesterday-0" ? 1_000_000_000 : 2_000_000_000;
  return {
    [patroni("primary", pod)]: one(leads),
    [patroni("standby_leader", pod)]: one(false),
    [patroni("replica", pod)]: one(!leads),
    [patroni("postgres_running", pod)]: one(true),
    [patroni("postgres_streaming", pod)]: one(!leads),
    [patroni("xlog_location", pod)]: leads ? `2000000000${always}` : one(false),
    [patroni("xlog_received_location", pod)]: leads ? one(false) : `2000000000${always}`,
    [patroni("xlog_replayed_location", pod)]: leads ? one(false) : `${received}${always}`,
    [patroni("pending_restart", pod)]: one(false),
    [patroni("is_paused", pod)]: one(false),
    [patroni("dcs_last_seen", pod)]: `0+60${always}`,
    [exported("pg_up", pod)]: one(true),
    [exported("pg_exporter_user_queries_load_error", pod, { filename: "/tmp/queries.yaml" })]: one(false),
    [exported("pgrender_connections_used", pod)]: `10${always}`,
    [exported("pgrender_connections_usable", pod)]: `97${always}`,
    [exported("pgrender_transactions_age", pod, { datname: "shop" })]: `1000000${always}`,
    [exported("pgrender_certificate_expiry_timestamp_seconds", pod, { file: "server.crt" })]:
      `100000000${always}`,
    ...(leads ? { [exported("pgrender_archive_oldest_waiting_seconds", pod)]: `5${always}` } : {}),
    ...volume(`pgdata-${pod}`, 50),
  };
}

/** A volume of 100 bytes, of which some are free. */
export function volume(claim: string, free: number): Series {
  const of = (metric: string) =>
    kube(`kubelet_volume_stats_${metric}_bytes`, { persistentvolumeclaim: claim });
  return { [of("available")]: `${free}${always}`, [of("capacity")]: `100${always}` };
}

/** A CronJob: when its last run began, when one succeeded, whether one runs. */
export function cronJob(
  cronjob: string,
  {
    started = 60,
    succeeded = 120,
    active = 0,
    created = -1e6,
  }: Readonly<Record<string, number | undefined>> = {},
): Series {
  const of = (metric: string) => kube(`kube_cronjob_${metric}`, { cronjob });
  const constant = (value: number | undefined) => (value === undefined ? undefined : `${value}${always}`);
  return {
    [of("status_last_schedule_time")]: constant(started),
    [of("status_last_successful_time")]: Number.isNaN(succeeded) ? undefined : constant(succeeded),
    [of("status_active")]: constant(active),
    [of("created")]: constant(created),
  };
}

/** A Job of the converge Job's: when it began, and when it ended well if it did. */
export function job(name: string, started: number, completed?: number): Series {
  const of = (metric: string, more = {}) => kube(`kube_job_${metric}`, { job_name: name, ...more });
  const failed = completed === undefined ? 1 : 0;
  return {
    [of("status_start_time")]: `${started}${always}`,
    [of("status_completion_time")]: completed === undefined ? undefined : `${completed}${always}`,
    [of("failed", { condition: "true" })]: `${failed}${always}`,
  };
}

export const members = pods;

/** Nothing is wrong. */
export const healthy: Series = {
  ...Object.assign({}, ...pods.map(ofMember)),
  ...volume("repo1-orders-pgbackrest-repo-host-0", 50),
  ...cronJob("pgbackrest-orders-repo1-full"),
  ...cronJob("pgbackrest-orders-repo1-incr"),
  ...cronJob("orders-verify-repo1"),
  ...job("orders-converge-0a1b2c3d", 10, 20),
};
