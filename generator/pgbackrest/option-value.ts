import { isOneLine } from "../template.ts";
import type { Option } from "./options.ts";

/** Why pgBackRest does not take a value, and what it takes. */
export type Refusal = { readonly reason: string; readonly takes: string };

const bytes: Readonly<Record<string, number>> = {
  "": 1,
  k: 1024,
  m: 1024 ** 2,
  g: 1024 ** 3,
  t: 1024 ** 4,
  p: 1024 ** 5,
};
const milliseconds: Readonly<Record<string, number>> = {
  ms: 1,
  "": 1000,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const units = {
  integer: "",
  size: ", alone or with KiB, MiB, GiB …",
  time: ", alone or with ms, s, m, h, d",
};

/** Undefined if pgBackRest takes it in a configuration file. What the value is, is not in the answer. */
export function refusal(option: Option, value: string): Refusal | undefined {
  if (!isOneLine(value))
    return { reason: "a value is one line", takes: "one line without control characters" };
  const text = value.trim();
  if (text === "") return { reason: "an option in a file has a value", takes: described(option) };
  switch (option.type) {
    case "boolean":
      return text === "y" || text === "n" ? undefined : { reason: "it is y or n", takes: yesOrNo(text) };
    case "integer":
    case "size":
    case "time":
      return numeric(option, option.type, text);
    case "word":
      return option.words?.includes(text) === true
        ? undefined
        : { reason: "it is none of its words", takes: described(option) };
    case "path":
      if (!text.startsWith("/")) return { reason: "a path begins with /", takes: "the whole path" };
      return text.includes("//") ? { reason: "a path has no //", takes: "one / instead" } : undefined;
    case "map":
      return text.includes("=") ? undefined : { reason: "it is a key with a value", takes: "KEY=VALUE" };
    case "string":
    case "list":
      return undefined;
  }
}

function numeric(option: Option, type: "integer" | "size" | "time", text: string): Refusal | undefined {
  const amount = amountOf(type, text);
  const takes = described(option);
  if (amount === undefined) {
    const reason = type === "integer" ? "it is no whole number" : `it is no ${type} as pgBackRest reads one`;
    return { reason, takes };
  }
  const { words, range } = option;
  if (words !== undefined) {
    const fits = words.some((word) => amountOf(type, word) === amount);
    return fits ? undefined : { reason: "it is none of its sizes", takes };
  }
  if (range === undefined) return undefined;
  const [least, most] = range;
  const fits = amount >= (amountOf(type, least) ?? -Infinity) && amount <= (amountOf(type, most) ?? Infinity);
  return fits ? undefined : { reason: `it goes from ${least} to ${most}`, takes };
}

/** A number, bytes or milliseconds; undefined if pgBackRest reads none (1Mi, 1.5 and 1 h are none). */
export function amountOf(type: "integer" | "size" | "time", text: string): number | undefined {
  if (type === "integer") return /^[+-]?\d+$/.test(text) ? Number(text) : undefined;
  const form = type === "size" ? /^(\d+)(?:([kmgtp])(?:i?b)?|b)?$/i : /^[+-]?(\d+)(ms|[smhdw])?$/i;
  const [, digits, unit = ""] = form.exec(text) ?? [];
  const factor = (type === "size" ? bytes : milliseconds)[unit.toLowerCase()];
  if (digits === undefined || factor === undefined) return undefined;
  return Number(digits) * factor * (text.startsWith("-") ? -1 : 1);
}

function yesOrNo(text: string): string {
  if (/^(y|yes|true|on|1)$/i.test(text)) return '"y"';
  return /^(n|no|false|off|0)$/i.test(text) ? '"n"' : '"y" or "n"';
}

function described({ type, words, range }: Option): string {
  if (words !== undefined) return words.join(", ").replace(/, ([^,]*)$/, " or $1");
  switch (type) {
    case "boolean":
      return '"y" or "n"';
    case "integer":
    case "size":
    case "time": {
      const kind = type === "integer" ? "a whole number" : `a number${units[type]}`;
      return range === undefined ? kind : `${kind}, from ${range[0]} to ${range[1]}`;
    }
    case "path":
      return "a path";
    case "map":
      return "KEY=VALUE";
    case "word":
    case "string":
    case "list":
      return "a value, or take it out";
  }
}
