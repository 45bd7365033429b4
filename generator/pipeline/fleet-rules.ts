import type { Fleet } from "../cluster/cluster.ts";
import type { OperatorConfiguration, Settings } from "../cluster/spec.ts";
import { rangeFaults } from "../kube/checks/network.ts";
import { cronProblem } from "../kube/cron.ts";
import { dashed } from "../naming.ts";
import type { Problem } from "../problem.ts";
import { show } from "./messages.ts";
import type { Source } from "./source.ts";

/** What CPO's configuration says that cannot hold for any cluster, or has a price for all. */
export function fleetProblems(found: Fleet, document: OperatorConfiguration, source: Source): Problem[] {
  const problems: Problem[] = [...budgetsOff(found, source), ...backupSchedule(document, source)];
  const { kubernetes } = document.configuration;
  const path = ["configuration", "kubernetes", "pod_terminate_grace_period"];
  if (found.gracePeriodSeconds < 1) {
    problems.push({
      rule: "wrong-value",
      severity: "error",
      message: `${path.join(".")} is ${JSON.stringify(kubernetes.pod_terminate_grace_period)}: PostgreSQL would be killed instead of shut down`,
      fix: "give it minutes, e.g. 5m",
      at: source.placeOf(path, "value"),
    });
  }
  if (document.configuration.multisite.enable) {
    problems.push({
      rule: "multisite",
      severity: "error",
      message:
        "configuration.multisite is on for every cluster: without CYBERTEC's fork of Patroni and an address that only a running cluster knows, each site would elect a primary of its own",
      fix: "let the clusters of one site follow those of the other with spec.standby, and take multisite out",
      at: source.placeOf(["configuration", "multisite", "enable"], "value"),
    });
  }
  if (dashed(found.superuser) === dashed(found.replicationUser)) {
    problems.push({
      rule: "role-twice",
      severity: "error",
      message:
        found.superuser === found.replicationUser
          ? `the superuser and the replication user are both ${JSON.stringify(found.superuser)}`
          : `the superuser ${JSON.stringify(found.superuser)} and the replication user ${JSON.stringify(found.replicationUser)} would share one Secret, in whose name _ is -`,
      fix: "give replication a user of its own",
      at: source.placeOf(["configuration", "users", "replication_username"], "value"),
    });
  }
  return problems;
}

function budgetsOff({ disruptionBudgets }: Fleet, source: Source): Problem[] {
  if (disruptionBudgets) return [];
  const path = ["configuration", "kubernetes", "enable_pod_disruption_budget"];
  return [
    {
      rule: "disruption-quorum",
      severity: "warning",
      message: `${path.join(".")} is false: a drain may take all members of a cluster at once`,
      fix: "write true: even then one member at a time can always be drained",
      at: source.placeOf(path, "value"),
    },
  ];
}

function backupSchedule({ configuration }: OperatorConfiguration, source: Source): Problem[] {
  const text = configuration.logical_backup.logical_backup_schedule;
  const problem = text === "" ? undefined : cronProblem(text);
  if (problem === undefined) return [];
  const path = ["configuration", "logical_backup", "logical_backup_schedule"];
  return [
    {
      rule: "schedule",
      severity: problem.never === true ? "warning" : "error",
      message: `${path.join(".")} is ${show(text)}, which ${problem.says}`,
      fix: problem.fix,
      at: source.placeOf(path, "value"),
    },
  ];
}

export function ranges(document: Settings, source: Source): Problem[] {
  return document.spec.apiServer.cidrs.flatMap((cidr, index) =>
    rangeFaults(cidr, []).map(({ rule, says, fix, severity }): Problem => ({
      rule,
      severity: severity ?? "error",
      message: `spec.apiServer.cidrs[${index}] ${says}`,
      fix,
      at: source.placeOf(["spec", "apiServer", "cidrs", index], "value"),
    })),
  );
}
