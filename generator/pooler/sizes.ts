import type { Cluster } from "../cluster/cluster.ts";
import { poolerOf } from "../cluster/pooler.ts";
import { bytes } from "../kube/quantity.ts";
import { wholeNumber } from "../postgres/number.ts";
import { parameters } from "../postgres/parameters.ts";

/** How much one pod of a pooler lets through. */
export type Sizes = {
  /** Connections to one database. */
  readonly connections: number;
  /** Those of one user to one database, and how many more when somebody has waited. */
  readonly pool: number;
  readonly reserve: number;
  readonly clients: number;
};

/** Its own memory and what runs beside it; and of a client with TLS, of which 1,000 took 30 kB each with PgBouncer 1.24. */
const base = 20 * 1024 ** 2;
const ofClient = 40 * 1024;
/** CPO's number of clients. */
const mostClients = 10_000;

/** The share of one pod by CPO's rule: half of its connections to a database are one user's, and a quarter in reserve. */
export function sizes(cluster: Cluster): Sizes {
  const { instances, resources } = poolerOf(cluster);
  const connections = Math.max(1, Math.floor(connectionsOf(cluster) / instances));
  const pool = Math.max(1, Math.floor(connections / 2));
  const memory = Number(bytes(resources.limits.memory) ?? 0n);
  const held = Math.floor((memory - base) / ofClient);
  return {
    connections,
    pool,
    reserve: Math.floor(pool / 2),
    clients: Math.max(100, Math.min(mostClients, held)),
  };
}

/** Connections of all pods of a pooler to one database: as many as are asked for, or by default as many as there is room for. */
export function connectionsOf(cluster: Cluster): number {
  const { spec, fleet } = cluster;
  const { instances } = poolerOf(cluster);
  const room = roomFor(cluster) ?? fleet.pooler.connections;
  const each = Math.floor(room / databases(cluster));
  return (
    spec.connectionPooler?.maxDBConnections ?? Math.max(instances, Math.min(fleet.pooler.connections, each))
  );
}

/** How many databases the spec has; there is one that it need not name. */
export function databases({ spec }: Cluster): number {
  const prepared = spec.preparedDatabases === undefined ? [] : Object.keys(spec.preparedDatabases);
  const declared = Object.keys(spec.databases ?? {}).length + prepared.length;
  return Math.max(1, declared);
}

/**
 * Connections of a member that a pooler can have, without those kept for superusers and the one with which each pod looks up
 * passwords. Undefined where a setting cannot be read: another rule says so.
 */
export function roomFor(cluster: Cluster): number | undefined {
  const { dcs, local } = parameters(cluster);
  const [most, ...kept] = [
    dcs["max_connections"],
    local["superuser_reserved_connections"] ?? "3",
    local["reserved_connections"] ?? "0",
  ].map((text) => wholeNumber(text ?? "", ""));
  const known = [most, ...kept].flatMap((read) =>
    read !== undefined && "value" in read ? [read.value] : [],
  );
  const [all, ...others] = known;
  if (all === undefined || others.length < kept.length) return undefined;
  return Math.max(0, others.reduce((rest, count) => rest - count, all) - poolerOf(cluster).instances);
}
