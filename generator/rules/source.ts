import type { Cluster } from "../cluster/cluster.ts";
import { exporterRole, monitorOf } from "../cluster/monitor.ts";
import { poolerOf, poolerRoles } from "../cluster/pooler.ts";
import { asksOperator } from "../cluster/secrets.ts";
import { names } from "../naming.ts";
import { keyBits } from "../postgres/tde.ts";
import { error, warning, type Finding } from "./finding.ts";

/** What a standby cluster can follow. */
export function standbySource({ spec: { standby, clone } }: Cluster): Finding[] {
  if (standby === undefined) return [];
  const path = ["spec", "standby"];
  const archives = (["s3_wal_path", "gs_wal_path"] as const).filter((field) => standby[field] !== undefined);
  const port = Number(standby.standby_port ?? 5432);
  return [
    ...archives.map((field) =>
      error({
        rule: "standby-source",
        message: `spec.standby.${field} cannot be followed: WAL-E reads it, which no image has any more, and the cluster would start empty`,
        fix: "stream from the leader with standby_host, or follow the WAL of a pgBackRest repository with pgbackrest",
        path: [...path, field],
        part: "key",
      }),
    ),
    ...(port >= 1 && port <= 65_535
      ? []
      : [
          error({
            rule: "standby-source",
            message: `spec.standby.standby_port is ${port}, ports are 1 to 65535`,
            fix: "correct the port",
            path: [...path, "standby_port"],
          }),
        ]),
    ...(clone === undefined
      ? []
      : [
          error({
            rule: "standby-source",
            message:
              "spec.standby and spec.clone are both given: a cluster follows another one or is a copy of it",
            fix: "take one of the two out",
            path: ["spec", "clone"],
            part: "key",
          }),
        ]),
  ];
}

/** Its members log in with the source's passwords, which no Job here can know. */
export function standbySecrets(cluster: Cluster, kind: string): Finding[] {
  const { standby, secrets } = cluster.spec;
  const known =
    ["existing", "sealed", "sops"].includes(secrets.provider) ||
    asksOperator(cluster) ||
    secrets.cluster !== undefined;
  if (standby === undefined || known) return [];
  const { superuser, replicationUser } = cluster.fleet;
  const pooler = poolerRoles(cluster).length === 0 ? [] : [poolerOf(cluster).user];
  const exporter = monitorOf(cluster) === undefined ? [] : [exporterRole];
  const needed = [
    ...[superuser, replicationUser, ...pooler, ...exporter].map((role) => names.credentials(cluster, role)),
    ...(keyBits(cluster) === undefined ? [] : [names.encryptionKey(cluster)]),
  ];
  return [
    warning({
      rule: "standby-secrets",
      message: `spec.standby needs the source's passwords, so no Job makes them: the pods wait for the Secrets ${needed.join(", ")}`,
      fix:
        kind === "postgresql"
          ? "copy the source's Secrets under these names before the first apply"
          : "copy the source's Secrets under these names and set secrets.provider: existing, or name a source of this namespace in secrets.cluster",
      path: ["spec", "standby"],
      part: "key",
    }),
  ];
}

/** What CPO reads from an archive of WAL-E's. Starting empty instead, or from today's data, would be a surprise. */
const ofWalE = [
  "s3_wal_path",
  "s3_endpoint",
  "s3_access_key_id",
  "s3_secret_access_key",
  "s3_force_path_style",
] as const;

/** What a clone can be a copy of. */
export function cloneSource(cluster: Cluster): Finding[] {
  const { clone } = cluster.spec;
  if (clone === undefined) return [];
  const [archived] = ofWalE.filter((field) => clone[field] !== undefined);
  const itself =
    clone.cluster === cluster.name && (clone.namespace ?? cluster.namespace) === cluster.namespace;
  return [
    ...(archived === undefined
      ? []
      : [
          error({
            rule: "clone-source",
            message: `spec.clone.${archived} asks for a copy from an archive of WAL-E's, which no image can read any more`,
            fix: `write pgbackrest to copy from a repository, or take ${archived} out to copy ${clone.cluster} as it is now`,
            path: ["spec", "clone", archived],
            part: "key",
          }),
        ]),
    ...(itself
      ? [
          error({
            rule: "clone-source",
            message: `spec.clone.cluster is ${clone.cluster}, the cluster itself`,
            fix: "name the cluster to copy",
            path: ["spec", "clone", "cluster"],
          }),
        ]
      : []),
    ...(keyBits(cluster) === undefined
      ? []
      : [
          warning({
            rule: "clone-key",
            message: `spec.clone copies encrypted files, which the source's key alone opens, so no Job makes one: the pods wait for the Secret ${names.encryptionKey(cluster)}`,
            fix: `copy the source's Secret ${clone.cluster}-tde under this name before the first apply`,
            path: ["spec", "clone"],
            part: "key",
          }),
        ]),
  ];
}
