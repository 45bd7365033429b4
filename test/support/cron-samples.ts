const plain =
  "30 2 * * *|* * * * *|*/5 * * * *|0 0 1 1 *|0 0 31 2 *|0 0 30 2 *|0 0 29 2 *|0 0 31 4,6 *|0 0 31 4,5 *";
const weekdays =
  "0 1 * * 7|0 1 * * 0|0 1 * * sun|0 1 * * SUN|0 1 * * Sunday|0 1 * * mon-fri|0 1 * * fri-mon|0 1 * * 1-7|0 0 31 2 1|0 0 31 2 ?";
const names =
  "0 0 1 jan *|0 0 1 JAN-mar *|0 0 1 january *|0 0 * 13 *|0 0 * 0 *|0 0 0 * *|0 0 32 * *|60 * * * *|0 24 * * *|-1 * * * *|jan * * * *";
const steps =
  "5/15 * * * *|*/0 * * * *|*/61 * * * *|*/5/2 * * * *|1-5/2 * * * *|1-5-7 * * * *|5-1 * * * *|*/x * * * *|*/-1 * * * *|*-5 * * * *|?/5 * * * *|/5 * * * *|5/ * * * *|*/+5 * * * *|+5 * * * *";
const lists =
  "1,2,3 * * * *|1,,2 * * * *|, * * * *|1, * * * *|*,5 * * * *|1,60 * * * *|1-3,5-7/2 * * * *|1 ,2 * * * *";
const counts =
  "* * * *|* * * * * *|0 30 2 * * *|   30 2 * * *   |30\t2 * * *|30  2  *  *  *|a b c d e|L * * * *|0 0 L * *|0 0 * * 1#2|0 0 15W * *|H * * * *|01 002 * * *|1.5 * * * *|0x1 * * * *";
const descriptors =
  "@daily|@Daily|@hourly|@reboot|@every 1h|@every 1h30m|@every 5|@every|@every  1h|@every 1.5h|@every -1h|@every 10 minutes|@every 1d|@midnight|@annually|@yearly|@weekly|@monthly|@every 500ms|@daily |@every 1h ";
const zones = "TZ=UTC 0 1 * * *|CRON_TZ=Europe/Vienna 0 1 * * *|0 1 * * * TZ=UTC|TZ=UTC @daily";

/** Schedules that people write, in right and in wrong ways. */
export const cronSamples: readonly string[] = [
  plain,
  weekdays,
  names,
  steps,
  lists,
  counts,
  descriptors,
  zones,
]
  .join("|")
  .split("|");
