import type { Cluster } from "../cluster/cluster.ts";
import { names } from "../naming.ts";
import { identityOf } from "../pgbackrest/identity.ts";
import { scheduled } from "../pgbackrest/jobs.ts";
import { backupOf, onVolumes } from "../pgbackrest/repositories.ts";
import { ownVariables } from "../pgbackrest/parts.ts";
import { isOneLine } from "../template.ts";
import { error, warning, type Finding } from "./finding.ts";
import { repositoryNames } from "./repository-names.ts";

/** A cloud looks at the account of who reaches its store, and pgBackRest asks it only where it is told to. */
export function identityIsUsed(cluster: Cluster): Finding[] {
  const { global = {}, repos = [] } = backupOf(cluster) ?? {};
  const isUsed = repos.some(({ name, storage, keyType }) =>
    /^(auto|web-id)$/.test(keyType ?? global[`${name}-${storage}-key-type`] ?? ""),
  );
  if (identityOf(cluster) === undefined || isUsed) return [];
  return [
    warning({
      rule: "backup-identity",
      message:
        "spec.backup.pgbackrest.serviceAccountAnnotations give the pods an identity, and every repository is reached by a key",
      fix: "say which repository is reached by it, as in global: { repo1-s3-key-type: web-id }, or keyType: auto for GCS",
      path: ["spec", "backup", "pgbackrest", "serviceAccountAnnotations"],
      part: "key",
    }),
  ];
}

/** A backup at once goes where backups go. */
export function backupNowHasPlace(cluster: Cluster): Finding[] {
  const { now } = cluster.spec.backup ?? {};
  if (now === undefined) return [];
  const path = ["spec", "backup", "now"];
  if (backupOf(cluster) === undefined) {
    return [
      warning({
        rule: "backup-now",
        message: "spec.backup.now does nothing: the cluster has no repository",
        fix: "add spec.backup.pgbackrest, or take it out",
        path,
        part: "key",
      }),
    ];
  }
  return repositoryNames(cluster, {
    rule: "backup-now",
    path: [...path, "repositories"],
    names: now.repositories,
  });
}

/** A repository outlives the pods that work on it. */
export function repositoriesStay(cluster: Cluster): Finding[] {
  const repos = backupOf(cluster)?.repos ?? [];
  return repos.flatMap(({ volume }, index) =>
    volume?.ephemeral === true
      ? [
          error({
            rule: "backup-volume",
            message: `spec.backup.pgbackrest.repos[${index}].volume.ephemeral is true: the backups would go with the pod`,
            fix: "take it out",
            path: ["spec", "backup", "pgbackrest", "repos", String(index), "volume", "ephemeral"],
          }),
        ]
      : [],
  );
}

/** A backup is of a primary, which a standby cluster has when it is promoted. */
export function backupsWaitForPrimary(cluster: Cluster): Finding[] {
  if (backupOf(cluster) === undefined || cluster.spec.standby === undefined) return [];
  return [
    warning({
      rule: "backup-standby",
      message: "a standby cluster has no primary, so its backups are suspended and its WAL is not archived",
      fix: "back up its source; the schedules of this one begin when spec.standby is taken out",
      path: ["spec", "backup"],
      part: "key",
    }),
  ];
}

/** Kubernetes takes a variable once. */
export function backupVariables(cluster: Cluster): Finding[] {
  const env = backupOf(cluster)?.env ?? [];
  const given = env.map(({ name }) => name);
  return given.flatMap((name, index) => {
    const isOurs = ownVariables.includes(name);
    if (!isOurs && given.indexOf(name) === index) return [];
    return [
      error({
        rule: "backup-env",
        message: `spec.backup.pgbackrest.env[${index}].name is ${name}, ${isOurs ? "which pgrender sets itself" : "as is another one's"}`,
        fix: "take it out",
        path: ["spec", "backup", "pgbackrest", "env", String(index), "name"],
      }),
    ];
  });
}

/** Lines of pgBackRest's configuration: a schema keeps line breaks out, but not all that some reader takes for one. */
export function repositoriesAreLines(cluster: Cluster): Finding[] {
  const repos = backupOf(cluster)?.repos ?? [];
  return repos.flatMap((repository, index) =>
    Object.entries(repository).flatMap(([field, value]) =>
      typeof value !== "string" || isOneLine(value)
        ? []
        : [
            error({
              rule: "backup-repository",
              message: `spec.backup.pgbackrest.repos[${index}].${field} has a control character`,
              fix: "take it out",
              path: ["spec", "backup", "pgbackrest", "repos", String(index), field],
            }),
          ],
    ),
  );
}

/** Kubernetes labels the pods of a StatefulSet with its name and a hash of eleven characters. */
const longestHost = 63 - 11;

/** Of a cluster, so that no name of a CronJob of its is cut: `pgbackrest-C-repo1-full`. */
const longestScheduled = 52 - "pgbackrest--repo1-full".length;

/** Names that are the cluster's with something behind it, and have to fit. */
export function backupNamesFit(cluster: Cluster): Finding[] {
  const backup = backupOf(cluster);
  if (backup === undefined) return [];
  const host = names.repositoryHost(cluster);
  const long = onVolumes(backup).length > 0 && host.length > longestHost;
  const schedules = backup.repos.flatMap((repository) =>
    scheduled(repository).map(({ type }) => names.backupSchedule(cluster, repository.name, type)),
  );
  const twice = schedules.find((name, index) => schedules.indexOf(name) < index);
  if (!long && twice === undefined) return [];
  const spare = long ? host.length - longestHost : cluster.name.length - longestScheduled;
  return [
    error({
      rule: "backup-name",
      message: long
        ? `the StatefulSet ${host} has a name of ${host.length} characters, its pods can have at most ${longestHost}`
        : `two backups would have a CronJob ${twice ?? ""}: their names are cut at 52 characters, as with CPO`,
      fix: `take a name for the cluster that is shorter by at least ${spare}`,
      path: ["metadata", "name"],
    }),
  ];
}
