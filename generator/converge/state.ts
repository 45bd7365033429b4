import { withPassword } from "../access/roles.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { generationOf } from "../cluster/generation.ts";
import { groups, running } from "../cluster/group.ts";
import { names, ports } from "../naming.ts";
import { configId, dynamic } from "../patroni/config.ts";
import { shared } from "../postgres/parameters.ts";
import { windowsOf } from "./windows.ts";

/** Seconds that a cluster may take until it has a leader, or is as the spec says; the Job tries again then. */
export const patience = 3600;

/** What converge.py has to know of the cluster. */
export function state(cluster: Cluster): Record<string, unknown> {
  const members = groups(cluster).flatMap((group) =>
    Array.from({ length: running(group) }, (_, ordinal) => [
      names.memberHost(group, ordinal),
      configId(group),
    ]),
  );
  return {
    scope: generationOf(cluster).scope,
    // By host: what marks the patroni.yml that it has to have read.
    members: Object.fromEntries(members),
    dynamic: dynamic(cluster),
    // The parameters that are the spec's, or nobody's.
    owned: [...shared],
    // A certificate may have been renewed since: PostgreSQL reads it when it reloads.
    reloads: cluster.spec.tls !== undefined,
    restartWindows: windowsOf(cluster),
    patience,
    port: ports.postgres,
    binDirectory: cluster.profile.binDirectory.replaceAll("{version}", String(cluster.version)),
    passwords: cluster.spec.standby === undefined ? credentials(cluster) : [],
  };
}

/** The roles whose passwords are those of Secrets beside the cluster. */
export function credentials(cluster: Cluster): { role: string; secret: string }[] {
  return withPassword(cluster).map((role) => ({ role, secret: names.credentials(cluster, role) }));
}
