/**
 * Every name, label, port and path, once. They are CPO's, so that
 * applications find what they found under CPO; what CPO has no word for starts with `pgrender.dev/`.
 */
import type { Cluster, Fleet } from "./cluster/cluster.ts";
import { generationOf, generationsOf, isBackedUp, type Generation } from "./cluster/generation.ts";
import type { Group } from "./cluster/group.ts";
import { monitorOf } from "./cluster/monitor.ts";
import type { PoolerRole } from "./cluster/pooler.ts";

export const ports = { postgres: 5432, patroni: 8008, pgbackrest: 8432, exporter: 9187 } as const;

/** Where things are in the database container. The data paths are CPO's: they name what lies on existing volumes. */
export const paths = {
  volume: "/home/postgres/pgdata",
  root: "/home/postgres/pgdata/pgroot",
  walVolume: "/home/postgres/pgwal",
  tablespaces: "/home/postgres/tablespaces",
  home: "/home/postgres",
  run: "/run/postgresql",
  /** The same volume in sidecars, where CPO shows it to them. */
  sharedRun: "/var/run/postgresql",
  config: "/etc/patroni",
  dcsTls: "/etc/patroni-dcs",
  tls: "/tls",
  tlsAuthority: "/tlsca",
  /** pgBackRest reads every *.conf there by itself. */
  backupConfig: "/etc/pgbackrest/conf.d",
  backupCertificates: "/etc/pgbackrest/certs",
  /** The same of the cluster that this one is made from. */
  originConfig: "/etc/pgbackrest/clone-conf.d",
  originCertificates: "/etc/pgbackrest/clone-certs",
  /** Of pgBackRest, on the volume of the data: CPO's. */
  backupRoot: "/home/postgres/pgdata/pgbackrest",
  /** Volumes that hold repositories, each below its name. */
  repositories: "/data/pgbackrest",
  /** What the converge Job reads, and where it finds the Secrets of roles. */
  converge: "/etc/pgrender",
  credentials: "/etc/pgrender-credentials",
  /** Of a pooler: what it reads, the name and password of its role, and what a pod makes for itself. */
  poolerConfig: "/etc/pgbouncer",
  poolerUser: "/etc/pgbouncer-user",
  poolerRun: "/run/pgbouncer",
  /** Of the exporter: its script and queries, its password, and CPO's place for queries of the user's. */
  exporter: "/etc/pgrender-exporter",
  exporterUser: "/etc/pgrender-exporter-user",
  customQueries: "/postgres_exporter/custom_queries",
  /** Where a verification restores to. */
  scratch: "/scratch",
} as const;

const typeLabel = "member.cpo.opensource.cybertec.at/type";

/**
 * The label by which Patroni tells the members of one generation of a cluster from those of another: `…/name` stays
 * the cluster's name in every generation, so it cannot be Patroni's scope label.
 */
export const scopeLabel = "pgrender.dev/scope";

/** Of the members that clients may reach: those of a generation that has handed over to another one have `false`. */
export const inServiceLabel = "pgrender.dev/in-service";

/** Of the pods of a pooler, with the pooler's name. */
export const poolerLabel = "connection-pooler";

/** Tells the members of a pool from those of which one is the primary. */
export const poolLabel = "pgrender.dev/pool";

/** The Patroni scope of the generation that the cluster lives in: a prefix of every object that Patroni makes. */
export function scope(cluster: Cluster): string {
  return generationOf(cluster).scope;
}

/** Where the members have their data. */
export function dataDirectory({ folder }: Generation): string {
  return `${paths.root}/${folder}data`;
}

/** Where they have their WAL, if it is on a volume of its own. Not the mount itself: initdb and pg_basebackup want an empty or no directory. */
export function walDirectory({ folder }: Generation): string {
  return `${paths.walVolume}/${folder}pg_wal`;
}

/** A name of PostgreSQL's as a part of an object's name, of which `_` is no character. */
export function dashed(name: string): string {
  return name.replaceAll("_", "-");
}

/** Kubernetes gives a CronJob's name at most 52 characters, for its Jobs' are longer. */
function cronJob(name: string): string {
  return name.slice(0, 52).replace(/-+$/, "");
}

/** The same for a name with an end of its own: cut at the cluster's name. */
function cronJobEnd(cluster: Cluster, end: string): string {
  return `${cluster.name.slice(0, 52 - end.length).replace(/-+$/, "")}${end}`;
}

