import type { Cluster } from "../cluster/cluster.ts";
import type { BackupRepository, PgBackRest } from "../cluster/spec.ts";
import { paths } from "../naming.ts";

/** What a spec says of backups; undefined if it wants none. */
export type Backup = PgBackRest & { readonly repos: readonly BackupRepository[] };

export function backupOf({ spec }: Cluster): Backup | undefined {
  const { pgbackrest } = spec.backup ?? {};
  const repos = pgbackrest?.repos ?? undefined;
  return pgbackrest === undefined || repos === undefined ? undefined : { ...pgbackrest, repos };
}

/** The repositories on volumes: one host has them mounted, and the members reach them through it. */
export function onVolumes({ repos }: Backup): readonly BackupRepository[] {
  return repos.filter(({ storage }) => storage === "pvc");
}

/** The repositories in object stores, which everybody reaches. */
export function inStores({
  repos,
}: {
  readonly repos: readonly BackupRepository[];
}): readonly BackupRepository[] {
  return repos.filter(({ storage }) => storage !== "pvc");
}

/** Where the volume of a repository is mounted. */
export function repositoryPath({ name }: BackupRepository): string {
  return `${paths.repositories}/${name}`;
}

/** The number in the name of a repository, as the commands want it. */
export function numberOf({ name }: BackupRepository): string {
  return name.replace("repo", "");
}
