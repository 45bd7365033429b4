import type { Setting } from "../../generator/postgres/settings.ts";
import { unitsOf } from "../../generator/postgres/number.ts";

const odd = ["", " ", "abc", "'", "1 0", "1,000", "1_000", "0x", "08", "--1", "nan", "1e400", "1.5.5", "٣"];
const forms = [
  "0",
  "1",
  "-1",
  "-0",
  "+5",
  " 7",
  "7 ",
  "\t7",
  "010",
  "0x10",
  "0X1F",
  "-0x10",
  "1.5",
  "0.5",
  "-0.5",
];
const fractions = [
  ".5",
  "-.5",
  "5.",
  "2.5",
  "3.5",
  "1e3",
  "1E2",
  "1e",
  "e1",
  "0x1.8",
  "0x1p4",
  "1e-3",
  "1e-400",
];
const large = [
  "2147483647",
  "2147483648",
  "-2147483648",
  "99999999999",
  "9223372036854775808",
  "inf",
  "-Infinity",
];
const suffixes = [
  "KB",
  "kb",
  "mb",
  "Mb",
  "k",
  "M",
  "sec",
  "S",
  "m",
  "hours",
  "MS",
  "8kB",
  "%",
  "kB kB",
  "kBx",
  "µs",
];
const bools = "on off ON Off o of tr TRUE t f fa fals y ye yes n no 1 0 2 00 01 onn truee yess enabled".split(
  " ",
);

/** Values that a setting may be given: what it takes, its bounds, and what people and machines get wrong. */
export function samples(setting: Setting): readonly string[] {
  switch (setting.type) {
    case "bool":
      return [...bools, ...odd, " on", "on "];
    case "enum": {
      const words = setting.words.flatMap((word) => [
        word,
        word.toUpperCase(),
        `${word} `,
        word.slice(0, -1),
      ]);
      return [
        ...new Set([...words, ...bools, ...odd, "debug", "info", "archive", "hot_standby", "fatal", "none"]),
      ];
    }
    case "string":
      return [];
    case "integer":
    case "real": {
      const { least, most, unit } = setting;
      const bounds = [least - 1, least, least + 0.4, least - 0.4, most, most + 1, most - 1, most + 0.4].map(
        String,
      );
      const units = [...new Set([...unitsOf(unit), "kB", "MB", "s", "min", ...suffixes])];
      const counted = units.flatMap((name) => [
        `1${name}`,
        `1.5 ${name}`,
        `-1${name}`,
        `64 ${name} `,
        `100000${name}`,
      ]);
      return [...new Set([...bounds, ...forms, ...fractions, ...large, ...odd, ...counted])];
    }
  }
}
