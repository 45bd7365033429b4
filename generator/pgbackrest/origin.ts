import type { Cluster } from "../cluster/cluster.ts";
import { firstGeneration, restoreOf, stanzaOf, upgradeOf } from "../cluster/generation.ts";
import type { BackupRepository, ClonePgBackRest } from "../cluster/spec.ts";
import type { PodPart } from "../kube/pod-part.ts";
import { names, paths } from "../naming.ts";
import { optionNamed } from "./options.ts";
import { certificateVolume, configVolume } from "./parts.ts";
import type { Options } from "./store.ts";

/** The backups of another cluster, which this one is made from. */
export type Origin = {
  /** The source, if its repository is on a volume. */
  readonly source?: { readonly name: string; readonly namespace?: string | undefined };
  readonly stanza: string;
  readonly repository: BackupRepository;
  /** Lines of the configuration. */
  readonly global: Options;
  /** Where the copy ends: options of the restore. */
  readonly target: Options;
  readonly secret?: string | undefined;
};

/** Of a clone, and of a standby cluster; undefined if it is made from a running cluster, or from nothing. */
export function originOf({ spec: { clone, standby } }: Cluster): Origin | undefined {
  if (clone?.pgbackrest !== undefined)
    return from(
      clone.pgbackrest,
      { name: clone.cluster, namespace: clone.namespace },
      until(clone.timestamp),
    );
  if (standby?.pgbackrest === undefined) return undefined;
  const { cluster: name, namespace } = standby;
  return from(standby.pgbackrest, name === undefined ? undefined : { name, namespace }, {});
}

/** The origin of what the first member begins with, by itself: a standby is made by Patroni. */
export function beginningOf(cluster: Cluster): Origin | undefined {
  const isOther = restoreOf(cluster)?.empty === true || upgradeOf(cluster) !== undefined;
  return cluster.spec.clone === undefined || isOther ? undefined : originOf(cluster);
}

function from(pgbackrest: ClonePgBackRest, source: Origin["source"], target: Options): Origin | undefined {
  const { repo, options = {}, configuration, generation = firstGeneration } = pgbackrest;
  if (repo?.storage === undefined) return undefined;
  const isTarget = ([key]: [string, string]) => ofRestore(key);
  return {
    ...(source === undefined || repo.storage !== "pvc" ? {} : { source }),
    stanza: stanzaOf(generation),
    // CPO calls it the first one, whatever its number is where it is from.
    repository: { ...repo, name: repo.name ?? "repo1", storage: repo.storage },
    global: Object.fromEntries(Object.entries(options).filter((entry) => !isTarget(entry))),
    target: { ...target, ...Object.fromEntries(Object.entries(options).filter(isTarget)) },
    secret: configuration?.secret,
  };
}

/** Whether an option is one that only the command line of a restore has. */
export function ofRestore(key: string): boolean {
  const option = optionNamed(key)?.option;
  return option?.restore === true && option.place === "command";
}

/** The target of a timestamp: pgBackRest wants a space where RFC 3339 has a T. */
export function until(timestamp: string | undefined): Options {
  return timestamp === undefined ? {} : { type: "time", target: timestamp.replace(/T/i, " ") };
}

/** The beginning of each command that reads these backups. */
export function originCommand({ stanza }: Origin): string[] {
  return [
    "pgbackrest",
    "--config=/dev/null",
    `--config-include-path=${paths.originConfig}`,
    `--stanza=${stanza}`,
  ];
}

/** What the database pod needs for it: the copy outlives its source, and starts without its Secrets. */
export function originPart(cluster: Cluster): PodPart {
  const origin = originOf(cluster);
  if (origin === undefined) return {};
  const { source, secret } = origin;
  const config = configVolume(
    "pgbackrest-clone",
    names.originConfig(cluster),
    ["pgbackrest_clone.conf"],
    secret,
  );
  return {
    env: [
      { name: "CLONE_METHOD", value: "CLONE_WITH_PGBACKREST" },
      { name: "CLONE_PGBACKREST_CONFIG", value: paths.originConfig },
    ],
    mounts: [
      { mountPath: paths.originConfig, name: "pgbackrest-clone" },
      ...(source === undefined
        ? []
        : [{ mountPath: paths.originCertificates, name: "pgbackrest-clone-certs" }]),
    ],
    volumes: [config, ...(source === undefined ? [] : [certificateVolume("pgbackrest-clone-certs", source)])],
  };
}
