import { amount, meantUnit, realNumber, unitsOf, wholeNumber } from "./number.ts";
import type { Setting } from "./settings.ts";

/** Why PostgreSQL does not take a value, and what it takes. */
export type Refusal = {
  readonly reason: string;
  readonly takes: string;
  /** Whether the machine that it runs on has a say: what one refuses another may take. */
  readonly depends?: true;
};

/** Settings that can be in no file (guc_tables.c, GUC_DISALLOW_IN_FILE), besides those that nobody can set. */
const notInFile = new Set([
  "config_file",
  "is_superuser",
  "transaction_deferrable",
  "transaction_isolation",
  "transaction_read_only",
]);

/** Enumerations whose off and on can be written as any truth value (guc_tables.c, the entries that are hidden). */
const truthValues = ["true", "false", "yes", "no", "1", "0"];
const levels = ["debug"];
const hiddenWords: Readonly<Record<string, readonly string[]>> = {
  archive_mode: truthValues,
  backslash_quote: truthValues,
  compute_query_id: truthValues,
  constraint_exclusion: truthValues,
  debug_parallel_query: truthValues,
  force_parallel_mode: truthValues,
  huge_pages: truthValues,
  recovery_prefetch: truthValues,
  synchronous_commit: truthValues,
  wal_compression: truthValues,
  client_min_messages: [...levels, "info"],
  icu_validation_level: [...levels, "info"],
  log_min_error_statement: levels,
  log_min_messages: levels,
  trace_recovery_messages: [...levels, "info"],
  wal_level: ["archive", "hot_standby"],
};

/** Processes that PostgreSQL can have in all, and those that the other three settings of the sum bring by default. */
const mostProcesses = 262_143;
const processes: Readonly<Record<string, number>> = {
  max_connections: 1 + 3 + 8 + 10,
  autovacuum_max_workers: 1 + 100 + 8 + 10,
  max_worker_processes: 1 + 100 + 3 + 10,
  max_wal_senders: 1 + 100 + 3 + 8,
};

/** Why a file with `name = 'value'` would be refused; undefined if PostgreSQL takes it. */
export function refusal(setting: Setting, value: string): Refusal | undefined {
  if (setting.context === "internal" || notInFile.has(setting.name)) {
    return { reason: "PostgreSQL shows it, but nobody can set it", takes: "" };
  }
  switch (setting.type) {
    case "bool":
      return bool(setting, value);
    case "enum":
      return oneOf(setting, value);
    case "integer":
    case "real":
      return numeric(setting, value);
    case "string":
      return undefined;
  }
}

function bool({ name }: Setting, value: string): Refusal | undefined {
  if (!truth(value)) return { reason: "it is on or off", takes: '"on" or "off"' };
  const on = /^(t|y|on|1)/i.test(value);
  if (name === "bonjour" && on) return { reason: "no build for Linux has it", takes: '"off"' };
  if (name === "default_with_oids" && on) return { reason: "tables with OIDs are no more", takes: '"off"' };
  return undefined;
}

/** A word or its beginning, as far as it is the beginning of one word alone (bool.c, parse_bool_with_len). */
function truth(value: string): boolean {
  const word = value.toLowerCase();
  if (word === "" || word === "o") return false;
  return (
    word === "1" ||
    word === "0" ||
    ["true", "false", "yes", "no", "on", "off"].some((full) => full.startsWith(word))
  );
}

function oneOf(setting: Setting, value: string): Refusal | undefined {
  const words = [...setting.words, ...(hiddenWords[setting.name] ?? [])];
  if (words.some((word) => word.toLowerCase() === value.toLowerCase())) return undefined;
  const shown = setting.words.filter((word) => word !== "");
  return { reason: "it is none of its values", takes: shown.join(", ") };
}

function numeric(setting: Setting, value: string): Refusal | undefined {
  const { unit, least, most } = setting;
  const whole = setting.type === "integer";
  const read = whole ? wholeNumber(value, unit) : realNumber(value, unit);
  const kind = whole ? "a whole number" : "a number";
  if ("wrong" in read) {
    const takes = `${kind}${unit === "" ? "" : `, alone (it counts in ${unit}) or with ${unitsOf(unit).join(", ")}`}`;
    if (read.wrong !== "unit") {
      const reason =
        read.wrong === "huge"
          ? "it is larger than PostgreSQL can read"
          : `it is no ${whole ? "whole number" : "number"}`;
      return { reason, takes };
    }
    if (unit === "") return { reason: `it has no unit, so ${JSON.stringify(read.unit)} is too much`, takes };
    const meant = meantUnit(read.unit, unit);
    const number = value.slice(0, value.lastIndexOf(read.unit)).trim();
    return {
      reason: `${JSON.stringify(read.unit)} is no unit of it`,
      takes: meant === undefined ? takes : `"${number}${meant}"`,
    };
  }
  if (read.value >= least && read.value <= most) return checked(setting, read.value);
  const bounds = `from ${amount(least, unit)} to ${amount(most, unit)}`;
  return { reason: `it goes ${bounds}`, takes: `${kind} ${bounds}` };
}

/** What PostgreSQL asks of some numbers besides their range: the check hooks of guc_tables.c. */
function checked({ name }: Setting, value: number): Refusal | undefined {
  if (
    /^(commit_timestamp|multixact_(member|offset)|notify|serializable|subtransaction|transaction)_buffers$/.test(
      name,
    )
  ) {
    return value % 16 === 0
      ? undefined
      : { reason: "it is a multiple of 16 pages", takes: "a multiple of 128kB" };
  }
  if (name === "vacuum_buffer_usage_limit" && value > 0 && value < 128) {
    return { reason: "it is 0 or from 128 to 16777216, in kB", takes: '"0", or "128kB" or more' };
  }
  if (name === "max_stack_depth" && value > 7680) {
    return {
      reason:
        "PostgreSQL keeps 512kB below the stack limit of its process, which is 8MB where nobody raised it",
      takes: '"7680kB" or less, or raise the limit on the nodes',
      depends: true,
    };
  }
  const others = processes[name];
  if (others === undefined || value + others <= mostProcesses) return undefined;
  return { reason: `PostgreSQL has at most ${mostProcesses} processes in all`, takes: "a smaller number" };
}
