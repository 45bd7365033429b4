import type { Cluster } from "../cluster/cluster.ts";
import { cronProblem } from "../kube/cron.ts";
import { fieldName, show } from "../pipeline/messages.ts";
import { error, warning, type Finding } from "./finding.ts";

/** Schedules that Kubernetes would refuse, or that never come. */
export function schedulesRun({ spec }: Cluster): Finding[] {
  const repositories = spec.backup?.pgbackrest?.repos ?? [];
  return [
    ...schedule(spec.logicalBackupSchedule, ["spec", "logicalBackupSchedule"]),
    ...schedule(spec.backup?.verification?.schedule, ["spec", "backup", "verification", "schedule"]),
    ...repositories.flatMap((repository, index) =>
      (["full", "diff", "incr"] as const).flatMap((type) =>
        schedule(repository.schedule?.[type], [
          "spec",
          "backup",
          "pgbackrest",
          "repos",
          String(index),
          "schedule",
          type,
        ]),
      ),
    ),
  ];
}

function schedule(text: string | undefined, path: readonly string[]): Finding[] {
  const problem = text === undefined || text === "" ? undefined : cronProblem(text);
  if (problem === undefined) return [];
  const field = fieldName(path.map((step) => (/^\d+$/.test(step) ? Number(step) : step)));
  return [
    (problem.never ? warning : error)({
      rule: "schedule",
      message: `${field} is ${show(text)}, which ${problem.says}`,
      fix: problem.fix,
      path,
    }),
  ];
}
