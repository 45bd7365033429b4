import type { Cluster } from "../cluster/cluster.ts";
import type { Verification } from "../cluster/spec.ts";
import { bytes } from "../kube/quantity.ts";
import { backupOf } from "../pgbackrest/repositories.ts";
import { scratchSize } from "../pgbackrest/scratch.ts";
import { show } from "../pipeline/messages.ts";
import { error, warning, type Finding } from "./finding.ts";

const root = ["spec", "backup", "verification"] as const;

/** What is wrong with the section that has backups restored by schedule. */
export function verificationRuns(cluster: Cluster): Finding[] {
  const { verification } = cluster.spec.backup ?? {};
  if (verification === undefined) return [];
  const backup = backupOf(cluster);
  if (backup === undefined) {
    return [
      warning({
        rule: "verification-alone",
        message: "spec.backup.verification does nothing: the cluster has no repository to restore from",
        fix: "add spec.backup.pgbackrest, or take it out",
        path: root,
        part: "key",
      }),
    ];
  }
  return [
    ...repositories(
      verification,
      backup.repos.map(({ name }) => name),
    ),
    ...room(cluster, verification),
    ...queries(verification),
  ];
}

function repositories({ repos = [] }: Verification, known: readonly string[]): Finding[] {
  return repos.flatMap((name, index) => {
    const isTwice = repos.indexOf(name) < index;
    if (known.includes(name) && !isTwice) return [];
    return [
      error({
        rule: "verification-repository",
        message: `spec.backup.verification.repos[${index}] is ${name}, ${isTwice ? "as is another one" : `and spec.backup.pgbackrest.repos has ${known.join(", ")}`}`,
        fix: isTwice ? "take it out" : `write ${known.join(" or ")}, or add ${name} to the repositories`,
        path: [...root, "repos", String(index)],
      }),
    ];
  });
}

function room(cluster: Cluster, { volume }: Verification): Finding[] {
  if (volume.size === undefined) return [];
  const path = [...root, "volume", "size"];
  const [own, needed] = [bytes(volume.size), bytes(scratchSize(cluster))];
  if (own === undefined || own === 0n) {
    return [
      error({
        rule: own === undefined ? "wrong-format" : "wrong-value",
        message: `spec.backup.verification.volume.size is ${volume.size}${own === undefined ? ", which is no amount" : ": nothing could be restored into it"}`,
        fix: `write the size of a volume, as in ${scratchSize(cluster)}, or leave it out`,
        path,
      }),
    ];
  }
  if (needed === undefined || own >= needed) return [];
  return [
    warning({
      rule: "verification-volume",
      message: `spec.backup.verification.volume.size is ${volume.size}, and an instance has ${scratchSize(cluster)}: a backup may grow until it does not fit`,
      fix: `write ${scratchSize(cluster)}, or leave it out`,
      path,
    }),
  ];
}

function queries({ queries: given }: Verification): Finding[] {
  return given.flatMap(({ name, sql, expect, database }, index) => {
    const path = [...root, "queries", String(index)];
    const said = `spec.backup.verification.queries[${index}]`;
    if (given.findIndex((other) => other.name === name) < index) {
      return [
        error({
          rule: "verification-query",
          message: `${said}.name is ${name}, as is another one's`,
          fix: "give each query a name of its own",
          path: [...path, "name"],
        }),
      ];
    }
    const wrong = Object.entries({ database, sql, expect }).filter(
      ([, text]) => text?.includes("\0") === true,
    );
    const unfit = wrong.map(([field]) =>
      error({
        rule: "verification-query",
        message: `${said}.${field} has a zero byte, which PostgreSQL has no place for`,
        fix: "take it out",
        path: [...path, field],
      }),
    );
    if (!/^\s*(\\|$)/.test(sql)) return unfit;
    return [
      ...unfit,
      error({
        rule: "verification-query",
        message: `${said}.sql is ${show(sql)}, which is ${sql.trim() === "" ? "no SQL" : "a command of psql's and no SQL"}`,
        fix: "write SQL that only reads, as in select count(*) from orders",
        path: [...path, "sql"],
      }),
    ];
  });
}
