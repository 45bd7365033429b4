import type { Cluster } from "../cluster/cluster.ts";
import { byKey } from "../kube/metadata.ts";
import { bytes } from "../kube/quantity.ts";
import { paths } from "../naming.ts";
import { once } from "../once.ts";
import { archiving } from "../pgbackrest/archiving.ts";
import { tdeParameters } from "./tde.ts";
import { tlsParameters } from "./tls.ts";

type Parameters = Readonly<Record<string, string>>;

/**
 * Settings that have to be equal on all members (or never lower on a replica), so that Patroni keeps them in the DCS and
 * ignores them in a member's own file.
 * https://patroni.readthedocs.io/en/latest/dynamic_configuration.html
 */
export const shared = new Set([
  "max_connections",
  "max_locks_per_transaction",
  "max_prepared_transactions",
  "max_replication_slots",
  "max_wal_senders",
  "max_worker_processes",
  "track_commit_timestamp",
  "wal_keep_segments",
  "wal_keep_size",
  "wal_level",
  "wal_log_hints",
]);

/** The least that Patroni takes of what it controls (postgresql/config.py, CMDLINE_OPTIONS). */
export const least: Readonly<Record<string, number>> = {
  max_connections: 25,
  max_locks_per_transaction: 32,
  max_replication_slots: 4,
  max_wal_senders: 3,
  max_worker_processes: 2,
};

/** Settings that Patroni or the layout of the pod decide, and why a spec cannot. */
export const reserved: Readonly<Record<string, string>> = {
  listen_addresses: "Patroni sets it from its own `listen`",
  port: "Services and network policies rely on 5432",
  cluster_name: "Patroni sets it to its scope",
  hot_standby: "Patroni always sets it to on",
  unix_socket_directories: "probes, backups and sidecars look for the socket in one place",
  data_directory: "the claim is mounted in one place",
  hba_file: "Patroni writes pg_hba.conf; use patroni.pg_hba",
  ident_file: "Patroni writes pg_ident.conf",
  config_file: "Patroni writes postgresql.conf",
  primary_conninfo: "Patroni points replicas at the leader",
  primary_slot_name: "Patroni names the slots of its members",
  synchronous_standby_names: "Patroni keeps it; use patroni.synchronous_mode",
  recovery_target_timeline: "Patroni sets it to latest",
};

/** Defaults that suit a container, with CPO's values where CPO's image sets one, so that a cluster behaves as it would there. */
function defaults(cluster: Cluster): Parameters {
  const megabytes = Math.floor(cluster.memoryBytes / 1024 ** 2);
  const members = cluster.pools.reduce(
    (sum, { spec }) => sum + spec.numberOfInstances,
    cluster.spec.numberOfInstances,
  );
  // Each member streams and has a slot; a backup, a copy and a follower elsewhere do, too.
  const streams = String(Math.max(10, members + 5));
  return {
    // Turning it on later needs a restart, an archive_command does not.
    archive_mode: "on",
    archive_timeout: "1800s",
    archive_command: archiving(cluster)?.archive ?? "/bin/true",
    wal_level: "replica",
    wal_log_hints: "on",
    wal_compression: "on",
    max_wal_senders: streams,
    max_replication_slots: streams,
    // From the container's memory, by the rules of CPO's image: a fifth, and one connection per 30 MB.
    shared_buffers: `${Math.max(16, Math.floor(megabytes / 5))}MB`,
    ...hugePages(cluster),
    max_connections: String(Math.min(1000, Math.max(100, Math.floor(megabytes / 30)))),
    // What the page cache can hold besides shared_buffers; the planner's only hint of it.
    effective_cache_size: `${Math.max(16, Math.floor((megabytes * 3) / 4))}MB`,
    autovacuum_max_workers: "5",
    autovacuum_vacuum_scale_factor: "0.05",
    autovacuum_analyze_scale_factor: "0.02",
    checkpoint_completion_target: "0.9",
    password_encryption: "scram-sha-256",
    shared_preload_libraries: "pg_stat_statements",
    tcp_keepalives_idle: "900",
    tcp_keepalives_interval: "100",
    track_functions: "all",
    // Logs go to the container's output, where the cluster's log collector expects them.
    logging_collector: "off",
    log_line_prefix: "%t [%p]: [%l-1] %c %x %d %u %a %h ",
    log_checkpoints: "on",
    log_lock_waits: "on",
    log_connections: "on",
    log_disconnections: "on",
    log_min_duration_statement: "500",
    log_autovacuum_min_duration: "0",
    log_statement: "ddl",
    log_temp_files: "0",
    ...tlsParameters(cluster),
    ...tdeParameters(cluster),
  };
}

/**
 * Shared memory in huge pages, as much of it as they hold. `on`: with `try` PostgreSQL would go without them in silence
 * where a node has too few, and take the memory from the container's.
 */
function hugePages({ spec }: Cluster): Parameters {
  if (spec.hugePages === undefined) return {};
  return {
    huge_pages: "on",
    ...(spec.hugePages.pageSize === "1Gi" ? { huge_page_size: "1GB" } : {}),
    shared_buffers: `${Math.max(16, roomForBuffers(spec.hugePages.amount))}MB`,
  };
}

/** Megabytes of an amount of huge pages that are left for shared_buffers: locks, WAL buffers and more are there too. */
export function roomForBuffers(amount: string): number {
  const megabytes = Math.floor(Number(bytes(amount) ?? 0n) / 1024 ** 2);
  return Math.floor(megabytes - Math.max(64, megabytes / 10));
}

/** A parameter as the spec has it: to PostgreSQL the names are the same in any letter case. */
export function givenParameter({ spec }: Cluster, name: string): { name: string; value: string } | undefined {
  const own = Object.entries(spec.postgresql.parameters).find(([key]) => key.toLowerCase() === name);
  return own === undefined ? undefined : { name: own[0], value: own[1] };
}

/** All settings of the cluster: `dcs` for Patroni's dynamic configuration, `local` for each member's own. */
export const parameters = once((cluster: Cluster): { dcs: Parameters; local: Parameters } => {
  const all = new Map(Object.entries(defaults(cluster)));
  // To PostgreSQL the names are the same in any letter case.
  for (const [name, value] of Object.entries(cluster.spec.postgresql.parameters))
    all.set(name.toLowerCase(), value);
  const dcs: Record<string, string> = {};
  const local: Record<string, string> = {};
  for (const [name, value] of [...all].sort(byKey))
    if (!Object.hasOwn(reserved, name)) (shared.has(name) ? dcs : local)[name] = value;
  return { dcs, local: { ...local, unix_socket_directories: paths.run } };
});
