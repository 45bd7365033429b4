import type { Cluster } from "../cluster/cluster.ts";
import { refusal } from "../pgbackrest/option-value.ts";
import { optionNamed, options, type Option } from "../pgbackrest/options.ts";
import { nearest, show } from "../pipeline/messages.ts";
import { error, type Finding } from "./finding.ts";

const root = ["spec", "backup", "pgbackrest", "restore"] as const;

/** Every option of a restore is one that `pgbackrest restore` takes, fits the others, and is not decided already. */
export function restoreOptions({ spec }: Cluster): Finding[] {
  const { restore, repos } = spec.backup?.pgbackrest ?? {};
  if (restore === undefined) return [];
  const given = { options: restore.options ?? {}, path: [...root, "options"] };
  return [...fromKnown(restore.repo, repos ?? []), ...recoveryOptions(given)];
}

/** Options of a restore, where they are in a spec. */
export type Given = {
  readonly options: Readonly<Record<string, string>>;
  readonly path: readonly string[];
};

/** What is wrong with each, or else with all of them together. */
export function recoveryOptions(given: Given): Finding[] {
  const found = Object.entries(given.options).flatMap(([key, value]) => ofOption(key, value, given));
  return found.length > 0 ? found : target(given);
}

function fromKnown(repo: string | undefined, repos: readonly { readonly name: string }[]): Finding[] {
  if (repo === undefined || repos.length === 0 || repos.some(({ name }) => name === repo)) return [];
  return [
    error({
      rule: "restore-option",
      message: `spec.backup.pgbackrest.restore.repo is ${repo}, and spec.backup.pgbackrest.repos has ${repos.map(({ name }) => name).join(", ")}`,
      fix: "name one of these",
      path: [...root, "repo"],
    }),
  ];
}

/** What a restore decides by itself, and what to write instead. */
const decided: readonly (readonly [name: RegExp, reason: string, fix: string])[] = [
  [/^repo$/, "the repository has a field of its own", "write it as restore.repo, e.g. repo1"],
  [/^repo-target-time$/, "a restore reads the repository as it is now", "write type: time and target"],
  [/^target-action$/, "a restored cluster has to take writes, so it is promoted", "take it out"],
  [/^(delta|force)$/, "a restore goes into a directory of its own", "take it out"],
  [/^(db-include|db-exclude)$/, "the cluster would have databases that cannot be read", "take it out"],
  [/^(stanza|config|config-path|config-include-path)$/, "it is rendered", "take it out"],
  [/^(recovery-option|archive-mode)$/, "Patroni writes the settings of a recovery", "take it out"],
  [/^(link-|tablespace-)/, "the restored files lie where the members' are", "take it out"],
  [/^(pg-|cmd|lock-path|log-path|log-level-file|repo-host)/, "it follows from the pods", "take it out"],
];

function ofOption(key: string, value: string, given: Given): Finding[] {
  const spelt = optionNamed(key);
  if (spelt === undefined || spelt.option.restore !== true) return [notOfRestore(key, spelt?.option, given)];
  const path = [...given.path, key];
  const taken = decided.find(([name]) => name.test(spelt.base));
  const found: Found = ({ message, ...said }, part = "value") => [
    error({ ...said, message: `${field(given, key)} ${message}`, path, part }),
  ];
  if (spelt.option.secret === true) {
    const fix =
      "take it out and change it where it is from: what configuration.secret names is read for a restore too";
    return found({ rule: "backup-option-secret", message: "may be a secret in clear text", fix }, "key");
  }
  if (taken !== undefined) {
    const [, reason, fix] = taken;
    return found({ rule: "backup-option-reserved", message: `cannot be set: ${reason}`, fix }, "key");
  }
  if (spelt.option.index === "repo") {
    const fix = `write it in spec.backup.pgbackrest.global, as ${spelt.name}`;
    const message = "belongs to all that pgBackRest does, not to a restore";
    return found({ rule: "backup-option-reserved", message, fix }, "key");
  }
  const refused = refusal(spelt.option, value);
  if (refused !== undefined) {
    const fix = `write ${key === "type" ? typesThatRecover : refused.takes}`;
    return found({ rule: "backup-option-value", message: `is ${show(value)}: ${refused.reason}`, fix });
  }
  return ofType(key, given.options["type"]?.trim() ?? "default", found);
}

type Found = (
  said: { readonly rule: string; readonly message: string; readonly fix: string },
  part?: "key" | "value",
) => Finding[];

