import type { Cluster } from "../cluster/cluster.ts";
import { warning, type Finding } from "./finding.ts";

/** The one kind of volume that nobody finds again. */
export function ephemeralVolume({ spec }: Cluster): Finding[] {
  if (!spec.volume.ephemeral) return [];
  const alone = spec.numberOfInstances === 1;
  return [
    warning({
      rule: "ephemeral-volume",
      message: alone
        ? "spec.volume.ephemeral: the data goes with the only pod, at every change of it and every drain; a new pod then waits for it"
        : "spec.volume.ephemeral: the data of a member goes with its pod, and all of it when all pods are gone at once",
      fix: alone
        ? "keep it for a database that is thrown away with its namespace"
        : "keep it for a database that may be thrown away, else take it out",
      path: ["spec", "volume", "ephemeral"],
      part: "key",
    }),
  ];
}
