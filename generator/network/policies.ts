import type { INetworkPolicy } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicy";
import type { INetworkPolicyEgressRule } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicyEgressRule";
import type { INetworkPolicyIngressRule } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicyIngressRule";
import type { INetworkPolicyPort } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicyPort";
import ipaddr from "ipaddr.js";
import { makesSecrets } from "../access/index.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { BackupRepository } from "../cluster/spec.ts";
import { converges, speaksSql } from "../converge/index.ts";
import { monitorOf } from "../cluster/monitor.ts";
import { poolerRoles, type PoolerRole } from "../cluster/pooler.ts";
import { metadata } from "../kube/metadata.ts";
import type { KubeObject } from "../kube/object.ts";
import { sidecarPorts } from "../instance/sidecars.ts";
import { names, podSelector, poolerSelector, ports, typeSelector, type PodType } from "../naming.ts";
import { targetOf } from "../logical/target.ts";
import { identityFlows } from "../pgbackrest/identity.ts";
import { originOf } from "../pgbackrest/origin.ts";
import { storeAddress } from "../pgbackrest/store.ts";
import { backupOf, inStores, onVolumes, type Backup } from "../pgbackrest/repositories.ts";
import { verifiedRepositories } from "../pgbackrest/verification.ts";
import { poolerEntry, sourceRanges } from "./load-balancer.ts";

/** The flows that the pods need, each with its reason; everything else is cut. */
export function policies(cluster: Cluster): KubeObject[] {
  if (!cluster.spec.network.policies || !cluster.fleet.networkPolicies) return [];
  return [
    members(cluster),
    ...(makesSecrets(cluster) ? [secretsJob(cluster)] : []),
    ...(converges(cluster) ? [convergeJob(cluster)] : []),
    ...poolerRoles(cluster).map((role) => pooler(cluster, role)),
    ...backupPolicies(cluster),
    ...logicalBackupPolicies(cluster),
  ];
}

/** Who makes backups and who keeps them on volumes. Both work without the API server. */
function backupPolicies(cluster: Cluster): KubeObject[] {
  const backup = backupOf(cluster);
  if (backup === undefined) return [];
  const jobs = policy(cluster, names.backupJobs(cluster), "backup-job", {
    egress: [
      { to: pods(cluster, "postgresql"), ports: tcp(ports.pgbackrest) },
      dns,
      ...stores(backup),
      ...identityFlows(cluster),
    ],
  });
  // Members, and those of clusters that are made from these backups: the host lets in who has this cluster's certificate.
  const anyDatabase = { podSelector: { matchLabels: typeSelector(cluster, "postgresql") } };
  const host = policy(cluster, names.repositoryHost(cluster), "repo-host", {
    ingress: [{ from: [{ namespaceSelector: {}, ...anyDatabase }], ports: tcp(ports.pgbackrest) }],
  });
  return [jobs, ...(onVolumes(backup).length === 0 ? [] : [host]), ...verification(cluster, backup)];
}

/** Who restores a copy reaches the stores that it is restored from, and nobody else: the copy is as talkative as its original. */
function verification(cluster: Cluster, backup: Backup): KubeObject[] {
  const repos = verifiedRepositories(cluster, backup);
  if (repos.length === 0) return [];
  const found = [...stores({ ...backup, repos }), ...identityFlows(cluster)];
  const egress = found.length === 0 ? {} : { egress: [dns, ...found] };
  return [policy(cluster, names.verifications(cluster), "verification", egress)];
}

/** Who dumps databases and puts the dumps into their stores. */
function logicalBackupPolicies(cluster: Cluster): KubeObject[] {
  const target = targetOf(cluster);
  if (target === undefined) return [];
  const repos = target.repositories;
  return [
    policy(cluster, names.logicalBackup(cluster), "logical-backup", {
      egress: [
        { to: pods(cluster, "postgresql"), ports: tcp(ports.postgres) },
        dns,
        ...stores({ repos, global: target.global }),
        ...identityFlows(cluster),
      ],
    }),
  ];
}

