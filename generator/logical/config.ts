import type { Cluster } from "../cluster/cluster.ts";
import { byKey } from "../kube/metadata.ts";
import { fill, isOneLine } from "../template.ts";
import type { Target } from "./target.ts";

/**
 * What pgBackRest reads to put dumps into their stores. All of it is global: what a stanza says, the commands about files that are of
 * no stanza do not read.
 */
export function storesConfig(cluster: Cluster, { global }: Target): string {
  const options = { "log-level-file": "off", ...global };
  return fill("pgbackrest.conf", {
    cluster: cluster.name,
    reader: "as its logical backups read it",
    sections: [
      {
        name: "global",
        options: Object.entries(options)
          // What else a spec has there is an error, and nothing of it is written.
          .filter((entry) => entry.every(isOneLine))
          .sort(byKey)
          .map(([name, value]) => ({ name, value })),
      },
    ],
  });
}
