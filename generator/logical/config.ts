import type { Cluster } from "../cluster/cluster.ts";
import { configuration } from "../pgbackrest/file.ts";
import type { Target } from "./target.ts";

/**
 * What pgBackRest reads to put dumps into their stores. All of it is global: what a stanza says, the commands about files that are of
 * no stanza do not read.
 */
export function storesConfig(cluster: Cluster, { global }: Target): string {
  return configuration(cluster, "as its logical backups read it", {
    global: { "log-level-file": "off", ...global },
  });
}