/** What members have to do with backups: their files are read, their WAL goes to the repositories. */
function backupFlows(cluster: Cluster): {
  ingress: INetworkPolicyIngressRule[];
  egress: INetworkPolicyEgressRule[];
} {
  const backup = backupOf(cluster);
  if (backup === undefined) return { ingress: [], egress: [] };
  const host =
    onVolumes(backup).length === 0 ? [] : [{ to: pods(cluster, "repo-host"), ports: tcp(ports.pgbackrest) }];
  return {
    ingress: [{ from: pods(cluster, "backup-job"), ports: tcp(ports.pgbackrest) }],
    egress: [...host, ...stores(backup), ...identityFlows(cluster)],
  };
}

/** The object stores. Their names are no addresses, which is all that a policy knows: their ports are open to anywhere. */
function stores(backup: {
  readonly repos: readonly BackupRepository[];
  readonly global?: Readonly<Record<string, string>>;
}): INetworkPolicyEgressRule[] {
  const found = inStores(backup).map((repository) => server(...storeAddress(backup, repository)));
  return [...new Map(found.map((rule) => [JSON.stringify(rule), rule])).values()];
}

function members(cluster: Cluster): KubeObject {
  const clients = [
    ...cluster.spec.network.clients,
    ...sourceRanges(cluster, ["master", "replica"]).map((cidr) => ({ ipBlock: { cidr } })),
  ];
  const named = cluster.spec.network.clients.length > 0;
  const itself = pods(cluster, "postgresql");
  const backup = backupFlows(cluster);
  return policy(cluster, names.membersPolicy(cluster), "postgresql", {
    ingress: [
      // Clients: from anywhere, unless the spec names them. The first policy must not cut off anybody.
      { ...(named ? { from: clients } : {}), ports: [...tcp(ports.postgres), ...sidecarPorts(cluster)] },
      // Members: replication, and Patroni's questions about who is ahead.
      { from: itself, ports: tcp(ports.postgres, ports.patroni) },
      ...(converges(cluster) ? [{ from: pods(cluster, "converge"), ports: convergePorts(cluster) }] : []),
      ...(named && poolerRoles(cluster).length > 0
        ? [{ from: poolerPods(cluster), ports: tcp(ports.postgres) }]
        : []),
      ...scrapes(cluster),
      ...backup.ingress,
      ...(targetOf(cluster) === undefined
        ? []
        : [{ from: pods(cluster, "logical-backup"), ports: tcp(ports.postgres) }]),
    ],
    egress: [
      { to: itself, ports: tcp(ports.postgres, ports.patroni) },
      dns,
      apiServer(cluster),
      ...dcsServers(cluster),
      ...followed(cluster),
      ...origins(cluster),
      ...backup.egress,
      ...cluster.spec.network.egress,
    ],
  });
}

/** Prometheus: the exporter may be read by anybody, unless the spec names who; Patroni's port also changes things. */
function scrapes(cluster: Cluster): INetworkPolicyIngressRule[] {
  const monitor = monitorOf(cluster);
  if (monitor === undefined) return [];
  const { scrapers: from, podMonitor } = monitor;
  if (from.length === 0) return [{ ports: tcp(ports.exporter) }];
  return [{ from, ports: tcp(ports.exporter, ...(podMonitor === undefined ? [] : [ports.patroni])) }];
}

/** Poolers take in the clients of the cluster, and lead to its members alone. */
function pooler(cluster: Cluster, role: PoolerRole): KubeObject {
  const { clients } = cluster.spec.network;
  const ranges = sourceRanges(cluster, [poolerEntry(role)]).map((cidr) => ({ ipBlock: { cidr } }));
  return policyOf(cluster, names.pooler(cluster, role), poolerSelector(cluster, role), {
    ingress: [
      { ...(clients.length > 0 ? { from: [...clients, ...ranges] } : {}), ports: tcp(ports.postgres) },
    ],
    egress: [{ to: pods(cluster, "postgresql"), ports: tcp(ports.postgres) }, dns],
  });
}

function poolerPods(cluster: Cluster) {
  return [{ podSelector: { matchLabels: poolerSelector(cluster) } }];
}

function secretsJob(cluster: Cluster): KubeObject {
  return policy(cluster, names.secretsJob(cluster), "secrets", { egress: [dns, apiServer(cluster)] });
}

function convergeJob(cluster: Cluster): KubeObject {
  return policy(cluster, names.converge(cluster), "converge", {
    egress: [{ to: pods(cluster, "postgresql"), ports: convergePorts(cluster) }, dns],
  });
}

