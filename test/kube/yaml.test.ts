import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";

import { yaml, yamlDocuments } from "../../generator/kube/yaml.ts";

/** What each reader makes of the text, for the readers on which the value and its text must agree. */
function readings(value: unknown): readonly unknown[] {
  const text = yaml(value);
  return (["1.1", "1.2"] as const).flatMap((version) =>
    [true, false].map((merge): unknown => parse(text, { version, merge })),
  );
}

function fourTimes(value: unknown): readonly unknown[] {
  return [value, value, value, value];
}

// Each of these is taken for something else, or is refused, by some reader when it stands plain.
const AMBIGUOUS = [
  ..."on On ON off yes Yes no NO y Y n N true False TRUE null Null NULL ~ nil None nan inf".split(" "),
  ...".inf -.inf +.INF .nan .NaN 0 -0 +1 -1 12_000 0x1f 0X1F 010 0o10 0b1 1:30 -1:30 190:20:30 1e3 1E+3".split(
    " ",
  ),
  ...".5 5. +.5 1__0 0. 1.2 1d 2024-01-01 2024-01-01T10:00:00Z 10.0.0.1 1.2.3 = < << <<: - -- --- ... ? :".split(
    " ",
  ),
  ...", [ ] { } {} [] [a {a # #a & &a * *a ! !a | > @ @a ` `a % %a ' \" a: :a ::".split(" "),
  "",
  " ",
  " a",
  "a ",
  "a #b",
  "a: b",
  "- a",
  "? a",
  ": a",
  "--- a",
  "> a",
  "| a",
  "a\t",
  "\ta",
  "a\tb",
  "\\",
  "a\rb",
  "\0",
  "\u0007",
  "\u001b",
  "\u007f",
  "\u0085",
  "\u009f",
  "\u00a0",
  "a\u2028b",
  "\u2029",
  "\ufeff",
  "a\ufeff",
  "\ufffe",
  "\uffff",
  "\ud800",
  "a\udc00b",
  "é",
  "日本語",
  "😀",
  "it's #1",
  `a"b: c`,
];

const PLAIN = [
  ..."a postgres db-0 app.kubernetes.io/name /dev/shm $(POD_IP) --config=/etc/x -c it's a=b a,b a#b a:b".split(
    " ",
  ),
  ..."ghcr.io/x/postgres:17.2 _x 16Gi 500m 1.5Ti 100k 30s 10.0.0.0/8 0.0.0.0/0 8kB 250ms yesterday Nancy".split(
    " ",
  ),
  "replication and more",
  "a  b",
  "a, b",
  "a [b]",
  "host all all 10.0.0.1 md5",
];

const TEXTS: readonly (readonly [text: string, header: string])[] = [
  ["a\nb", "|-"],
  ["a\nb\n", "|"],
  ["a\n\n", "|+"],
  ["a\n\n\n\nb\n", "|"],
  ["\na\n", "|"],
  ["a\n  b\n\tc\n", "|"],
  ["  a\nb\n", "|2"],
  ["\ta\nb", "|2-"],
  ["\n  a\n\n", "|2+"],
  ["   \n  \n a\n", "|2"],
  ["a\n   \nb\n   ", "|-"],
  ["#!/bin/sh\nset -eu\n---\n...\n%x\n", "|"],
  ["a: 'b\n- \"c\\\n", "|"],
  ["é 😀\n", "|"],
];

const NO_BLOCK = [
  "\n",
  "\n\n\n",
  " \n",
  "\t\n ",
  "a\r\nb\n",
  "a\n\u0007",
  "a\n\u0085",
  "a\n\u2028",
  "\ufeffa\nb",
  "a\n\ud800",
];

describe("a string", () => {
  it.each(AMBIGUOUS)("%j stands in quotes", (text) => {
    expect(yaml({ key: text })).toMatch(/^key: (?:".*"|'.*')\n$/);
  });

  it.each([...AMBIGUOUS, ...PLAIN, ...NO_BLOCK, ...TEXTS.map(([text]) => text)])(
    "%j is read as written",
    (text) => {
      const values = [text, { [text]: text }, [text, [text], { a: [text] }], { [text]: { [text]: [text] } }];

      expect(values.map(readings)).toEqual(values.map(fourTimes));
    },
  );

  it.each(PLAIN)("%j needs no quotes", (text) => {
    expect(yaml(text)).toBe(text + "\n");
  });

  it.each(TEXTS)("%j stands as a block with the header %s", (text, header) => {
    expect(yaml({ key: text }).split("\n")[0]).toBe(`key: ${header}`);
  });

  it.each(NO_BLOCK)("%j stands in double quotes, as no block holds it", (text) => {
    expect(yaml({ key: text })).toMatch(/^key: ".*"\n$/);
  });

  it("has double quotes, and single ones only to spare JSON its backslashes", () => {
    expect(yaml(["yes", "it's: a", '{"a":"it\'s"}', "\\d+: x", 'a"b\tc: d'])).toBe(
      ['- "yes"', `- "it's: a"`, `- '{"a":"it''s"}'`, "- '\\d+: x'", '- "a\\"b\\tc: d"', ""].join("\n"),
    );
  });

  it("is escaped where a reader would refuse or break it", () => {
    expect(yaml("\0\u007f\u0085\u2028\ufeff\uffff\ud800😀")).toBe(
      '"\\u0000\\u007f\\u0085\\u2028\\ufeff\\uffff\\ud800😀"\n',
    );
  });

  it("is never folded, however long", () => {
    const text = "word ".repeat(400) + "end";

    expect(yaml({ text })).toBe(`text: ${text}\n`);
    expect(yaml({ text: text + ": x" })).toBe(`text: "${text}: x"\n`);
  });

  it("may be a key of any length", () => {
    const key = "k".repeat(3000);

    expect(yaml({ [key]: { a: 1 } })).toBe(`? ${key}\n:\n  a: 1\n`);
    const values = [1, "a\nb\n", [1], [], { a: [{ b: 1 }] }, {}].map((value) => ({
      a: [{ [key]: value, b: 1 }],
    }));
    expect(values.map(readings)).toEqual(values.map(fourTimes));
  });
});