/** The types of a restore that each of these goes with; pgBackRest refuses it with another. */
const types: Readonly<Record<string, readonly string[]>> = {
  target: ["lsn", "name", "time", "xid"],
  "target-exclusive": ["lsn", "time", "xid"],
  "target-timeline": ["default", "lsn", "name", "standby", "time", "xid"],
};

const typesThatRecover = "default, immediate, lsn, name, time or xid";

function ofType(key: string, type: string, found: Found): Finding[] {
  if (key === "type" && /^(preserve|none|standby)$/.test(type)) {
    return found({
      rule: "backup-option-reserved",
      message: `is ${show(type)}: the restored cluster would not recover by itself and take writes`,
      fix: `write ${typesThatRecover}`,
    });
  }
  const allowed = types[key];
  if (allowed === undefined || allowed.includes(type)) return [];
  const fix = `write type: ${allowed.join(", ").replace(/, ([^,]*)$/, " or $1")}, or take ${key} out`;
  return found({ rule: "restore-option", message: `goes with another type than ${type}`, fix }, "key");
}

function notOfRestore(key: string, option: Option | undefined, given: Given): Finding {
  const known = [...options()].flatMap(([name, { restore, place }]) =>
    restore === true && place === "command" ? [name] : [],
  );
  const near = nearest(key, known);
  return error({
    rule: "backup-option-unknown",
    message: `${field(given, key)} is no option of pgbackrest restore`,
    fix:
      option !== undefined
        ? "take it out; what holds for all that pgBackRest does goes into spec.backup.pgbackrest.global"
        : near === undefined
          ? "take it out; these are type, target, target-exclusive, target-timeline and set"
          : `did you mean ${near}?`,
    path: [...given.path, key],
    part: "key",
  });
}

const time =
  /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]) ([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?([+-]\d{2}(:?\d{2})?)?$/;

/** Forms that pgBackRest or PostgreSQL refuse only when the restore runs. */
const forms: Readonly<Record<string, readonly [form: RegExp, fix: string]>> = {
  lsn: [/^[0-9A-F]{1,8}\/[0-9A-F]{1,8}$/i, "write it as in 0/3019838"],
  xid: [/^\d{1,20}$/, "write the number of a transaction"],
  name: [/^[^\r\n]{1,63}$/, "write the name of a restore point, of at most 63 characters"],
  time: [time, "write it as in 2026-01-31 12:00:00+00"],
};

/** What a restore aims at. A restore that cannot succeed is refused before it begins. */
function target(given: Given): Finding[] {
  const { options } = given;
  const type = options["type"]?.trim() ?? "default";
  const form = forms[type];
  const value = options["target"]?.trim();
  const found = (text: string, fix: string, key = "target") => [
    error({
      rule: "restore-option",
      message: `${field(given, key)} is ${text}`,
      fix,
      path: [...given.path, key],
    }),
  ];
  if (form !== undefined && value === undefined) {
    return found(`${type}, which needs a target`, `write target; ${form[1]}`, "type");
  }
  if (form !== undefined && value !== undefined) {
    if (!form[0].test(value)) return found(`${show(value)}, which is no ${type}`, form[1]);
    if (type === "time" && !daysRight(value))
      return found(`${show(value)}: that month has no such day`, form[1]);
    if (type === "time" && !/[+-]\d{2}(:?\d{2})?$/.test(value.slice(10))) {
      return found(
        `${show(value)}, which means another moment in another time zone`,
        `add the offset, as in ${value}+00 for UTC`,
      );
    }
  }
  return [...timeline(options["target-timeline"]), ...backupSet(options["set"])];

  function timeline(text: string | undefined): Finding[] {
    if (text === undefined || /^(latest|current|0x[0-9a-f]{1,8}|[1-9]\d{0,9})$/i.test(text.trim())) return [];
    const fix = "write latest, current or the number of a timeline";
    return found(`${show(text)}, which is no timeline`, fix, "target-timeline");
  }

  function backupSet(text: string | undefined): Finding[] {
    const label = /^(latest|\d{8}-\d{6}F(_\d{8}-\d{6}[DI])?)$/;
    if (text === undefined || label.test(text.trim())) return [];
    const fix = "write latest, or a label that pgbackrest info shows, as in 20260131-120000F";
    return found(`${show(text)}, which is no backup's label`, fix, "set");
  }
}

function daysRight(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split("-").map(Number);
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  return day <= days;
}

function field({ path }: Given, key: string): string {
  return `${path.join(".")}.${/^[\w.-]{1,80}$/.test(key) ? key : show(key)}`;
}
