import type { IEnvVar } from "kubernetes-models/v1/EnvVar";
import type { Cluster } from "../cluster/cluster.ts";
import type { Group } from "../cluster/group.ts";
import type { PodPart } from "../kube/pod-part.ts";
import { fromField, fromSecret, run } from "../kube/container.ts";
import { names, paths, ports, scope } from "../naming.ts";
import { followerLabel } from "./dcs.ts";
import { cloneEnv } from "./source.ts";
import { probes } from "./probes.ts";

/** Patroni's part of the database pod: it is the process that runs, PostgreSQL is its child. */
export function patroniPart(cluster: Group): PodPart {
  const { tlsSecret } = cluster.spec.dcs;
  return {
    env: env(cluster),
    mounts: [
      { mountPath: paths.config, name: "patroni", readOnly: true },
      ...(tlsSecret === undefined ? [] : [{ mountPath: paths.dcsTls, name: "dcs-tls", readOnly: true }]),
    ],
    volumes: [
      { name: "patroni", configMap: { name: names.patroniConfig(cluster), defaultMode: 0o644 } },
      ...(tlsSecret === undefined
        ? []
        : [{ name: "dcs-tls", secret: { secretName: tlsSecret, defaultMode: 0o440 } }]),
    ],
    container: {
      ...run(cluster, ["sh", `${paths.config}/start.sh`]),
      ...probes(cluster),
      ports: [{ containerPort: ports.patroni, name: "patroni", protocol: "TCP" }],
      lifecycle: { preStop: { exec: { command: ["python3", `${paths.config}/handover.py`] } } },
    },
  };
}

/** What differs between members and what is secret: Patroni reads both from its environment. */
function env(cluster: Group): IEnvVar[] {
  const { superuser, replicationUser } = cluster.fleet;
  return [
    fromField("POD_NAME", "metadata.name"),
    fromField("POD_NAMESPACE", "metadata.namespace"),
    fromField("POD_IP", "status.podIP"),
    { name: "STATEFULSET", value: names.statefulSet(cluster) },
    { name: "HANDOVER_SECONDS", value: String(handoverSeconds(cluster)) },
    { name: "PATRONICTL_CONFIG_FILE", value: `${paths.config}/patroni.yml` },
    { name: "PATRONI_SCOPE", value: scope(cluster) },
    { name: "PATRONI_NAME", value: "$(POD_NAME)" },
    { name: "PATRONI_RESTAPI_CONNECT_ADDRESS", value: `$(POD_IP):${ports.patroni}` },
    { name: "PATRONI_POSTGRESQL_CONNECT_ADDRESS", value: `$(POD_IP):${ports.postgres}` },
    { name: "PATRONI_SUPERUSER_USERNAME", value: superuser },
    fromSecret("PATRONI_SUPERUSER_PASSWORD", names.credentials(cluster, superuser), "password"),
    { name: "PATRONI_REPLICATION_USERNAME", value: replicationUser },
    fromSecret("PATRONI_REPLICATION_PASSWORD", names.credentials(cluster, replicationUser), "password"),
    ...dcsEnv(cluster),
    ...cloneEnv(cluster),
  ];
}

/** A minute, or half of a short grace period, is left for PostgreSQL itself to shut down in. */
function handoverSeconds(cluster: Cluster): number {
  const grace = cluster.fleet.gracePeriodSeconds;
  return Math.max(Math.floor(grace / 2), grace - 60);
}

function dcsEnv(cluster: Group): IEnvVar[] {
  const { type, namespace, credentialsSecret } = cluster.spec.dcs;
  // Patroni takes any PATRONI_KUBERNETES_ variable for a sign that Kubernetes is its DCS.
  if (type === "kubernetes") return [{ name: "PATRONI_KUBERNETES_NAMESPACE", value: "$(POD_NAMESPACE)" }];
  const own = [
    // Clusters of one name in two namespaces may share the DCS.
    { name: "PATRONI_NAMESPACE", value: `${namespace}$(POD_NAMESPACE)/` },
    { name: "ROLE_LABEL", value: cluster.fleet.podRoleLabel },
    { name: "FOLLOWER_LABEL", value: followerLabel(cluster) },
  ];
  if (credentialsSecret === undefined) return own;
  switch (type) {
    case "etcd3":
      return [
        ...own,
        fromSecret("PATRONI_ETCD3_USERNAME", credentialsSecret, "username"),
        fromSecret("PATRONI_ETCD3_PASSWORD", credentialsSecret, "password"),
      ];
    case "consul":
      return [...own, fromSecret("PATRONI_CONSUL_TOKEN", credentialsSecret, "token")];
    case "zookeeper":
      return own;
  }
}
