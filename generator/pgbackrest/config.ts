import type { Cluster } from "../cluster/cluster.ts";
import { generationOf, generationsOf, type Generation } from "../cluster/generation.ts";
import type { BackupRepository } from "../cluster/spec.ts";
import { groups } from "../cluster/group.ts";
import { dataDirectory, names, paths, ports } from "../naming.ts";
import { keyBits } from "../postgres/tde.ts";
import type { Pair } from "./certificates.ts";
import type { Origin } from "./origin.ts";
import { configuration } from "./file.ts";
import { atHand, storeOptions, type Options } from "./store.ts";
import { onVolumes, repositoryPath, type Backup } from "./repositories.ts";

/** What the members read: they send WAL and fetch it, and let whoever makes a backup read their files. */
export function memberConfig(cluster: Cluster, backup: Backup): string {
  return configuration(cluster, "as the members read it", {
    ...stanzas(cluster, (generation) => ({
      ...database(cluster, generation, "pg1"),
      ...encryption(cluster),
    })),
    global: {
      ...inContainers,
      ...onMembers,
      ...backup.global,
      ...server(cluster, "pgbackrest-client"),
      ...all(backup, (repository) =>
        repository.storage === "pvc"
          ? behindHost(repository, { name: cluster.name }, paths.backupCertificates)
          : storeOptions(repository, paths.backupConfig),
      ),
    },
  });
}

/** What is read where repositories are at hand: by the host of those on volumes, and by the Jobs that make backups. */
export function repositoryConfig(cluster: Cluster, backup: Backup): string {
  const [mounted] = onVolumes(backup);
  return configuration(cluster, "as the host of its repositories reads it", {
    global: {
      ...inContainers,
      "lock-path": "/tmp/pgbackrest",
      "log-path": `${mounted === undefined ? "/tmp/pgbackrest" : repositoryPath(mounted)}/log`,
      ...server(cluster, "pgbackrest-repo-host"),
      ...all(backup, atHand),
    },
    ...stanzas(cluster, (generation) => ({
      ...backup.global,
      ...members(cluster, generation),
      ...encryption(cluster),
    })),
  });
}

/** What a verification reads: the repositories at hand, and nobody's database but its own. */
export function verificationConfig(cluster: Cluster, backup: Backup): string {
  return configuration(cluster, "as a verification reads it", {
    global: {
      ...inContainers,
      // Of its own: it takes no lock that a backup or an expiration would wait for.
      "lock-path": "/tmp/pgbackrest",
      "log-path": "/tmp/pgbackrest",
      ...all(backup, atHand),
    },
    [generationOf(cluster).stanza]: {
      ...backup.global,
      ...encryption(cluster),
      // WAL is fetched ahead: a week of it one by one, each after the other was replayed, would take its time.
      "archive-async": "y",
      "spool-path": `${paths.scratch}/spool`,
      "pg1-path": `${paths.scratch}/data`,
    },
  });
}

/** What is read where the backups of another cluster are. */
export function originConfig(cluster: Cluster, origin: Origin): string {
  return configuration(cluster, "as it reads the backups that it is made from", {
    [origin.stanza]: { ...database(cluster, generationOf(cluster), "pg1"), ...encryption(cluster) },
    global: {
      ...inContainers,
      ...onMembers,
      ...origin.global,
      ...(origin.source === undefined
        ? storeOptions(origin.repository, paths.originConfig)
        : behindHost(origin.repository, origin.source, paths.originCertificates)),
    },
  });
}

/** Where members have room for what pgBackRest writes besides. */
const onMembers: Options = {
  "lock-path": "/tmp/pgbackrest",
  "log-path": `${paths.backupRoot}/log`,
  "spool-path": `${paths.backupRoot}/spool-path`,
};

/** Containers write what they have to say to their output, and not to files that nobody looks at. */
const inContainers: Options = { "log-level-console": "info", "log-level-file": "off" };

/** A section for each generation: those that are restored from, and those that serve meanwhile, are read too. */
function stanzas(
  cluster: Cluster,
  optionsOf: (generation: Generation) => Options,
): Readonly<Record<string, Options>> {
  return Object.fromEntries(
    generationsOf(cluster).map((generation) => [generation.stanza, optionsOf(generation)]),
  );
}

/** Where PostgreSQL is in the pod of any member. */
function database(cluster: Cluster, generation: Generation, prefix: string): Options {
  return {
    [`${prefix}-path`]: dataDirectory(generation),
    [`${prefix}-port`]: String(ports.postgres),
    [`${prefix}-socket-path`]: `${paths.sharedRun}/`,
    // Not the name of the process's user: an image may have none for it.
    [`${prefix}-user`]: cluster.fleet.superuser,
  };
}

/** Encrypted data files: what pgBackRest cannot read in them it has to be told, as CPO does. */
function encryption(cluster: Cluster): Options {
  return keyBits(cluster) === undefined
    ? {}
    : { "archive-header-check": "n", "pg-version-force": String(cluster.version) };
}

/** `pgbackrest server`, which lets in who has a certificate of this cluster's. */
function server(cluster: Cluster, pair: Pair): Options {
  return { "tls-server-address": "*", "tls-server-auth": `${cluster.name}=*`, ...pairOf("tls-server", pair) };
}

function pairOf(prefix: string, pair: Pair, certificates: string = paths.backupCertificates): Options {
  return {
    [`${prefix}-ca-file`]: `${certificates}/pgbackrest.ca-roots`,
    [`${prefix}-cert-file`]: `${certificates}/${pair}.crt`,
    [`${prefix}-key-file`]: `${certificates}/${pair}.key`,
  };
}

/** A repository on the volume of a cluster's host, which lets in who has a certificate of that cluster's. */
function behindHost(
  { name }: BackupRepository,
  owner: NonNullable<Origin["source"]>,
  certificates: string,
): Options {
  const elsewhere = owner.namespace === undefined ? "" : `.${owner.namespace}.svc`;
  return {
    [`${name}-host`]: `${names.repositoryHost(owner)}-0.${names.members(owner)}${elsewhere}`,
    [`${name}-host-type`]: "tls",
    [`${name}-host-user`]: "postgres",
    ...pairOf(`${name}-host`, "pgbackrest-client", certificates),
  };
}

/** Where the members are. Who leads is found out when it matters, and one that is down is passed over. */
function members(cluster: Cluster, generation: Generation): Options {
  const [group] = groups(cluster);
  const found = Array.from({ length: group.spec.numberOfInstances }, (_, ordinal): Options => {
    const prefix = `pg${ordinal + 1}`;
    return {
      [`${prefix}-host`]: names.memberHost(group, ordinal),
      [`${prefix}-host-type`]: "tls",
      ...pairOf(`${prefix}-host`, "pgbackrest-repo-host"),
      ...database(cluster, generation, prefix),
    };
  });
  return Object.assign({}, ...found);
}

function all(
  { repos }: { readonly repos: readonly BackupRepository[] },
  optionsOf: (repository: BackupRepository) => Options,
): Options {
  return Object.assign({}, ...repos.map(optionsOf));
}
