import type { Cluster } from "../cluster/cluster.ts";
import { byKey } from "../kube/metadata.ts";
import { fill, isOneLine } from "../template.ts";
import type { Options } from "./store.ts";

/** A file of pgBackRest's, of the given sections; `reader` completes the sentence that begins it. */
export function configuration(
  cluster: Cluster,
  reader: string,
  sections: Readonly<Record<string, Options>>,
): string {
  return fill("pgbackrest.conf", {
    cluster: cluster.name,
    reader,
    sections: Object.entries(sections).map(([name, options]) => ({
      name,
      options: Object.entries(options)
        // What else a spec has there is an error, and nothing of it is written.
        .filter((entry) => entry.every(isOneLine))
        .sort(byKey)
        .map(([option, value]) => ({ name: option, value })),
    })),
  });
}
