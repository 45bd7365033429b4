import type { Cluster } from "../cluster/cluster.ts";
import type { BackupRepository } from "../cluster/spec.ts";
import { optionNamed, options, withIndex, type Spelt } from "../pgbackrest/options.ts";
import { refusal } from "../pgbackrest/option-value.ts";
import { nearest, show } from "../pipeline/messages.ts";
import { error, warning, type Finding } from "./finding.ts";
import { reserved } from "./pgbackrest-reserved.ts";

/** Lines of pgBackRest's configuration in a spec, and the repositories that they are about. */
export type Lines = {
  readonly path: readonly string[];
  readonly options: Readonly<Record<string, string>>;
  readonly repos: readonly BackupRepository[];
  /** Begins the sentence that tells which these are. */
  readonly reposAre: string;
  /** What to do about a line of another one. */
  readonly another: (name: string) => string;
  /** Where a repository's fields are. */
  readonly entryOf: (name: string) => string;
};

/** Every line of `global` is an option that pgBackRest reads there, with a value that it takes. */
export function backupOptions({ spec }: Cluster): Finding[] {
  const { global = {}, repos } = spec.backup?.pgbackrest ?? {};
  return optionLines({
    path: ["spec", "backup", "pgbackrest", "global"],
    options: global,
    repos: repos ?? [],
    reposAre: "spec.backup.pgbackrest.repos has",
    another: (name) => `add ${name} to repos, or correct the number`,
    entryOf: (name) => `the entry of ${name} in spec.backup.pgbackrest.repos`,
  });
}

/** Every line is an option that pgBackRest reads in a file, with a value that it takes. */
export function optionLines(lines: Lines): Finding[] {
  return Object.entries(lines.options).flatMap(([key, value]) => {
    const spelt = optionNamed(key);
    if (spelt === undefined) return [unknown(key, lines)];
    const line = { key, value, spelt, lines };
    return [...ofOldName(line), ...ofOption(line)];
  });
}

type Line = {
  readonly key: string;
  readonly value: string;
  readonly spelt: Spelt;
  readonly lines: Lines;
};

function ofOption(line: Line): Finding[] {
  const { key, value, spelt, lines } = line;
  const repository = lines.repos.find(({ name }) => name === `repo${spelt.index ?? 0}`);
  const isAlone = spelt.option.index === "repo" && repository === undefined;
  const taken = reserved(spelt, repository, lines.entryOf);
  const field = fieldOf(lines, key);
  if (spelt.option.secret === true && /key|pass|token/.test(spelt.base) && spelt.base !== "repo-gcs-key") {
    return [inClearText(line)];
  }
  if (isAlone) return [withoutRepository(line)];
  if (taken !== undefined) {
    const message = `${field} cannot be set: ${taken.reason}`;
    return [ofKey({ rule: "backup-option-reserved", message, fix: taken.fix }, line)];
  }
  if (spelt.option.place === "command") return [forCommands(line)];
  const refused = refusal(spelt.option, value);
  if (refused !== undefined) {
    return [
      error({
        rule: "backup-option-value",
        message: `${field} is ${shown(spelt, value)}: ${refused.reason}`,
        fix: `write ${refused.takes}`,
        path: [...lines.path, key],
      }),
    ];
  }
  return [];
}

/** What is told of a value, unless the name beside it says that it may be a secret. */
function shown({ base }: Spelt, value: string): string {
  return /key|pass|token/.test(base) ? "not right" : show(value);
}

function unknown(key: string, lines: Lines): Finding {
  const { repos } = lines;
  const field = fieldOf(lines, key);
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
    ? `${field} has no number: such an option belongs to one repository`
    : `${field} is no option of pgBackRest's, which would ignore it`;
  const fix =
    negated !== undefined && optionNamed(negated)?.option.type === "boolean"
      ? `write ${negated}: "n"`
      : near === undefined
        ? "take it out, or correct the name"
        : isOnlyNumber
          ? `write ${near}`
          : `did you mean ${near}?`;
  return ofKey({ rule: "backup-option-unknown", message, fix }, { key, lines });
}

function ofOldName(line: Line): Finding[] {
  const { key, spelt, lines } = line;
  const { name } = spelt;
  const field = fieldOf(lines, key);
  if (key === name) return [];
  if (!Object.hasOwn(lines.options, name)) {
    return [
      warning({
        rule: "backup-option-old",
        message: `${field} is the name that ${name} had`,
        fix: `write ${name}`,
        path: [...lines.path, key],
        part: "key",
      }),
    ];
  }
  const message = `${field} is the name that ${name} had, which is there too: pgBackRest refuses both`;
  return [ofKey({ rule: "backup-option-old", message, fix: takeOut }, line)];
}

const takeOut = "take it out";

function inClearText(line: Line): Finding {
  return ofKey(
    {
      rule: "backup-option-secret",
      message: `${fieldOf(line.lines, line.key)} is a secret in clear text`,
      fix: `take it out and change it where it is from; a line [global] and a line ${line.spelt.name}=… in a *.conf file of the Secret that configuration.secret names give it to pgBackRest`,
    },
    line,
  );
}

function withoutRepository(line: Line): Finding {
  const { key, spelt, lines } = line;
  const there = lines.repos.map(({ name }) => name).join(", ");
  const name = `repo${spelt.index ?? 1}`;
  return ofKey(
    {
      rule: "backup-option-unknown",
      message: `${fieldOf(lines, key)} is about ${name}, and ${lines.reposAre} ${there === "" ? "none" : there}`,
      fix: /^repo[1-4]$/.test(name) ? lines.another(name) : "write the number of one of these",
    },
    line,
  );
}

function forCommands(line: Line): Finding {
  const { key, spelt, lines } = line;
  const { option } = spelt;
  const isOfRestore = option.restore === true && /^(type|target|set)/.test(key);
  return ofKey(
    {
      rule: "backup-option-command",
      message: `${fieldOf(lines, key)} is read from the command line only, so pgBackRest would ignore it`,
      fix: isOfRestore
        ? "write it in spec.backup.pgbackrest.restore.options, if it is about a restore"
        : takeOut,
    },
    line,
  );
}

function fieldOf({ path }: Lines, key: string): string {
  return `${path.join(".")}.${/^[\w.-]{1,80}$/.test(key) ? key : show(key)}`;
}

function ofKey(
  said: { readonly rule: string; readonly message: string; readonly fix: string },
  { key, lines }: Pick<Line, "key" | "lines">,
): Finding {
  return error({ ...said, path: [...lines.path, key], part: "key" });
}
