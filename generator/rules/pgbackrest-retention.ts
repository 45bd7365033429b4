import type { Cluster } from "../cluster/cluster.ts";
import type { BackupRepository } from "../cluster/spec.ts";
import { optionNamed } from "../pgbackrest/options.ts";
import { warning, type Finding } from "./finding.ts";

/** Repositories that grow without end, or whose retention does not do what it seems to say. */
export function backupRetention({ spec }: Cluster): Finding[] {
  const { global = {}, repos } = spec.backup?.pgbackrest ?? {};
  const given = new Map(
    Object.entries(global).map(([key, value]) => [
      optionNamed(key)?.name ?? key,
      { key, value: value.trim() },
    ]),
  );
  return (repos ?? []).flatMap((repository, index) => {
    const option = (base: string): Given | undefined => given.get(`${repository.name}-${base}`);
    return [...schedules(repository, index, option), ...archive(repository, option)];
  });
}

type Given = { readonly key: string; readonly value: string };
type Lookup = (base: string) => Given | undefined;

function schedules({ name, schedule }: BackupRepository, index: number, option: Lookup): Finding[] {
  const { full = "", diff = "", incr = "" } = schedule ?? {};
  if (full === "" && diff === "" && incr === "") return [];
  const path = ["spec", "backup", "pgbackrest", "repos", String(index), "schedule"];
  const field = `spec.backup.pgbackrest.repos[${index}].schedule`;
  const found = (message: string, fix: string) =>
    warning({ rule: "backup-retention", message, fix, path, part: "key" });
  return [
    ...(option("retention-full") === undefined
      ? [
          found(
            `${field} adds backups to ${name} and nothing takes any away: ${name}-retention-full is not set, so the repository fills up`,
            `add ${name}-retention-full to spec.backup.pgbackrest.global, e.g. "7"; "9999999" keeps all of them`,
          ),
        ]
      : []),
    ...(full === ""
      ? [
          found(
            `${field} has no full: all backups hang on the first one, and none of them is ever taken away`,
            `add full, as in "0 1 * * 0"`,
          ),
        ]
      : []),
  ];
}

/** What pgBackRest says of it at each backup, where nobody reads it (load.c). */
function archive({ name }: BackupRepository, option: Lookup): Finding[] {
  const type = option("retention-archive-type");
  const kept = option("retention-archive");
  const full = option("retention-full");
  const found = (at: Given, message: string, fix: string) =>
    warning({
      rule: "backup-retention",
      message: `spec.backup.pgbackrest.global.${at.key} is ${at.value}: ${message}`,
      fix,
      path: ["spec", "backup", "pgbackrest", "global", at.key],
    });
  if (type?.value === "incr" && kept === undefined) {
    return [
      found(
        type,
        `no WAL is ever taken away without ${name}-retention-archive`,
        `add ${name}-retention-archive`,
      ),
    ];
  }
  if (type?.value === "diff" && option("retention-diff") === undefined) {
    const message =
      kept === undefined
        ? `no WAL is ever taken away without ${name}-retention-diff or ${name}-retention-archive`
        : `differential backups are kept until their full backup goes, without ${name}-retention-diff`;
    return [found(type, message, `add ${name}-retention-diff`)];
  }
  const isOfFull =
    (type?.value ?? "full") === "full" && (option("retention-full-type")?.value ?? "count") === "count";
  if (isOfFull && kept !== undefined && full !== undefined && Number(kept.value) > Number(full.value)) {
    const fix = `write ${full.value} or less, or raise ${full.key}`;
    return [found(kept, `no more WAL is kept than for the ${full.value} backups of ${full.key}`, fix)];
  }
  return [];
}
