import type { IEnvVar } from "kubernetes-models/v1/EnvVar";
import type { Cluster } from "../cluster/cluster.ts";
import { names, paths, ports } from "../naming.ts";
import { restoreMethod } from "../pgbackrest/archiving.ts";
import { originCommand, originOf } from "../pgbackrest/origin.ts";

/**
 * What a standby cluster follows, a leader, an archive or both, for Patroni's dynamic configuration: it is read when the cluster is made.
 * https://patroni.readthedocs.io/en/latest/standby_cluster.html
 */
export function standbyCluster(cluster: Cluster): { standby_cluster?: Record<string, unknown> } {
  const { standby } = cluster.spec;
  const origin = originOf(cluster);
  if (standby === undefined || (standby.standby_host === undefined && origin === undefined)) return {};
  const { standby_host: host, standby_port: port, standby_primary_slot_name: slot } = standby;
  const streams = host !== undefined;
  return {
    standby_cluster: {
      ...(streams ? { host, port: port === undefined ? ports.postgres : Number(port) } : {}),
      ...(slot === undefined ? {} : { primary_slot_name: slot }),
      ...(origin === undefined
        ? {}
        : { restore_command: [...originCommand(origin), "archive-get", "%f", '"%p"'].join(" ") }),
      create_replica_methods: [
        ...(origin === undefined ? [] : [originMethod]),
        ...(streams ? ["basebackup"] : []),
      ],
    },
  };
}

const originMethod = "origin";

/**
 * How the first member of a standby cluster gets its data from a repository; no leader is asked.
 * https://patroni.readthedocs.io/en/latest/replica_bootstrap.html#building-replicas
 */
export function standbyMethods(cluster: Cluster): Record<string, unknown> | undefined {
  const origin = originOf(cluster);
  if (cluster.spec.standby === undefined || origin === undefined) return undefined;
  return { [originMethod]: { ...restoreMethod(cluster, originCommand(origin)), no_leader: true } };
}

/**
 * How the first member of a clone gets its data. It recovers from the WAL that was copied along, and goes on in a timeline
 * of its own: nothing of the source can take the two for one. Patroni then gives superuser and replication user the
 * passwords of this cluster. https://patroni.readthedocs.io/en/latest/replica_bootstrap.html#custom-bootstrap
 */
export function cloneMethod({ spec: { clone } }: Cluster): Record<string, unknown> | undefined {
  if (clone === undefined || clone.pgbackrest !== undefined) return undefined;
  return {
    method: "clone",
    clone: {
      command: `sh ${paths.config}/clone.sh`,
      no_params: true,
      recovery_conf: { restore_command: "/bin/false", recovery_target_timeline: "current" },
    },
  };
}

/** What the script of a clone needs to reach its source: CPO's names for it. */
export function cloneEnv(cluster: Cluster): IEnvVar[] {
  const { clone } = cluster.spec;
  if (clone === undefined || clone.pgbackrest !== undefined) return [];
  const { namespace } = clone;
  const secretKeyRef = {
    name:
      clone.credentialsSecret ??
      names.credentialsOf(cluster.fleet, clone.cluster, cluster.fleet.replicationUser),
    key: "password",
    // Needed once: the clone outlives its source, and must start without its Secret.
    optional: true,
  };
  return [
    {
      name: "CLONE_HOST",
      value: namespace === undefined ? clone.cluster : `${clone.cluster}.${namespace}.svc`,
    },
    { name: "CLONE_PORT", value: String(ports.postgres) },
    { name: "CLONE_USER", value: cluster.fleet.replicationUser },
    { name: "CLONE_PASSWORD", valueFrom: { secretKeyRef } },
    { name: "CLONE_SECRET", value: secretKeyRef.name },
    { name: "CLONE_VERSION", value: String(cluster.version) },
  ];
}