function convergePorts(cluster: Cluster) {
  return speaksSql(cluster) ? tcp(ports.patroni, ports.postgres) : tcp(ports.patroni);
}

/** The pods of one type, as the other end of a flow. */
function pods(cluster: Cluster, type: PodType) {
  return [{ podSelector: { matchLabels: podSelector(cluster, type) } }];
}

type Flows = Pick<NonNullable<INetworkPolicy["spec"]>, "ingress" | "egress">;

/** The policy of one type of pods, both ways: what is not among the flows is cut. */
function policy(cluster: Cluster, name: string, type: PodType, flows: Flows): KubeObject {
  return policyOf(cluster, name, podSelector(cluster, type), flows);
}

function policyOf(
  cluster: Cluster,
  name: string,
  selector: Readonly<Record<string, string>>,
  flows: Flows,
): KubeObject {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: metadata(cluster, name),
    spec: {
      podSelector: { matchLabels: { ...selector } },
      policyTypes: ["Ingress", "Egress"],
      ...flows,
    },
  } satisfies INetworkPolicy;
}

/** Where the name servers are has no portable selector: node-local caches answer on the host. */
const dns: INetworkPolicyEgressRule = {
  ports: [
    { port: 53, protocol: "UDP" },
    { port: 53, protocol: "TCP" },
  ],
};

/** Nor has the API server: its address is the fleet's to tell, and until then its ports are open to anywhere. */
function apiServer({ fleet }: Cluster): INetworkPolicyEgressRule {
  const { cidrs, ports: serverPorts } = fleet.apiServer;
  return {
    ...(cidrs.length === 0 ? {} : { to: cidrs.map((cidr) => ({ ipBlock: { cidr } })) }),
    ports: tcp(...serverPorts),
  };
}

/** The servers of a DCS of its own. A policy knows no host names: for one, its port is open to anywhere. */
function dcsServers({ spec }: Cluster): INetworkPolicyEgressRule[] {
  return spec.dcs.hosts.map((host) => {
    const separator = host.lastIndexOf(":");
    return server(host.slice(0, separator).replaceAll(/^\[|\]$/g, ""), [Number(host.slice(separator + 1))]);
  });
}

/**
 * The leader that a standby cluster streams from. A Service may send a connection on to another port of its pods, which
 * is the one that a policy sees: PostgreSQL's own.
 */
function followed({ spec: { standby } }: Cluster): INetworkPolicyEgressRule[] {
  if (standby?.standby_host === undefined) return [];
  const numbers = [...new Set([Number(standby.standby_port ?? ports.postgres), ports.postgres])];
  return standby.standby_host.split(",").map((host) => server(host, numbers));
}

/** What a cluster is made from: the members of another one, or where its backups are. */
function origins(cluster: Cluster): INetworkPolicyEgressRule[] {
  const { clone } = cluster.spec;
  const origin = originOf(cluster);
  if (origin?.source !== undefined)
    return [{ to: elsewhere(cluster, origin.source, "repo-host"), ports: tcp(ports.pgbackrest) }];
  if (origin !== undefined) return stores({ repos: [origin.repository], global: origin.global });
  if (clone === undefined) return [];
  const source = { name: clone.cluster, namespace: clone.namespace };
  return [{ to: elsewhere(cluster, source, "postgresql"), ports: tcp(ports.postgres) }];
}

/** The pods of one type of another cluster. */
function elsewhere(
  { fleet }: Cluster,
  { name, namespace }: { readonly name: string; readonly namespace?: string | undefined },
  type: PodType,
) {
  const inNamespace =
    namespace === undefined
      ? {}
      : { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } } };
  return [{ ...inNamespace, podSelector: { matchLabels: podSelector({ name, fleet }, type) } }];
}

/** One server by its address or its name. */
function server(host: string, numbers: readonly number[]): INetworkPolicyEgressRule {
  const bits = ipaddr.IPv4.isValidFourPartDecimal(host) ? 32 : ipaddr.IPv6.isValid(host) ? 128 : 0;
  return {
    ...(bits === 0 ? {} : { to: [{ ipBlock: { cidr: `${host}/${bits}` } }] }),
    ports: tcp(...numbers),
  };
}

function tcp(...numbers: readonly number[]): INetworkPolicyPort[] {
  return numbers.map((port) => ({ port, protocol: "TCP" }));
}
