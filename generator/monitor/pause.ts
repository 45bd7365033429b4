import { durationSeconds } from "../kube/duration.ts";

const hour = 3600;
const day = 24 * hour;

/** Seconds that may pass between two successes of what runs by cron lines: the shortest of their pauses, and time to run. */
export function longestPause(schedules: readonly string[]): number {
  return Math.min(...schedules.map(pause));
}

/** By its fields alone: a day, a week, a month or a year. A list of days is taken for one of them. */
function pause(schedule: string): number {
  const word = schedule.trim();
  const [, every] = /^@every +(.+)$/.exec(word) ?? [];
  if (every !== undefined) return (durationSeconds(every) ?? 366 * day) + 6 * hour;
  if (/^@(hourly|daily|midnight)$/.test(word)) return day + 6 * hour;
  if (word === "@weekly") return 8 * day;
  if (word === "@monthly") return 32 * day;
  const [, , date = "*", month = "*", weekday = "*"] = word.split(/\s+/);
  if (word.startsWith("@") || !isAny(month)) return 367 * day;
  if (!isAny(weekday)) return 8 * day;
  return isAny(date) ? day + 6 * hour : 32 * day;
}

function isAny(field: string): boolean {
  return field === "*" || field === "?";
}
