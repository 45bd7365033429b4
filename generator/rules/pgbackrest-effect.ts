import type { Cluster } from "../cluster/cluster.ts";
import { amountOf, refusal } from "../pgbackrest/option-value.ts";
import { optionNamed, options, type Spelt } from "../pgbackrest/options.ts";
import { bytes } from "../kube/quantity.ts";
import { show } from "../pipeline/messages.ts";
import { error, warning, type Finding } from "./finding.ts";

const root = ["spec", "backup", "pgbackrest", "global"] as const;

/** A line of `global` whose value is right by itself. */
type Line = { readonly key: string; readonly value: string; readonly spelt: Spelt };

/** Options that fit their own type, but not what stands beside them. */
export function backupOptionsTogether({ spec }: Cluster): Finding[] {
  const { global = {}, repos } = spec.backup?.pgbackrest ?? {};
  const lines = new Map<string, Line>();
  for (const [key, value] of Object.entries(global)) {
    const spelt = optionNamed(key);
    // The rest is said by backupOptions.
    if (spelt === undefined || refusal(spelt.option, value) !== undefined) continue;
    lines.set(spelt.name, { key, value: value.trim(), spelt });
  }
  return [
    ...[...lines.values()].flatMap((line) => {
      const repository = (repos ?? []).find(({ name }) => name === `repo${line.spelt.index ?? 0}`);
      const elsewhere = repository === undefined ? undefined : ofOtherStorage(line, repository.storage);
      return elsewhere === undefined ? needed(line, lines) : [elsewhere];
    }),
    ...compression(lines),
    ...timeouts(lines),
    ...spool(lines, spec.volume.size),
  ];
}

/** An option of another kind of storage, which pgBackRest does not look at. */
function ofOtherStorage({ key, spelt }: Line, storage: string): Finding | undefined {
  const kind = /^repo-(s3|gcs|azure|sftp|storage)-/.exec(spelt.base)?.[1];
  if (kind === undefined || kind === storage || (kind === "storage" && storage !== "pvc")) return undefined;
  return idle(
    key,
    `it is about ${kind === "storage" ? "object stores" : kind}, and repo${spelt.index ?? 1} has storage ${storage}`,
    takeOut,
  );
}

/** Options that have to be y for others to be looked at. */
const needs: readonly (readonly [name: RegExp, needed: string])[] = [
  [/^repo-(block|bundle-size|bundle-limit)$/, "repo-bundle"],
  [/^repo-block-/, "repo-block"],
  [/^archive-copy$/, "archive-check"],
  [/^tcp-keep-alive-/, "sck-keep-alive"],
];

function needed({ key, value, spelt }: Line, lines: ReadonlyMap<string, Line>): Finding[] {
  const base = needs.find(([name]) => name.test(spelt.base))?.[1];
  if (base === undefined || value === "n") return [];
  const name = spelt.name.replace(spelt.base.replace(/^repo-/, ""), base.replace(/^repo-/, ""));
  const beside = lines.get(name)?.value ?? options().get(base)?.default;
  return beside === "y" ? [] : [idle(key, `${name} is not y`, `write ${name}: "y", or take it out`)];
}

function idle(key: string, reason: string, fix: string): Finding {
  return warning({
    rule: "backup-option-idle",
    message: `spec.backup.pgbackrest.global.${key} does nothing: ${reason}`,
    fix,
    path: [...root, key],
    part: "key",
  });
}

const takeOut = "take it out";

function compression(lines: ReadonlyMap<string, Line>): Finding[] {
  const line = lines.get("compress-level");
  const kind = lines.get("compress-type")?.value ?? "gz";
  if (line === undefined) return [];
  const [least, most] = line.spelt.option.levels?.[kind] ?? [];
  if (least === undefined) return [idle("compress-level", `compress-type is ${kind}`, takeOut)];
  const level = Number(line.value);
  if (level >= Number(least) && level <= Number(most)) return [];
  return [
    error({
      rule: "backup-option-value",
      message: `spec.backup.pgbackrest.global.compress-level is ${show(line.value)}: of ${kind} it goes from ${least} to ${most}`,
      fix: `write a whole number from ${least} to ${most}`,
      path: [...root, line.key],
    }),
  ];
}

/** WAL that is fetched ahead lies on the volume of the data. */
function spool(lines: ReadonlyMap<string, Line>, volume: string | undefined): Finding[] {
  const line = lines.get("archive-get-queue-max");
  const [ahead, room] = [amountOf("size", line?.value ?? ""), bytes(volume ?? "")];
  if (line === undefined || ahead === undefined || room === undefined || BigInt(ahead) * 4n <= room)
    return [];
  return [
    error({
      rule: "backup-spool",
      message: `spec.backup.pgbackrest.global.archive-get-queue-max is ${show(line.value)}: WAL that is fetched ahead could fill more than a quarter of the data's volume of ${volume}`,
      fix: "write less, or take it out: it is 128MiB then",
      path: [...root, line.key],
    }),
  ];
}

/** pgBackRest starts with no other order of the two (load.c). */
function timeouts(lines: ReadonlyMap<string, Line>): Finding[] {
  const [database, protocol] = [lines.get("db-timeout"), lines.get("protocol-timeout")];
  if (database === undefined || protocol === undefined) return [];
  const [least, most] = [amountOf("time", database.value), amountOf("time", protocol.value)];
  if (least === undefined || most === undefined || least < most) return [];
  return [
    error({
      rule: "backup-option-value",
      message: `spec.backup.pgbackrest.global.protocol-timeout is ${show(protocol.value)}: it has to be longer than db-timeout, which is ${show(database.value)}`,
      fix: "write a longer one, or take both out",
      path: [...root, protocol.key],
    }),
  ];
}
