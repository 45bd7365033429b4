import type { Cluster } from "../cluster/cluster.ts";
import { refusedOptions, sinceVersion } from "../postgres/initdb.ts";
import { givenParameter, least, reserved } from "../postgres/parameters.ts";
import { show } from "../pipeline/messages.ts";
import { error, warning, type Finding } from "./finding.ts";

/**
 * Patroni writes names and values into postgresql.conf, whose grammar has one name and one value a line: with anything
 * else PostgreSQL does not start, or reads a setting that nobody wrote.
 * https://www.postgresql.org/docs/current/config-setting.html#CONFIG-SETTING-CONFIGURATION-FILE
 */
export function parametersOfOneLine({ spec }: Cluster): Finding[] {
  const entries = Object.entries(spec.postgresql.parameters);
  const first = new Map([...entries].reverse().map(([name]) => [name.toLowerCase(), name]));
  return entries.flatMap(([name, value]): Finding[] => {
    const path = ["spec", "postgresql", "parameters", name];
    const same = first.get(name.toLowerCase());
    if (!/^[a-z_]\w*(\.[a-z_]\w*)?$/i.test(name)) {
      return [
        error({
          rule: "parameter-name",
          message: `${show(name)} is no name that postgresql.conf can have`,
          fix: "write letters, digits and _, as in work_mem or auto_explain.log_analyze",
          path,
          part: "key",
        }),
      ];
    }
    if (same !== undefined && same !== name) {
      return [
        error({
          rule: "parameter-name",
          message: `spec.postgresql.parameters.${name} and ${same} are one setting: letter case does not count`,
          fix: "keep one of the two",
          path,
          part: "key",
        }),
      ];
    }
    if (!/[\r\n\0]/.test(value)) return [];
    return [
      error({
        rule: "parameter-value",
        message: `spec.postgresql.parameters.${name} is ${show(value)}: with a line break in it PostgreSQL does not start`,
        fix: "write it on one line",
        path,
      }),
    ];
  });
}

export function reservedParameters({ spec }: Cluster): Finding[] {
  return Object.keys(spec.postgresql.parameters)
    .filter((name) => Object.hasOwn(reserved, name.toLowerCase()))
    .map((name) =>
      warning({
        rule: "reserved-parameter",
        message: `spec.postgresql.parameters.${name} is left out: ${reserved[name.toLowerCase()] ?? ""}`,
        fix: "take it out of the spec",
        path: ["spec", "postgresql", "parameters", name],
        part: "key",
      }),
    );
}

/** What Patroni would log, and then run with a value of its own. */
export function parametersAboveLeast({ spec }: Cluster): Finding[] {
  return Object.entries(spec.postgresql.parameters).flatMap(([name, value]) => {
    const needed = least[name.toLowerCase()];
    if (needed === undefined || !/^\d+$/.test(value) || Number(value) >= needed) return [];
    return error({
      rule: "parameter-value",
      message: `spec.postgresql.parameters.${name} is ${show(value)}: Patroni takes no less than ${needed}, and would run with a value of its own`,
      fix: `write "${needed}" or more`,
      path: ["spec", "postgresql", "parameters", name],
    });
  });
}

/** Replicas stream, so WAL has to have what they need; Patroni overrides `minimal` without a word. */
export function replicaLevel(cluster: Cluster): Finding[] {
  const level = givenParameter(cluster, "wal_level");
  if (level === undefined || ["replica", "logical"].includes(level.value)) return [];
  return [
    error({
      rule: "parameter-value",
      message: `spec.postgresql.parameters.${level.name} is ${show(level.value)}: members could not stream`,
      fix: "write replica or logical",
      path: ["spec", "postgresql", "parameters", level.name],
    }),
  ];
}

/** Options with which the first start could never succeed. */
export function initdbOptions({ spec, version }: Cluster): Finding[] {
  return Object.keys(spec.patroni.initdb).flatMap((name) => {
    const since = sinceVersion[name] ?? 0;
    const reason =
      refusedOptions[name] ?? (version < since ? `initdb knows it since PostgreSQL ${since}` : undefined);
    if (reason === undefined) return [];
    return error({
      rule: "initdb-option",
      message: `spec.patroni.initdb.${name} cannot be used: ${reason}`,
      fix: "take it out of the spec",
      path: ["spec", "patroni", "initdb", name],
      part: "key",
    });
  });
}
