import type { Cluster } from "../cluster/cluster.ts";
import { show } from "../pipeline/messages.ts";
import { error, type Finding } from "./finding.ts";

/** CPO refuses a window that ends before it begins; one over midnight is two. */
export function windowsBeforeTheirEnd({ spec }: Cluster): Finding[] {
  return (spec.maintenanceWindows ?? []).flatMap((window, index): Finding[] => {
    const [from = 0, to = 0] = [...window.matchAll(/(\d+):(\d+)(?=\s*(-|$))/g)].map(
      ([, hour, minute]) => Number(hour) * 60 + Number(minute),
    );
    if (from < to) return [];
    return [
      error({
        rule: "wrong-value",
        message: `spec.maintenanceWindows[${index}] is ${show(window)}, which ends before it begins`,
        fix: "write two windows for one over midnight, e.g. Sat:22:00-23:59 and Sun:00:00-02:00",
        path: ["spec", "maintenanceWindows", String(index)],
      }),
    ];
  });
}
