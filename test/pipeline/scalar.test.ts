import { describe, expect, it } from "vitest";

import { load } from "../../generator/pipeline/load.ts";

const TRUE = "yes Yes YES on On ON true True TRUE y Y".split(" ");
const FALSE = "no No NO off Off OFF false False FALSE n N".split(" ");
const NULL = ["~", "null", "Null", "NULL", "", "# comment"];
const TEXT = [
  ..."yEs oN tRUE nULL .nAn = << 1:30 -1:30 0:0 190:20:30 12_34:56 2017-12-19 2017-12-19T12:40:33+01:00".split(
    " ",
  ),
  ..."1,000 1.2.3 1e 0xg 0x 0b 0b2 0o8 1e400 _1 ._5 .1__5 .5_ .e3 . .. + -- 0x1p3 16Gi".split(" "),
  "2001-12-14 21:59:43.10 -5",
  "1 2",
];

describe("a scalar", () => {
  // Every row was compared with YAMLToJSON of sigs.k8s.io/yaml 1.6, with which kubectl reads.
  it.each<readonly [text: string, value: unknown]>([
    ...TRUE.map((text) => [text, true] as const),
    ...FALSE.map((text) => [text, false] as const),
    ...NULL.map((text) => [text, null] as const),
    ...TEXT.map((text) => [text, text] as const),
    ["010", 8],
    ["-010", -8],
    ["0777", 511],
    ["0o10", 8],
    ["0O10", 8],
    ["0_7", 7],
    ["08", 8],
    ["09.5", 9.5],
    ["12_000", 12000],
    ["1_000.5", 1000.5],
    ["1__0", 10],
    ["1_", 1],
    [".1_5", 0.15],
    ["0x1F", 31],
    ["0X1f", 31],
    ["0x_1", 1],
    ["0b11", 3],
    ["-0b11", -3],
    ["+0b11", 3],
    ["-0", 0],
    ["+1", 1],
    ["00", 0],
    ["1e3", 1000],
    ["1E+3", 1000],
    ["1.e3", 1000],
    ["5.", 5],
    [".5", 0.5],
    ["+.5", 0.5],
    ["-.5", -0.5],
    [".5e3", 500],
    ["9007199254740991", 9007199254740991],
    ["1e21", 1e21],
    ["'010'", "010"],
    ['"yes"', "yes"],
    ["!!str 1", "1"],
    ["! 1", "1"],
    ["!!int '1'", 1],
    ['!!int "0x1f"', 31],
    ["!!float 1", 1],
    ["!!bool 'yes'", true],
    ["!!null ''", null],
    ["!<tag:yaml.org,2002:str> 5", "5"],
    ["!!map {b: 1}", { b: 1 }],
    ["!!seq [1]", [1]],
    ["|\n  x\r\n  y\r\n", "x\ny\n"],
    [">-\n  x\n  y\n\n  z", "x y\nz"],
    ["'it''s'", "it's"],
    ['"\\x41\\u00e9\\U0001F600\\t"', "Aé😀\t"],
  ])("%s is read as %j, as kubectl reads it", (text, value) => {
    const { sources, problems } = load([{ path: "a.yaml", text: `a: ${text}\n` }]);

    expect(problems).toEqual([]);
    expect(sources[0]?.value).toEqual({ a: value });
  });
});
