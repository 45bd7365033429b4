import type { IEnvVar } from "kubernetes-models/v1/EnvVar";
import type { IVolume } from "kubernetes-models/v1/Volume";
import type { IVolumeMount } from "kubernetes-models/v1/VolumeMount";
import type { Cluster } from "../cluster/cluster.ts";
import { generationOf } from "../cluster/generation.ts";
import type { BackupRepository } from "../cluster/spec.ts";
import { names, paths } from "../naming.ts";
import { pairs } from "./certificates.ts";
import { repositoryPath, type Backup } from "./repositories.ts";

/** Readable for the pod's group alone, which is what pgBackRest asks of a key. */
const mode = 0o640;

/**
 * What pgBackRest reads in any pod: a file of a ConfigMap, the files of the spec's Secret beside it, and certificates. None
 * of it keeps a database from starting: it comes later, or the server of this pod says that it waits.
 */
export function configVolumes(
  cluster: Cluster,
  backup: Backup,
  configMap: string,
  keys: readonly string[],
): IVolume[] {
  return [
    configVolume("pgbackrest-config", configMap, keys, backup.configuration?.secret),
    certificateVolume("cert-secret", cluster),
  ];
}

/** The files of cert-manager's keys: one pair is enough for both ends. */
const certificateItems: readonly { readonly key: string; readonly path: string }[] = [
  { key: "ca.crt", path: "pgbackrest.ca-roots" },
  ...pairs.flatMap((pair) => [
    { key: "tls.crt", path: `${pair}.crt` },
    { key: "tls.key", path: `${pair}.key` },
  ]),
];

/**
 * The certificates of a cluster, by CPO's names of files: as they are in its Secret, and from the keys that cert-manager writes, which
 * win. Both in any case: who makes them can change without a pod being replaced, and need not be known of another cluster.
 */
export function certificateVolume(name: string, owner: Pick<Cluster, "name">): IVolume {
  const secret = { name: names.backupCertificates(owner), optional: true };
  return {
    name,
    projected: {
      defaultMode: mode,
      sources: [{ secret }, { secret: { ...secret, items: [...certificateItems] } }],
    },
  };
}

/** A configuration: files of a ConfigMap, and those of a Secret beside them. */
export function configVolume(
  name: string,
  configMap: string,
  keys: readonly string[],
  secret: string | undefined,
): IVolume {
  return {
    name,
    projected: {
      defaultMode: mode,
      sources: [
        { configMap: { name: configMap, optional: true, items: keys.map((key) => ({ key, path: key })) } },
        ...(secret === undefined ? [] : [{ secret: { name: secret, optional: true } }]),
      ],
    },
  };
}

export const configMounts: readonly IVolumeMount[] = [
  { mountPath: paths.backupConfig, name: "pgbackrest-config" },
  { mountPath: paths.backupCertificates, name: "cert-secret" },
];

/** A script beside the configuration: pgBackRest reads nothing but *.conf there. */
export function script(name: string): string[] {
  return ["sh", `${paths.backupConfig}/${name}`];
}

/** What every pgBackRest of the cluster reads, and nothing else: some packages bring a configuration of their own. */
export const configEnv: readonly IEnvVar[] = [
  { name: "PGBACKREST_CONFIG", value: "/dev/null" },
  { name: "PGBACKREST_CONFIG_INCLUDE_PATH", value: paths.backupConfig },
];

/** The backups that a pod makes and reads if it is told no others: those of the generation that it belongs to. */
export function stanzaEnv(cluster: Cluster): IEnvVar {
  return { name: "PGBACKREST_STANZA", value: generationOf(cluster).stanza };
}

/** Beside the repositories on volumes, so that whoever works on them from another pod of the node is seen. */
function lockEnv(repositories: readonly BackupRepository[]): IEnvVar[] {
  const [first] = repositories;
  return first === undefined
    ? []
    : [{ name: "PGBACKREST_LOCK_PATH", value: `${repositoryPath(first)}/lock` }];
}

/** The variables of a container that works on repositories: ours, its own, and the spec's. */
export function backupEnv(
  { env }: Backup,
  mounted: readonly BackupRepository[],
  own: readonly IEnvVar[] = [],
): IEnvVar[] {
  return [...configEnv, ...lockEnv(mounted), ...own, ...(env ?? [])];
}

/** Variables of a backup container that are not the spec's to give. */
export const ownVariables: readonly string[] = configEnv
  .map(({ name }) => name)
  .concat(
    "PGBACKREST_STANZA",
    "PGBACKREST_LOCK_PATH",
    "REPOSITORY",
    "REPOSITORIES",
    "TYPE",
    "ID",
    "STANZAS",
    "PATIENCE",
    "TDE",
    "TDE_KEY",
  );