export const names = {
  statefulSet: ({ group }: Group) => group,
  primary: (cluster: Cluster) => cluster.name,
  replicas: (cluster: Cluster) => `${cluster.name}-repl`,
  members: ({ name }: Pick<Cluster, "name">) => `${name}-clusterpods`,
  member: ({ group }: Group, ordinal: number) => `${group}-${ordinal}`,
  /** Where a member is found, ready or not. */
  memberHost: (group: Group, ordinal: number) => `${names.member(group, ordinal)}.${names.members(group)}`,
  /** As Kubernetes names what it makes from a claim template: `pgdata-C-0`. */
  claim: ({ group }: Group, ordinal: number, volume: string) => `${volume}-${group}-${ordinal}`,
  pool: ({ group }: Group) => group,
  /** All that belongs to the pooler before the members of a role. */
  pooler: ({ name }: Pick<Cluster, "name">, role: PoolerRole) =>
    role === "master" ? `${name}-pooler` : `${name}-pooler-repl`,
  patroniConfig: ({ group }: Group) => `${group}-patroni`,
  account: (cluster: Cluster) => cluster.name,
  membersPolicy: (cluster: Cluster) => cluster.name,
  secretsJob: (cluster: Cluster) => `${cluster.name}-secrets`,
  /** What makes passwords, where the External Secrets Operator does. */
  passwords: (cluster: Cluster) => `${cluster.name}-passwords`,
  /** What lets that Job into other namespaces. No name of ours has a dot: clusters of one name may meet there. */
  foreignSecrets: (cluster: Cluster) => `${cluster.name}.${cluster.namespace ?? ""}.secrets`,
  /** The Job that tells a running cluster what its spec says now, what it reads, its schedule and its policy. */
  converge: (cluster: Cluster) => `${cluster.name}-converge`,
  convergeSchedule: (cluster: Cluster) => cronJobEnd(cluster, "-converge"),
  /** The Job that makes the first backups. */
  firstBackup: (cluster: Cluster) => `${cluster.name}-first-backup`,
  /** The Job that makes one more at once. */
  backupNow: (cluster: Cluster) => `${cluster.name}-backup-now`,
  /** The Job that removes the backups of former generations. */
  discard: (cluster: Cluster) => `${cluster.name}-discard`,
  /** A Job of the cluster's by its content. At most 63 characters: Kubernetes labels the pods with it. The hash tells clusters apart. */
  jobRun: ({ name }: Cluster, job: string, hash: string) => {
    const end = `${job.slice(name.length)}-${hash}`;
    return `${name.slice(0, 63 - end.length)}${end}`;
  },
  disruptionBudget: ({ fleet, group }: Group) => fleet.disruptionBudgetName.replace("{cluster}", () => group),
  /** The Secret with the keys `username` and `password` of a role. */
  credentials: (cluster: Cluster, role: string) =>
    names.credentialsOf(cluster.fleet, cluster.spec.secrets.cluster ?? cluster.name, role),
  /** The same of any cluster, by its name. */
  credentialsOf: (fleet: Fleet, name: string, role: string): string =>
    fleet.secretName
      .replace("{username}", () => dashed(role))
      .replace("{cluster}", () => name)
      .replace("{tprkind}", () => "postgresql")
      .replace("{tprgroup}", () => "cpo.opensource.cybertec.at"),
  /** The Secret with the `key` of encrypted data files. */
  encryptionKey: (cluster: Cluster) => `${cluster.name}-tde`,
  /** The policy of the pods that make backups. */
  backupJobs: (cluster: Cluster) => `${cluster.name}-backup`,
  /** What the members' pgBackRest reads. */
  backupConfig: (cluster: Cluster) => `${cluster.name}-pgbackrest-config`,
  /** What pgBackRest reads where a repository is at hand. */
  repositoryConfig: (cluster: Cluster) => `${cluster.name}-pgbackrest-repohost-config`,
  /** What is read to begin with another cluster's backups. */
  originConfig: (cluster: Cluster) => `${cluster.name}-pgbackrest-clone-config`,
  backupCertificates: ({ name }: Pick<Cluster, "name">) => `${name}-pgbackrest-cert`,
  /** The authority that signs them, where cert-manager makes one. */
  backupAuthority: ({ name }: Pick<Cluster, "name">) => `${name}-pgbackrest-ca`,
  /** Who signs that authority: itself. */
  backupRoot: ({ name }: Pick<Cluster, "name">) => `${name}-pgbackrest-root`,
  repositoryHost: ({ name }: Pick<Cluster, "name">) => `${name}-pgbackrest-repo-host`,
  backupSchedule: (cluster: Cluster, repository: string, type: string) =>
    cronJob(`pgbackrest-${cluster.name}-${repository}-${type}`),
  /** What the pods of logical backups read, and their policy. */
  logicalBackup: (cluster: Cluster) => `${cluster.name}-logical-backup`,
  logicalBackupSchedule: (cluster: Cluster) =>
    cronJob(`${cluster.fleet.logicalBackups.prefix}${cluster.name}`),
  /** What the verifications read, and the policy of their pods. */
  verifications: (cluster: Cluster) => `${cluster.name}-verification`,
  /** The CronJob that restores the newest backup of a repository. */
  verification: (cluster: Cluster, repository: string) => cronJobEnd(cluster, `-verify-${repository}`),
  /** What the exporter runs and asks. */
  exporter: ({ name }: Pick<Cluster, "name">) => `${name}-exporter`,
  /** What Prometheus scrapes, and what it tells people. */
  podMonitor: (cluster: Cluster) => cluster.name,
  alerts: (cluster: Cluster) => cluster.name,
  dashboard: (cluster: Cluster) => `${cluster.name}-dashboard`,
  /** What Patroni makes by itself in the scope of each generation. Never rendered, owned or pruned by us. */
  patroniObjects: (cluster: Cluster) =>
    generationsOf(cluster).flatMap((generation) =>
      ["config", "leader", "failover", "sync", "failsafe"].map((suffix) => `${generation.scope}-${suffix}`),
    ),
} as const;

