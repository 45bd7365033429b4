import type { Cluster } from "../cluster/cluster.ts";
import { error, type Finding } from "./finding.ts";

/** Rendered without what it needs, it would be two databases that both take writes under one name. */
export function noMultisite({ spec }: Cluster): Finding[] {
  if (spec.patroni.multisite?.enable !== true) return [];
  return [
    error({
      rule: "multisite",
      message:
        "spec.patroni.multisite is on: without CYBERTEC's fork of Patroni and an address that only a running cluster knows, each site would elect a primary of its own",
      fix: "let one site follow the other with spec.standby, and take multisite out",
      path: ["spec", "patroni", "multisite", "enable"],
    }),
  ];
}
