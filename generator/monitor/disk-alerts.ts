import type { Cluster } from "../cluster/cluster.ts";
import { groups } from "../cluster/group.ts";
import type { Alerts } from "../cluster/spec.ts";
import { names } from "../naming.ts";
import { backupOf, onVolumes } from "../pgbackrest/repositories.ts";
import { memberVolumes } from "../postgres/volumes.ts";
import type { Alert } from "./alert.ts";
import { ofObjects } from "./series.ts";

/** What the kubelet tells of volumes: https://kubernetes.io/docs/reference/instrumentation/metrics/ */
export function diskAlerts(cluster: Cluster, { disk }: Alerts): Alert[] {
  const full = {
    alert: "PostgresDiskFull",
    for: "5m",
    summary: "The volume {{ $labels.persistentvolumeclaim }} has {{ $value | humanizePercentage }} left",
    description:
      "PostgreSQL stops when it cannot write its WAL, and WAL is not archived when a repository is full.",
  };
  const free = freeShare(cluster);
  return [
    { ...full, expr: `${free} < ${(100 - disk) / 100}`, severity: "warning" },
    { ...full, expr: `${free} < ${(100 - disk) / 200}`, severity: "critical" },
  ];
}

/** How much of the volumes is free. */
export function freeShare(cluster: Cluster): string {
  const of = (metric: string) => ofObjects(cluster, metric, ["persistentvolumeclaim", ...claims(cluster)]);
  return `${of("kubelet_volume_stats_available_bytes")} / ${of("kubelet_volume_stats_capacity_bytes")}`;
}

/** The names of the claims, as expressions. */
function claims(cluster: Cluster): string[] {
  const members = groups(cluster).flatMap((group) =>
    memberVolumes(group).map(({ name }) =>
      group.spec.volume.ephemeral ? `${group.group}-[0-9]+-${name}` : `${name}-${group.group}-[0-9]+`,
    ),
  );
  const backup = backupOf(cluster);
  const repositories = (backup === undefined ? [] : onVolumes(backup)).map(
    ({ name }) => `${name}-${names.repositoryHost(cluster)}-0`,
  );
  return [...members, ...repositories];
}
