import type { Cluster } from "../cluster/cluster.ts";
import type { Verification } from "../cluster/spec.ts";
import { bytes } from "../kube/quantity.ts";
import { backupOf } from "../pgbackrest/repositories.ts";
import { scratchSize } from "../pgbackrest/scratch.ts";
import { show } from "../pipeline/messages.ts";
import { error, warning, type Finding } from "./finding.ts";
import { repositoryNames } from "./repository-names.ts";

const root = ["spec", "backup", "verification"] as const;

/** What is wrong with the section that has backups restored by schedule. */
export function verificationRuns(cluster: Cluster): Finding[] {
  const { verification } = cluster.spec.backup ?? {};
  if (verification === undefined) return [];
  if (backupOf(cluster) === undefined) {
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
    ...repositoryNames(cluster, {
      rule: "verification-repository",
      path: [...root, "repos"],
      names: verification.repos,
    }),
    ...room(cluster, verification),
    ...queries(verification),
  ];
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
