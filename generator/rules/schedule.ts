import type { Cluster } from "../cluster/cluster.ts";
import { cronProblem } from "../kube/cron.ts";
import { fieldName, show } from "../pipeline/messages.ts";
import { error, warning, type Finding } from "./finding.ts";

/** Schedules that Kubernetes would refuse, or that never come. */
export function schedulesRun({ spec }: Cluster): Finding[] {
  const repositories = spec.backup?.pgbackrest?.repos ?? [];
  return [
    ...timeZone(spec.backup?.timeZone),
    ...schedule(spec.converge.schedule, ["spec", "converge", "schedule"]),
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

/** Kubernetes refuses a zone that its database does not have, and `Local`. */
function timeZone(name: string | undefined): Finding[] {
  if (name === undefined || (name !== "Local" && isZone(name))) return [];
  return [
    error({
      rule: "schedule",
      message: `spec.backup.timeZone is ${show(name)}, which is no time zone`,
      fix: "write an IANA name, as in Europe/Vienna or Etc/UTC",
      path: ["spec", "backup", "timeZone"],
    }),
  ];
}

function isZone(name: string): boolean {
  try {
    // oxlint-disable-next-line no-restricted-globals -- of Intl's tables only the names are asked, which no locale changes
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
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
