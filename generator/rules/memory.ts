import type { Cluster } from "../cluster/cluster.ts";
import { bytes } from "../kube/quantity.ts";
import { wholeNumber } from "../postgres/number.ts";
import { parameters } from "../postgres/parameters.ts";
import { error, warning, type Finding } from "./finding.ts";

const kB = 1024;
const weighed = ["shared_buffers", "work_mem", "max_connections"] as const;
const maintained = ["maintenance_work_mem", "autovacuum_work_mem", "autovacuum_max_workers"] as const;

/** What PostgreSQL may take of memory, against what its container has; over the limit the kernel kills it. */
export function memoryWithinLimit(cluster: Cluster): Finding[] {
  const own = Object.keys(cluster.spec.postgresql.parameters);
  const given = weighed.flatMap((name) => own.filter((key) => key.toLowerCase() === name));
  if (given.length === 0) return [];
  const { dcs, local } = parameters(cluster);
  const shared = size(local["shared_buffers"], "8kB", 8 * kB);
  const each = size(local["work_mem"] ?? "4MB", "kB", kB);
  const connections = size(dcs["max_connections"], "", 1);
  if (shared === undefined || each === undefined || connections === undefined) return [];
  const limit = roomOf(cluster);
  const memory = cluster.resources.limits.memory;
  const path = (name: string) => [
    "spec",
    "postgresql",
    "parameters",
    given.find((key) => key.toLowerCase() === name) ?? name,
  ];
  if (shared >= limit) {
    return [
      error({
        rule: "memory",
        message: `spec.postgresql.parameters.shared_buffers is ${megabytes(shared)}, the memory limit of the container is ${memory}: it would be killed`,
        fix: `write "${megabytes(limit / 4)}" or less, or raise spec.resources.limits.memory`,
        path: path("shared_buffers"),
      }),
    ];
  }
  const most = shared + each * connections;
  if (most <= limit) return [];
  return [
    warning({
      rule: "memory",
      message: `shared_buffers ${megabytes(shared)} and ${connections} connections with work_mem ${megabytes(each)} come to ${megabytes(most)}, the memory limit of the container is ${memory}`,
      fix: `lower ${given.join(" or ")}, raise spec.resources.limits.memory, or put a pooler before fewer connections`,
      path: path(given.at(-1)?.toLowerCase() ?? ""),
    }),
  ];
}

/** What one command or all workers of autovacuum may take at once, beside the shared memory. */
export function maintenanceWithinLimit(cluster: Cluster): Finding[] {
  const own = Object.keys(cluster.spec.postgresql.parameters);
  const given = (name: string) => own.find((key) => key.toLowerCase() === name);
  if (maintained.every((name) => given(name) === undefined)) return [];
  const { local } = parameters(cluster);
  const limit = roomOf(cluster);
  const shared = size(local["shared_buffers"], "8kB", 8 * kB) ?? 0;
  const command = size(local["maintenance_work_mem"] ?? "64MB", "kB", kB) ?? 0;
  const each = size(local["autovacuum_work_mem"] ?? "-1", "kB", kB) ?? -1;
  const workers = size(local["autovacuum_max_workers"] ?? "3", "", 1) ?? 0;
  const vacuuming = workers * (each < 0 ? command : each);
  const most = Math.max(command, vacuuming);
  const field =
    most === command
      ? given("maintenance_work_mem")
      : (given("autovacuum_work_mem") ?? given("maintenance_work_mem") ?? given("autovacuum_max_workers"));
  // Another rule says it of shared_buffers alone.
  if (field === undefined || shared >= limit || shared + most <= limit) return [];
  const what =
    most === command
      ? `a command with maintenance_work_mem ${megabytes(command)}`
      : `${workers} workers of autovacuum with ${megabytes(vacuuming / workers)} each`;
  return [
    warning({
      rule: "memory",
      message: `shared_buffers ${megabytes(shared)} and ${what} come to ${megabytes(shared + most)}, the memory limit of the container is ${cluster.resources.limits.memory}`,
      fix: `lower ${field}, or raise spec.resources.limits.memory`,
      path: ["spec", "postgresql", "parameters", field],
    }),
  ];
}

/** Bytes that PostgreSQL can have: its shared memory in huge pages does not count against the container's limit. */
function roomOf({ memoryBytes, spec }: Cluster): number {
  return memoryBytes + Number(bytes(spec.hugePages?.amount ?? "0") ?? 0n);
}

/** Bytes, or undefined if the value cannot be read: another rule says so. */
function size(text: string | undefined, unit: string, factor: number): number | undefined {
  const read = wholeNumber(text ?? "", unit);
  return "value" in read ? read.value * factor : undefined;
}

function megabytes(bytes: number): string {
  return bytes < kB * kB ? `${Math.ceil(bytes / kB)}kB` : `${Math.floor(bytes / kB / kB)}MB`;
}
