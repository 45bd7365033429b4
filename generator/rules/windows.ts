import type { Cluster } from "../cluster/cluster.ts";
import { windowsOf } from "../converge/windows.ts";
import { show } from "../pipeline/messages.ts";
import { error, type Finding } from "./finding.ts";

/** CPO refuses a window that ends before it begins; one over midnight is two. */
export function windowsBeforeTheirEnd(cluster: Cluster): Finding[] {
  return (windowsOf(cluster) ?? []).flatMap(({ from, to }, index): Finding[] => {
    if (from < to) return [];
    return [
      error({
        rule: "wrong-value",
        message: `spec.maintenanceWindows[${index}] is ${show(cluster.spec.maintenanceWindows?.[index])}, which ends before it begins`,
        fix: "write two windows for one over midnight, e.g. Sat:22:00-23:59 and Sun:00:00-02:00",
        path: ["spec", "maintenanceWindows", String(index)],
      }),
    ];
  });
}
