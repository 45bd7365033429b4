import type { IEnvVar } from "kubernetes-models/v1/EnvVar";
import type { Cluster } from "../cluster/cluster.ts";
import type { BackupRepository } from "../cluster/spec.ts";
import { backupOf } from "../pgbackrest/repositories.ts";
import { atHand, type Options } from "../pgbackrest/store.ts";

/** Where the dumps of a cluster go, as pgBackRest knows it. */
export type Target = {
  readonly repositories: readonly BackupRepository[];
  /** Lines of pgBackRest's `[global]`, without keys. */
  readonly global: Options;
  /** Files `*.conf` with the keys. */
  readonly secret: string | undefined;
  readonly env: readonly IEnvVar[];
};

/**
 * The repositories that the spec names; or the store that CPO's configuration names for all clusters; or all repositories of
 * the cluster. Undefined if there is none of these, or no dump is wanted.
 */
export function targetOf(cluster: Cluster): Target | undefined {
  if (cluster.spec.enableLogicalBackup !== true) return undefined;
  const { store, secret } = cluster.fleet.logicalBackups;
  const named = cluster.spec.backup?.logical?.repositories;
  if (store === undefined || named !== undefined) return ownRepositories(cluster, named);
  return {
    repositories: [store],
    global: { ...atHand(store), ...beyond(store, secret) },
    secret: secret === "" ? undefined : secret,
    env: [],
  };
}

/** What a repository of a cluster would say by its options. Other stores than AWS' have their buckets in the path, as a rule. */
function beyond({ storage, endpoint = "" }: BackupRepository, secret: string): Options {
  const isS3 = storage === "s3";
  return {
    "repo1-path": "/",
    ...(isS3 && !/\.amazonaws\.com(\.cn)?$/.test(endpoint) ? { "repo1-s3-uri-style": "path" } : {}),
    ...(isS3 && secret === "" ? { "repo1-s3-key-type": "auto" } : {}),
  };
}

function ownRepositories(cluster: Cluster, named: readonly string[] | undefined): Target | undefined {
  const backup = backupOf(cluster);
  const repositories = (backup?.repos ?? []).filter(({ name }) => named?.includes(name) ?? true);
  if (backup === undefined || repositories.length === 0) return undefined;
  return {
    repositories,
    global: Object.assign({}, backup.global, ...repositories.map(atHand)),
    secret: backup.configuration?.secret,
    env: backup.env ?? [],
  };
}

/** Seconds of a time such as `2 weeks`; undefined for an empty one. A month and a year are their longest. */
function retentionSeconds(text: string): number | undefined {
  const [, count, unit] = /^(\d+) *(hour|day|week|month|year)s?$/.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * hours(unit ?? "") * 3600;
}

function hours(unit: string): number {
  return { hour: 1, day: 24, week: 7 * 24, month: 31 * 24, year: 366 * 24 }[unit] ?? 0;
}

/** Age from which a cluster's dumps are removed; undefined: they stay. */
export function retention({ spec, fleet }: Cluster): number | undefined {
  return retentionSeconds(spec.backup?.logical?.retention ?? fleet.logicalBackups.retention);
}
