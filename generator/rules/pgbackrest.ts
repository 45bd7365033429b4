import type { Cluster } from "../cluster/cluster.ts";
import type { BackupRepository } from "../cluster/spec.ts";
import { optionNamed, options, withIndex, type Spelt } from "../pgbackrest/options.ts";
import { refusal } from "../pgbackrest/option-value.ts";
import { nearest, show } from "../pipeline/messages.ts";
import { error, warning, type Finding } from "./finding.ts";
import { reserved } from "./pgbackrest-reserved.ts";

const root = ["spec", "backup", "pgbackrest", "global"] as const;

/** Every line of `global` is an option that pgBackRest reads there, with a value that it takes. */
export function backupOptions({ spec }: Cluster): Finding[] {
  const { global = {}, repos } = spec.backup?.pgbackrest ?? {};
  return Object.entries(global).flatMap(([key, value]) => {
    const spelt = optionNamed(key);
    if (spelt === undefined) return [unknown(key, repos ?? [])];
    const line = { key, value, spelt, repos: repos ?? [] };
    return [...ofOldName(line, Object.keys(global)), ...ofOption(line)];
  });
}

type Line = {
  readonly key: string;
  readonly value: string;
  readonly spelt: Spelt;
  readonly repos: readonly BackupRepository[];
};

function ofOption(line: Line): Finding[] {
  const { key, value, spelt, repos } = line;
  const repository = repos.find(({ name }) => name === `repo${spelt.index ?? 0}`);
  const isAlone = spelt.option.index === "repo" && repository === undefined;
  const taken = reserved(spelt, repository);
  if (spelt.option.secret === true && /key|pass|token/.test(spelt.base) && spelt.base !== "repo-gcs-key") {
    return [inClearText(key, spelt.name)];
  }
  if (isAlone) return [withoutRepository(line)];
  if (taken !== undefined) {
    const message = `${field(key)} cannot be set: ${taken.reason}`;
    return [ofKey({ rule: "backup-option-reserved", message, fix: taken.fix }, key)];
  }
  if (spelt.option.place === "command") return [forCommands(key, spelt)];
  const refused = refusal(spelt.option, value);
  if (refused !== undefined) {
    return [
      error({
        rule: "backup-option-value",
        message: `${field(key)} is ${shown(spelt, value)}: ${refused.reason}`,
        fix: `write ${refused.takes}`,
        path: [...root, key],
      }),
    ];
  }
  return [];
}

/** What is told of a value, unless the name beside it says that it may be a secret. */
function shown({ base }: Spelt, value: string): string {
  return /key|pass|token/.test(base) ? "not right" : show(value);
}

function unknown(key: string, repos: readonly BackupRepository[]): Finding {
  const [, group, digits, rest] = /^(repo|pg)(\d*)-(.+)$/.exec(key) ?? [];
  const known = [...options()].filter(([, { place, index }]) => place === undefined && index !== "pg");
  const number = digits === "" || digits === undefined ? repos[0]?.name.slice(4) : String(Number(digits));
  const names = known.map(([base, { index }]) =>
    index === undefined ? base : withIndex(base, Number(number ?? 1)),
  );
  const negated = /^(no|reset)-(.+)$/.exec(key)?.[2];
  const first = nearest(group === undefined ? key : `${group}${number ?? 1}-${rest ?? ""}`, names);
  const near = first ?? nearest(`repo${number ?? 1}-${key}`, names);
  const isOnlyNumber =
    near !== undefined && digits === "" && near === `${group ?? ""}${number ?? 1}-${rest ?? ""}`;
  const message = isOnlyNumber
    ? `${field(key)} has no number: such an option belongs to one repository`
    : `${field(key)} is no option of pgBackRest's, which would ignore it`;
  const fix =
    negated !== undefined && optionNamed(negated)?.option.type === "boolean"
      ? `write ${negated}: "n"`
      : near === undefined
        ? "take it out, or correct the name"
        : isOnlyNumber
          ? `write ${near}`
          : `did you mean ${near}?`;
  return ofKey({ rule: "backup-option-unknown", message, fix }, key);
}

function ofOldName({ key, spelt: { name } }: Line, all: readonly string[]): Finding[] {
  if (key === name) return [];
  if (!all.includes(name)) {
    return [
      warning({
        rule: "backup-option-old",
        message: `${field(key)} is the name that ${name} had`,
        fix: `write ${name}`,
        path: [...root, key],
        part: "key",
      }),
    ];
  }
  const message = `${field(key)} is the name that ${name} had, which is there too: pgBackRest refuses both`;
  return [ofKey({ rule: "backup-option-old", message, fix: takeOut }, key)];
}

const takeOut = "take it out";

function inClearText(key: string, name: string): Finding {
  return ofKey(
    {
      rule: "backup-option-secret",
      message: `${field(key)} is a secret in clear text`,
      fix: `take it out and change it where it is from; a line [global] and a line ${name}=… in a *.conf file of the Secret that configuration.secret names give it to pgBackRest`,
    },
    key,
  );
}

function withoutRepository({ key, spelt, repos }: Line): Finding {
  const there = repos.map(({ name }) => name).join(", ");
  const number = spelt.index ?? 1;
  return ofKey(
    {
      rule: "backup-option-unknown",
      message: `${field(key)} is about repo${number}, and spec.backup.pgbackrest.repos has ${there === "" ? "none" : there}`,
      fix:
        number > 4 ? "write the number of one of these" : `add repo${number} to repos, or correct the number`,
    },
    key,
  );
}

function forCommands(key: string, { option }: Spelt): Finding {
  const isOfRestore = option.restore === true && /^(type|target|set)/.test(key);
  return ofKey(
    {
      rule: "backup-option-command",
      message: `${field(key)} is read from the command line only, so pgBackRest would ignore it`,
      fix: isOfRestore
        ? "write it in spec.backup.pgbackrest.restore.options, if it is about a restore"
        : takeOut,
    },
    key,
  );
}

function field(key: string): string {
  return `spec.backup.pgbackrest.global.${/^[\w.-]{1,80}$/.test(key) ? key : show(key)}`;
}

function ofKey(said: { rule: string; message: string; fix: string }, key: string): Finding {
  return error({ ...said, path: [...root, key], part: "key" });
}
