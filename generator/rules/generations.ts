import type { Cluster } from "../cluster/cluster.ts";
import { firstGeneration, generationsOf, restoreOf } from "../cluster/generation.ts";
import { running, groups } from "../cluster/group.ts";
import { error, warning, type Finding } from "./finding.ts";

const place = ["spec", "backup", "pgbackrest", "restore"] as const;
const field = place.join(".");

/** What the fields of a restore say together. */
export function generations(cluster: Cluster): Finding[] {
  const restore = restoreOf(cluster);
  if (restore === undefined) return [];
  return [...contradictions(cluster), ...follows(cluster), ...serves(cluster)];
}

/** Fields that say what a generation begins with, although something else in the spec says it already. */
function contradictions(cluster: Cluster): Finding[] {
  const { id, previous, source, empty, options, repo, discard } = restoreOf(cluster) ?? {};
  const begins = { options: options && Object.keys(options).length > 0, repo, source };
  const given = Object.entries(begins).flatMap(([key, value]) =>
    value === undefined || value === false ? [] : [key],
  );
  const found = (key: string, message: string, fix: string) =>
    error({
      rule: "restore-generation",
      message: `${field}.${message}`,
      fix,
      path: [...place, key],
      part: "key",
    });
  const isFirst = id === firstGeneration;
  const wrong = [...given, ...(isFirst && empty === true ? ["empty"] : [])].flatMap((key) => {
    if (isFirst) {
      const message = `${key} is given, and the first generation, 0, is never restored from another one`;
      return [found(key, message, "take it out, or choose another id")];
    }
    if (empty !== true) return [];
    const message = `${key} is given, and empty: a generation begins with a backup or with nothing`;
    return [found(key, message, `take ${key} or empty out`)];
  });
  return [
    ...wrong,
    ...(id !== undefined && discard?.includes(id) === true
      ? [found("discard", `discard has ${id}, the generation itself`, "name those that went before")]
      : []),
    ...(previous === id
      ? [
          found(
            "previous",
            `previous is ${previous}, the generation itself`,
            "name the one that serves until then, or take it out",
          ),
        ]
      : []),
    ...(source === id
      ? [
          found(
            "source",
            `source is ${source}, the generation itself, which goes on from its newest backup by itself`,
            "name the one to restore from, or take it out",
          ),
        ]
      : []),
  ];
}

/** A cluster that follows another one gets its data from there. */
function follows({ spec }: Cluster): Finding[] {
  if (spec.standby === undefined) return [];
  return [
    error({
      rule: "restore-generation",
      message: `${field} is given, and spec.standby: the cluster would be another one than that which it follows`,
      fix: "promote the cluster first, by taking spec.standby out, or restore the one that it follows",
      path: place,
      part: "key",
    }),
  ];
}

/** Who takes writes until the restored data is there. */
function serves(cluster: Cluster): Finding[] {
  const [members] = groups(cluster);
  if (running(members) !== 1 || generationsOf(cluster).length === 1) return [];
  return [
    warning({
      rule: "restore-downtime",
      message: `${field} is given, and spec.numberOfInstances is 1: nobody serves while the data is restored, nor while it cannot be`,
      fix: "for the time of the restore write numberOfInstances: 2, so that one member serves until the other has the data",
      path: place,
      part: "key",
    }),
  ];
}
