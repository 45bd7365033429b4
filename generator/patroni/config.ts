import type { Cluster } from "../cluster/cluster.ts";
import { generationOf } from "../cluster/generation.ts";
import type { Group } from "../cluster/group.ts";
import { contentHash, textHash } from "../kube/hash.ts";
import { dataDirectory, paths, ports, scope, walDirectory } from "../naming.ts";
import { once } from "../once.ts";
import { hba } from "../postgres/hba.ts";
import { initdb } from "../postgres/initdb.ts";
import { parameters } from "../postgres/parameters.ts";
import { archiving, replicaMethods } from "../pgbackrest/archiving.ts";
import { generationMethod } from "../pgbackrest/bootstrap.ts";
import { fill, text } from "../template.ts";
import { dcs } from "./dcs.ts";
import { cloneMethod, standbyCluster, standbyMethods } from "./source.ts";

/** patroni.yml: no secret and nothing of a single pod is in it, so a reviewer can read it and all members share it. */
export function patroniConfig(cluster: Group): string {
  return fill("patroni.yml", { ...values(cluster), config: configId(cluster) });
}

/** Tells one content of patroni.yml from another: a member says which one it has read. */
export const configId = once((cluster: Group) =>
  contentHash([textHash(text("patroni.yml.hbs")), values(cluster)]),
);

const values = once((cluster: Group) => {
  const settings = parameters(cluster);
  return {
    name: cluster.name,
    pool: cluster.pool?.name ?? false,
    scope: scope(cluster),
    restPort: ports.patroni,
    postgresPort: ports.postgres,
    log: cluster.spec.patroni.log ?? false,
    dcs: dcs(cluster),
    // A member that cannot become the primary makes no cluster.
    bootstrap: cluster.pool === undefined && {
      dcs: dynamic(cluster),
      ...beginning(cluster),
    },
    tags: tags(cluster),
    basebackup:
      cluster.spec.walVolume === undefined ? false : { waldir: walDirectory(generationOf(cluster)) },
    replicas: methods(cluster) ?? false,
    recovery: recovery(cluster) ?? false,
    binDirectory: cluster.profile.binDirectory.replaceAll("{version}", String(cluster.version)),
    dataDirectory: dataDirectory(generationOf(cluster)),
    callbacks: callbacks(cluster),
    parameters: settings.local,
    hba: hba(cluster),
  };
});

/** How members get their data from repositories, by the names that Patroni has for these ways. */
function methods(cluster: Group): Record<string, unknown> | undefined {
  const found = { ...replicaMethods(cluster), ...standbyMethods(cluster) };
  return Object.keys(found).length === 0 ? undefined : found;
}

/** How a cluster begins. */
function beginning(cluster: Group): Record<string, unknown> {
  const generation = generationMethod(cluster);
  if (generation !== undefined) return { method: generation, initdb: initdb(cluster) };
  const clone = cloneMethod(cluster);
  return clone === undefined ? { method: false, initdb: initdb(cluster) } : { method: clone, initdb: false };
}

/**
 * Patroni's dynamic configuration, with the settings that all members share.
 * https://patroni.readthedocs.io/en/latest/dynamic_configuration.html
 */
export function dynamic(cluster: Cluster): Record<string, unknown> {
  const { patroni } = cluster.spec;
  return {
    ttl: patroni.ttl,
    loop_wait: patroni.loop_wait,
    retry_timeout: patroni.retry_timeout,
    maximum_lag_on_failover: patroni.maximum_lag_on_failover,
    member_slots_ttl: patroni.member_slots_ttl,
    synchronous_mode: patroni.synchronous_mode,
    synchronous_mode_strict: patroni.synchronous_mode_strict,
    synchronous_node_count: patroni.synchronous_node_count,
    failsafe_mode: patroni.failsafe_mode ?? cluster.fleet.failsafe,
    ...standbyCluster(cluster),
    postgresql: { use_pg_rewind: true, use_slots: true, parameters: parameters(cluster).dcs },
    ...(Object.keys(patroni.slots).length === 0 ? {} : { slots: patroni.slots }),
  };
}

/** What keeps the members of a pool from being promoted, and commits from waiting for them. */
function tags({ pool }: Group): Record<string, boolean> | false {
  if (pool === undefined) return false;
  return { nofailover: true, nosync: true, ...(pool.replicaService ? {} : { noloadbalance: true }) };
}

/** Patroni takes what concerns recovery from a section of its own. */
function recovery(cluster: Group): Record<string, string> | undefined {
  const restore = archiving(cluster)?.restore;
  const delay = cluster.pool?.delaySeconds ?? 0;
  if (restore === undefined && delay === 0) return undefined;
  return {
    ...(restore === undefined ? {} : { restore_command: restore }),
    ...(delay === 0 ? {} : { recovery_min_apply_delay: `${delay}s` }),
  };
}

/** Where the DCS is not Kubernetes, Patroni does not label its pod by itself. */
function callbacks(cluster: Cluster): Record<string, string> | false {
  if (cluster.spec.dcs.type === "kubernetes") return false;
  const command = `python3 ${paths.config}/role-label.py`;
  return { on_start: command, on_stop: command, on_restart: command, on_role_change: command };
}
