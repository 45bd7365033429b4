import type { Cluster } from "../cluster/cluster.ts";
import { backupOf } from "../pgbackrest/repositories.ts";
import { error, type Finding } from "./finding.ts";

/** A list of repositories names those of the cluster, each once. */
export function repositoryNames(
  cluster: Cluster,
  list: {
    readonly rule: string;
    readonly path: readonly string[];
    readonly names: readonly string[] | undefined;
  },
): Finding[] {
  const { rule, path, names = [] } = list;
  const known: readonly string[] = (backupOf(cluster)?.repos ?? []).map(({ name }) => name);
  const there = known.length === 0 ? "none" : known.join(", ");
  return names.flatMap((name, index) => {
    const isTwice = names.indexOf(name) < index;
    if (known.includes(name) && !isTwice) return [];
    return [
      error({
        rule,
        message: `${path.join(".")}[${index}] is ${name}, ${isTwice ? "as is another one" : `and spec.backup.pgbackrest.repos has ${there}`}`,
        fix: isTwice || known.length === 0 ? "take it out" : `write ${known.join(" or ")}, or take it out`,
        path: [...path, String(index)],
      }),
    ];
  });
}
