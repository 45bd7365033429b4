/**
 * When a CronJob runs, as Kubernetes reads it: robfig/cron v3, ParseStandard, which takes five fields and descriptors.
 * https://github.com/robfig/cron/blob/v3/parser.go
 */
export type CronProblem = { readonly says: string; readonly fix: string; readonly never?: true };

type Bounds = {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  readonly names: readonly string[];
};

const months = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");
const days = "sun mon tue wed thu fri sat".split(" ");
const fields: readonly Bounds[] = [
  { name: "minute", least: 0, most: 59, names: [] },
  { name: "hour", least: 0, most: 23, names: [] },
  { name: "day of the month", least: 1, most: 31, names: [] },
  { name: "month", least: 1, most: 12, names: months },
  { name: "day of the week", least: 0, most: 6, names: days },
];

const descriptors = ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"];
const longest = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** What Kubernetes has against a schedule, or why it would never run; undefined if nothing. */
export function cronProblem(text: string): CronProblem | undefined {
  const zone = /^(CRON_)?TZ=/.exec(text);
  if (zone !== null)
    return { says: "names a time zone, which Kubernetes refuses", fix: "take it out: schedules are in UTC" };
  if (text.startsWith("@")) return descriptor(text);
  const words = text
    .trim()
    .split(/\s+/)
    .filter((word) => word !== "");
  if (words.length !== 5) {
    const fix =
      words.length === 6
        ? "take the seconds out"
        : "write minute, hour, day, month and weekday, as in 30 2 * * *";
    return { says: `has ${words.length} fields, not five`, fix };
  }
  const read = fields.map((bounds, index) => list(words[index] ?? "", bounds));
  const wrong = read.find((field) => "says" in field);
  if (wrong !== undefined && "says" in wrong) return wrong;
  const [, , dates, inMonths] = read.map((field) => ("says" in field ? new Set<number>() : field));
  const any = words[4] !== "*" && words[4] !== "?";
  // A day of the month and one of the week are either, not both.
  if (any || dates === undefined || inMonths === undefined) return undefined;
  const runs = [...inMonths].some((month) => [...dates].some((date) => date <= (longest[month - 1] ?? 0)));
  if (runs) return undefined;
  return { says: "never runs: no month of it has that day", fix: "write a day that there is", never: true };
}

function descriptor(text: string): CronProblem | undefined {
  if (descriptors.includes(text)) return undefined;
  const [, every] = /^@every (.+)$/.exec(text) ?? [];
  if (every === undefined)
    return { says: "is no descriptor", fix: `write five fields, or one of ${descriptors.join(", ")}` };
  if (/^[+-]?(\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)([\d.]+(ns|us|µs|μs|ms|s|m|h))*$/.test(every))
    return undefined;
  return {
    says: `has ${JSON.stringify(every)}, which is no duration`,
    fix: "write one as Go does, as in @every 6h or @every 1h30m",
  };
}

/** The values of a field, a list of ranges with steps. */
function list(word: string, bounds: Bounds): ReadonlySet<number> | CronProblem {
  const values = new Set<number>();
  for (const part of word.split(",").filter((range) => range !== "")) {
    const found = range(part, bounds);
    if ("says" in found) return found;
    for (let value = found.start; value <= found.end; value += found.step) values.add(value);
  }
  return values;
}

function range(
  part: string,
  bounds: Bounds,
): CronProblem | { readonly start: number; readonly end: number; readonly step: number } {
  const { name, least, most } = bounds;
  const [span = "", every, ...slashes] = part.split("/");
  const [low = "", high, ...hyphens] = span.split("-");
  const wrong = (says: string): CronProblem => ({
    says: `has ${JSON.stringify(part)} for the ${name}, ${says}`,
    fix:
      name === "day of the week" && span.startsWith("7")
        ? "write 0 or sun for Sunday"
        : `write ${least} to ${most}, *, or a list, a range or a step of them`,
  });
  if (slashes.length > 0 || hyphens.length > 0) return wrong("which has too many signs in it");
  const star = low === "*" || low === "?";
  const start = star ? least : numbered(low, bounds);
  const step = every === undefined ? 1 : /^\+?\d+$/.test(every) ? Number(every) : undefined;
  const last = high === undefined || star ? undefined : numbered(high, bounds);
  if (start === undefined || step === undefined || (high !== undefined && !star && last === undefined))
    return wrong("which is no number");
  if (step === 0) return wrong("whose step is 0");
  // `5/15` means from 5 to the end.
  const end = last ?? (star || every !== undefined ? most : start);
  if (start < least) return wrong(`which begins below ${least}`);
  if (end > most) return wrong(`which goes over ${most}`);
  if (start > end) return wrong("which ends before it begins");
  return { start, end, step };
}

function numbered(text: string, { names, least }: Bounds): number | undefined {
  const named = names.indexOf(text.toLowerCase());
  if (named !== -1) return named + least;
  return /^\+?\d+$/.test(text) ? Number(text) : undefined;
}