describe("a value", () => {
  it("is laid out as kubectl prints it", () => {
    const value = {
      b: { on: true, none: null, list: [], map: {} },
      a: [1, "x", [[2, { y: 3 }], []], { name: "n", args: ["--a"], script: "a\nb\n" }, {}],
    };

    expect(yaml(value)).toBe(`b:
  "on": true
  "none": null
  list: []
  map: {}
a:
- 1
- x
- - - 2
    - "y": 3
  - []
- name: "n"
  args:
  - --a
  script: |
    a
    b
- {}
`);
  });

  it.each([
    [1.5, "1.5"],
    [-0, "0"],
    [1e21, "1.0e+21"],
    [1e-7, "1.0e-7"],
    [1.5e300, "1.5e+300"],
    [true, "true"],
    [null, "null"],
    [[], "[]"],
    [{}, "{}"],
    [{ a: undefined }, "{}"],
    [{ a: { b: undefined }, c: undefined }, "a: {}"],
    [[{ a: undefined }], "- {}"],
    [Object.create(null), "{}"],
  ])("%j is written %s", (value, text) => {
    expect(yaml(value)).toBe(text + "\n");
  });

  it.each([
    undefined,
    NaN,
    Infinity,
    -Infinity,
    1n,
    Symbol("s"),
    () => 1,
    new Map(),
    new Set(),
    /x/,
    new URL("a:b"),
  ])("that is no plain data is our bug: %s", (value) => {
    expect(() => yaml(value)).toThrow(/not plain data/);
    expect(() => yaml([value])).toThrow(/not plain data/);
    expect(() => yaml({ a: { b: [{ c: [value] }] } })).toThrow(/not plain data/);
  });

  it("and others make one stream of documents", () => {
    expect(yamlDocuments([])).toBe("");
    expect(yamlDocuments([{ a: "x\n\n" }, [1]])).toBe("a: |+\n  x\n\n---\n- 1\n");
  });
});

const nasty = fc.oneof(
  fc.constantFrom(...AMBIGUOUS, ...PLAIN, ...NO_BLOCK, ...TEXTS.map(([text]) => text)),
  fc.string({
    unit: fc.constantFrom(...Array.from("aZ09 \t\n-:#'\"\\[]{},&*!|>%@`?.~_=<+$/\r\u0085\u2028\ufeffé😀")),
    maxLength: 12,
  }),
  fc.string({ unit: "binary", maxLength: 8 }),
);
const { value: data } = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, tie("leaf"), tie("list"), tie("map")),
  leaf: fc.oneof(
    { weight: 6, arbitrary: nasty },
    {
      weight: 2,
      arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number || 0),
    },
    { weight: 1, arbitrary: fc.integer() },
    { weight: 1, arbitrary: fc.constantFrom(true, false, null) },
  ),
  list: fc.array(tie("value"), { maxLength: 4 }),
  // An object literal, which toEqual wants here, cannot have a key `__proto__` of its own.
  map: fc.dictionary(
    nasty.filter((key) => key !== "__proto__"),
    tie("value"),
    { maxKeys: 4, noNullPrototype: true },
  ),
}));

describe("every value", () => {
  it("is read as written, by YAML 1.1 and 1.2", () => {
    fc.assert(
      fc.property(data, (value) => {
        expect(readings(value)).toEqual(fourTimes(value));
      }),
      { numRuns: 5000, seed: 1 },
    );
  });

  it("is the same text when it is read and written again", () => {
    fc.assert(
      fc.property(data, (value) => {
        expect(yaml(parse(yaml(value), { version: "1.1" }))).toBe(yaml(value));
      }),
      { numRuns: 1000, seed: 2 },
    );
  });
});
