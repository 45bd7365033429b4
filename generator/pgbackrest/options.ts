import { asset } from "../assets.ts";

/** What an option's value is: `word` is one of `words`, a `map` is `key=value`, a `list` any text. */
type OptionType = "boolean" | "integer" | "size" | "time" | "word" | "path" | "string" | "list" | "map";

/** An option of pgBackRest's, as `bin/pgbackrest-options.mjs` heard of it from a real one. */
export type Option = {
  readonly type: OptionType;
  /** There is one for each repository or server: `repo-path` is written repo1-path. */
  readonly index?: "repo" | "pg";
  /** Left out: the [global] section of a configuration file may have it. */
  readonly place?: "stanza" | "command";
  readonly range?: readonly [least: string, most: string];
  /** Of compress-level: from and to, by the type of the compression. */
  readonly levels?: Readonly<Record<string, readonly [least: string, most: string]>>;
  readonly words?: readonly string[];
  /** pgBackRest refuses it on the command line, where others could read it. */
  readonly secret?: boolean;
  /** `pgbackrest restore` takes it. */
  readonly restore?: boolean;
  readonly default?: string;
  /** Names that it had, and that are still read. */
  readonly was?: readonly string[];
};

/** An option as it stands in a configuration. */
export type Spelt = {
  readonly option: Option;
  /** Without the number, e.g. `repo-path`. */
  readonly base: string;
  /** As it is written today, e.g. `repo1-path`. */
  readonly name: string;
  readonly index: number | undefined;
};

let loaded: ReadonlyMap<string, Option> | undefined;
let old: ReadonlyMap<string, string> | undefined;

/** Read when a cluster with backups is first checked. */
export function options(): ReadonlyMap<string, Option> {
  loaded ??= new Map(Object.entries(table().options));
  return loaded;
}

function table(): { readonly version: string; readonly options: Readonly<Record<string, Option>> } {
  return JSON.parse(asset("generator/pgbackrest/options.json"));
}

function oldNames(): ReadonlyMap<string, string> {
  old ??= new Map([...options()].flatMap(([base, { was }]) => (was ?? []).map((name) => [name, base])));
  return old;
}

/** The option of that name, of today or of old; undefined if pgBackRest has none, or the number is missing. */
export function optionNamed(text: string): Spelt | undefined {
  const [, group, digits, rest] = /^(repo|pg|db)([1-9]\d{0,2})-(.+)$/.exec(text) ?? [];
  if (group === undefined || digits === undefined || rest === undefined) return plain(text);
  const known = options().get(`${group}-${rest}`);
  const base = known?.index === group ? `${group}-${rest}` : oldNames().get(`${group}-${rest}`);
  return base === undefined ? undefined : numbered(base, Number(digits));
}

/** A name without a number; of the old ones, some mean the first repository or server. */
function plain(text: string): Spelt | undefined {
  const option = options().get(text);
  if (option !== undefined)
    return option.index === undefined ? { option, base: text, name: text, index: undefined } : undefined;
  const base = text.startsWith("repo-") ? undefined : oldNames().get(text);
  return base === undefined ? undefined : numbered(base, 1);
}

function numbered(base: string, index: number): Spelt | undefined {
  const option = options().get(base);
  if (option === undefined) return undefined;
  if (option.index === undefined) return { option, base, name: base, index: undefined };
  return { option, base, name: withIndex(base, index), index };
}

/** `repo-path` of repository 2 is repo2-path. */
export function withIndex(base: string, index: number): string {
  return base.replace("-", `${index}-`);
}
