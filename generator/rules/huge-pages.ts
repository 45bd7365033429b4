import type { Cluster } from "../cluster/cluster.ts";
import { bytes } from "../kube/quantity.ts";
import { wholeNumber } from "../postgres/number.ts";
import { givenParameter, roomForBuffers } from "../postgres/parameters.ts";
import { error, type Finding } from "./finding.ts";

export function hugePages(cluster: Cluster): Finding[] {
  const { spec, version } = cluster;
  if (spec.hugePages === undefined) return [];
  const { pageSize, amount } = spec.hugePages;
  const path = ["spec", "hugePages", "amount"];
  const found = (message: string, fix: string, at: readonly string[] = path) =>
    error({ rule: "huge-pages", message, fix, path: at });
  const page = bytes(pageSize) ?? 1n;
  const whole = bytes(amount) ?? 0n;
  if (whole === 0n || whole % page !== 0n) {
    return [
      found(
        `spec.hugePages.amount is ${amount}, no whole number of pages of ${pageSize}`,
        `write a multiple of ${pageSize}`,
      ),
    ];
  }
  if (pageSize === "1Gi" && version < 14) {
    return [
      found(
        `spec.hugePages.pageSize is 1Gi, which PostgreSQL ${version} cannot ask for`,
        "write 2Mi, or use PostgreSQL 14 or later",
        ["spec", "hugePages", "pageSize"],
      ),
    ];
  }
  const room = roomForBuffers(amount);
  const own = givenParameter(cluster, "shared_buffers");
  const wanted = wholeNumber(own?.value ?? "16MB", "8kB");
  // Another rule says what is no number.
  if ("wrong" in wanted || wanted.value * 8 <= room * 1024) return [];
  return [
    found(
      own === undefined
        ? `spec.hugePages.amount is ${amount}: too little for PostgreSQL's shared memory`
        : `spec.postgresql.parameters.${own.name} is ${own.value}, and spec.hugePages.amount of ${amount} has room for ${Math.max(0, room)}MB beside the rest of the shared memory`,
      "raise spec.hugePages.amount, or lower shared_buffers",
    ),
  ];
}