type Labels = Readonly<Record<string, string>>;
export type PodType =
  "postgresql" | "secrets" | "converge" | "repo-host" | "backup-job" | "logical-backup" | "verification";

type Named = Pick<Cluster, "name" | "fleet">;

/** What selects everything of the cluster. */
export function clusterSelector(cluster: Named): Labels {
  return { ...cluster.fleet.clusterLabels, [cluster.fleet.clusterNameLabel]: cluster.name };
}

/** What selects the pods of one type of any cluster, by its name: the database pods, or those of a Job. */
export function podSelector(cluster: Named, type: PodType): Labels {
  return { ...clusterSelector(cluster), [typeLabel]: type };
}

/** The same of all clusters. */
export function typeSelector({ fleet }: Pick<Named, "fleet">, type: PodType): Labels {
  return { ...fleet.clusterLabels, [typeLabel]: type };
}

/**
 * What selects the pods of a pooler, or of both. As with CPO their `application` is not the cluster's, so that no Service of members
 * selects them; where the cluster's labels have none to differ in, they have none of the others either.
 */
export function poolerSelector(cluster: Named, role?: PoolerRole): Labels {
  const { clusterLabels, clusterNameLabel } = cluster.fleet;
  return {
    ...("application" in clusterLabels ? clusterLabels : {}),
    application: "db-connection-pooler",
    [clusterNameLabel]: cluster.name,
    [typeLabel]: "pooler",
    ...(role === undefined ? {} : { [poolerLabel]: names.pooler(cluster, role) }),
  };
}

/** What selects the members of one group. Those of a cluster have no label of their own: their selector is CPO's. */
export function groupSelector(group: Group): Labels {
  const selector = podSelector(group, "postgresql");
  return group.pool === undefined ? selector : { ...selector, [poolLabel]: group.pool.name };
}

/** What selects the pod that holds a role now. Patroni keeps this label, so it is never in a template. */
export function roleSelector(cluster: Cluster, role: "master" | "replica"): Labels {
  return { ...clusterSelector(cluster), [cluster.fleet.podRoleLabel]: role };
}

/** Labels of an object of the cluster: a selector's, the team's, inherited ones. Selectors hold the first alone: the others may change. */
export function labels(cluster: Cluster, selector: Labels = clusterSelector(cluster)): Labels {
  const { teamId } = cluster.spec;
  return { ...cluster.inherited.labels, ...(teamId ? { team: teamId } : {}), ...selector };
}

/** Labels of a database pod: those of the spec, and those that a spec cannot change. */
export function memberLabels(group: Group): Labels {
  const { labels: own, postgresql } = group.spec;
  return { ...own, ...postgresql.labels, ...ownMemberLabels(group, groupSelector(group)) };
}

/** Labels of a database pod that select it, the team's, inherited ones, and Patroni's scope. */
export function ownMemberLabels(
  cluster: Cluster,
  selector: Labels = podSelector(cluster, "postgresql"),
): Labels {
  return {
    ...inService(cluster, labels(cluster, selector)),
    // By it CPO's Prometheus finds what it scrapes.
    ...(monitorOf(cluster) === undefined ? {} : { cpo_monitoring_stack: "true" }),
    [scopeLabel]: scope(cluster),
  };
}

/** Those of members that clients may reach, as a Service selects them. Without backups there is one generation only. */
export function inService(cluster: Cluster, selector: Labels): Labels {
  return isBackedUp(cluster) ? { ...selector, [inServiceLabel]: "true" } : selector;
}
