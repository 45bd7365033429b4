import type { Cluster } from "../cluster/cluster.ts";

/** Hours in UTC. */
export type Window = {
  /** 0 is Monday; null is every day. */
  readonly day: number | null;
  /** Minutes of the day, both of them within. */
  readonly from: number;
  readonly to: number;
};

const days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/** When PostgreSQL may be restarted; undefined: at any time. */
export function windowsOf({ spec }: Cluster): readonly Window[] | undefined {
  const given = spec.maintenanceWindows ?? [];
  if (given.length === 0) return undefined;
  return given.map((text) => {
    const day = days.indexOf(text.trim().slice(0, 3));
    const [from = 0, to = 0] = [...text.matchAll(/(\d+):(\d+)(?=\s*(?:-|$))/g)].map(
      ([, hour, minute]) => Number(hour) * 60 + Number(minute),
    );
    return { day: day === -1 ? null : day, from, to };
  });
}
