/**
 * Numbers as PostgreSQL reads them (guc.c: parse_int, parse_real, convert_to_base_unit, which stand on C's strtol and
 * strtod): octal and hexadecimal, a unit after blanks, fractions rounded to the next smaller unit.
 */
export type Numeral =
  | { readonly value: number }
  | { readonly wrong: "number" | "huge" }
  | { readonly wrong: "unit"; readonly unit: string };

const BLANK = String.raw`[ \t\n\v\f\r]`;
const BLANKS_BEFORE = new RegExp(`^${BLANK}+`);
const BLANKS_BEHIND = new RegExp(`${BLANK}+$`);
const WHOLE = new RegExp(String.raw`^${BLANK}*([+-]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)`);
const HEXADECIMAL = new RegExp(
  String.raw`^${BLANK}*([+-]?)0[xX]([0-9a-fA-F]*)(?:\.([0-9a-fA-F]*))?(?:[pP]([+-]?[0-9]+))?`,
);
const DECIMAL = new RegExp(String.raw`^${BLANK}*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)`);
const INFINITE = new RegExp(String.raw`^${BLANK}*([+-]?)inf(?:inity)?`, "i");

const MAX_LONG = 2 ** 63;
const MAX_INT = 2 ** 31;

const kB = 1024;
const memory = { B: 1, kB, MB: kB ** 2, GB: kB ** 3, TB: kB ** 4 } as const;
const time = { us: 0.001, ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** The units that a setting counted in `unit` can be given in, the smallest first; none if it has no unit. */
export function unitsOf(unit: string): readonly string[] {
  if (unit === "") return [];
  return Object.keys(isTime(unit) ? time : memory);
}

export function wholeNumber(text: string, unit: string): Numeral {
  const whole = strtol(text);
  const rest = text.slice(whole?.length ?? 0);
  // What strtol stops at decides whether the text is read again as a fraction.
  const number =
    /^[.eE]/.test(rest) || (whole !== undefined && Math.abs(whole.value) >= MAX_LONG) ? strtod(text) : whole;
  if (number === undefined) return { wrong: "number" };
  const scaled = inUnit(number, text, unit);
  if ("wrong" in scaled) return scaled;
  const value = rint(scaled.value);
  return value >= MAX_INT || value < -MAX_INT ? { wrong: "huge" } : { value };
}

export function realNumber(text: string, unit: string): Numeral {
  const number = strtod(text);
  return number === undefined ? { wrong: "number" } : inUnit(number, text, unit);
}

type Read = { readonly value: number; readonly length: number };

function strtol(text: string): Read | undefined {
  const [match, sign, digits = ""] = WHOLE.exec(text) ?? [];
  if (match === undefined) return undefined;
  const size = Number(/^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits);
  return { value: sign === "-" ? -size : size, length: match.length };
}

function strtod(text: string): Read | undefined {
  const infinite = INFINITE.exec(text);
  if (infinite !== null) {
    return { value: infinite[1] === "-" ? -Infinity : Infinity, length: infinite[0].length };
  }
  const [match, sign, whole = "", fraction = "", power = "0"] = HEXADECIMAL.exec(text) ?? [];
  if (match !== undefined && whole + fraction !== "") {
    const size = Number(`0x${whole}${fraction}`) * 2 ** (Number(power) - 4 * fraction.length);
    return { value: sign === "-" ? -size : size, length: match.length };
  }
  const decimal = DECIMAL.exec(text);
  if (decimal === null) return undefined;
  const value = Number(decimal[1]);
  const tooSmall = value === 0 && /[1-9]/.test((decimal[1] ?? "").replace(/[eE].*/, ""));
  return Number.isFinite(value) && !tooSmall ? { value, length: decimal[0].length } : undefined;
}

function inUnit({ value, length }: Read, text: string, base: string): Numeral {
  const rest = text.slice(length).replace(BLANKS_BEFORE, "");
  if (rest === "") return { value };
  const unit = rest.replace(BLANKS_BEHIND, "");
  if (!/^[a-zA-Zµ%]/.test(unit)) return { wrong: "number" };
  if (base === "") return { wrong: "unit", unit };
  const sizes: Readonly<Record<string, number>> = isTime(base) ? time : memory;
  const size = sizes[unit];
  if (size === undefined) return { wrong: "unit", unit };
  const baseSize = sizeOf(base, sizes);
  const next = Object.values(sizes).findLast((smaller) => smaller < size);
  const scaled = (value * size) / baseSize;
  // "30.1GB" is rounded to a multiple of the next smaller unit.
  const converted =
    next === undefined || !Number.isFinite(scaled) ? scaled : (rint((value * size) / next) * next) / baseSize;
  return { value: converted };
}

/** An amount of a setting's unit as one writes it: 131072 of `8kB` are `1GB`. */
export function amount(value: number, unit: string): string {
  if (unit === "" || value <= 0) return String(value);
  const sizes: Readonly<Record<string, number>> = isTime(unit) ? time : memory;
  const total = value * sizeOf(unit, sizes);
  const [name, size] = Object.entries(sizes).findLast(([, count]) => total % count === 0) ?? [unit, 1];
  return `${total / size}${name}`;
}

/** The unit that was meant by another spelling: `mb` is `MB`, `sec` is `s`; undefined if nobody can tell. */
export function meantUnit(text: string, unit: string): string | undefined {
  const known = unitsOf(unit);
  const same = known.find((name) => name.toLowerCase() === text.toLowerCase());
  const word = isTime(unit) ? text.toLowerCase().replace(/^(ms|mil)/, "ml") : text.toLowerCase();
  const begins: Readonly<Record<string, string>> = isTime(unit)
    ? { ml: "ms", mi: "min", m: "min", s: "s", h: "h", d: "d", µ: "us" }
    : { k: "kB", m: "MB", g: "GB", t: "TB" };
  const begin = Object.keys(begins).find((start) => word.startsWith(start));
  return same ?? (begin === undefined ? undefined : begins[begin]);
}

/** `8kB` is a unit of its own size, and so is `16MB`. */
function sizeOf(unit: string, sizes: Readonly<Record<string, number>>): number {
  const [, count = "", name = ""] = /^(\d*)(\w+)$/.exec(unit) ?? [];
  return (count === "" ? 1 : Number(count)) * (sizes[name] ?? 1);
}

function isTime(unit: string): boolean {
  return Object.hasOwn(time, unit);
}

/** To the nearest whole number, from the middle to the even one. */
function rint(value: number): number {
  const floor = Math.floor(value);
  const part = value - floor;
  if (part !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
