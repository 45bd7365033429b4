import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { yaml } from "../../generator/kube/yaml.ts";
import { findings, loadText, valuesOf } from "../support/loaded.ts";

describe("a hostile file", () => {
  const MEGABYTE = 1_000_000;
  const LETTERS = Array.from("abcdefghij");

  it.each<readonly [name: string, text: string, rule: string]>([
    ...["[", "{", "- ", "? ", "[a: ", "{a: ", "a: ", "[\n", "- - ", "? - "].map(
      (part) => [`deep ${JSON.stringify(part)}`, part.repeat(MEGABYTE / part.length), "too-deep"] as const,
    ),
    [
      "deep indentation",
      Array.from({ length: 1400 }, (_, depth) => `${" ".repeat(depth)}a:\n`).join(""),
      "too-deep",
    ],
    [
      "billion laughs",
      "a: &a [x, x, x, x, x, x, x, x, x, x]\n" +
        LETTERS.slice(1)
          .map(
            (letter, index) => `${letter}: &${letter} [${Array(10).fill(`*${LETTERS[index]}`).join(", ")}]\n`,
          )
          .join(""),
      "alias-bomb",
    ],
    [
      "billion merges",
      "a: &a {x: {z: 1}}\n" +
        LETTERS.slice(1)
          .map(
            (letter, index) =>
              `${letter}: &${letter}\n` +
              LETTERS.map((key) => `  ${key}: {<<: *${LETTERS[index]}}\n`).join(""),
          )
          .join(""),
      "alias-bomb",
    ],
    [
      "chain of aliases",
      "a: &a0 [x]\n" +
        Array.from({ length: 5000 }, (_, index) => `k${index}: &a${index + 1} [*a${index}]\n`).join(""),
      "too-deep",
    ],
    [
      "aliases of a long text",
      `a: &a ${"x".repeat(100_000)}\nb: [${Array(5000).fill("*a").join(", ")}]\n`,
      "alias-bomb",
    ],
    ["many documents", "a: 1\n---\n".repeat(100_000), "too-many-documents"],
    ["closing brackets", "]".repeat(MEGABYTE), "yaml-syntax"],
    ["zero bytes", "\0".repeat(MEGABYTE), "yaml-syntax"],
    ["an open quote", `a: "${"x\n".repeat(MEGABYTE / 2)}`, "yaml-syntax"],
    ["keys without a name", ":\n".repeat(MEGABYTE / 2), "too-dense"],
    ["empty lines", `a:\n${"\n".repeat(MEGABYTE)}`, "too-dense"],
    ["quotes", '"'.repeat(MEGABYTE), "too-dense"],
    ["equal keys", "k: 1\n".repeat(20_000), "duplicate-key"],
  ])("is refused at once: %s", (_, text, rule) => {
    // Of the processor, and not on the clock: others may be busy beside it.
    const start = process.cpuUsage();

    expect(loadText(text).problems[0]?.rule).toBe(rule);
    const { user, system } = process.cpuUsage(start);
    // Above the milliseconds that it takes, far below what the attack would cost.
    expect((user + system) / 1000).toBeLessThan(2000);
  });

  it("may have as many keys as it likes", () => {
    const text = Array.from({ length: 20_000 }, (_, index) => `k${index}: 1\n`).join("");

    expect(loadText(text).problems).toEqual([]);
  });

  it("reaches no prototype", () => {
    const [value] = valuesOf("constructor: {prototype: {a: 1}}\ntoString: 1\nhasOwnProperty: 2\n");

    expect(value).toEqual({ constructor: { prototype: { a: 1 } }, toString: 1, hasOwnProperty: 2 });
    expect(findings("a: {__proto__: {polluted: 1}}\nb: &b {c: 1}\n__proto__: *b\n")).toHaveLength(2);
    expect({}).not.toHaveProperty("polluted");
  });

  it("may be nested 64 levels deep and no deeper", () => {
    expect(findings(`a: ${"[".repeat(63)}${"]".repeat(63)}\n`)).toEqual([]);
    expect(findings(`a: ${"[".repeat(63)}x${"]".repeat(63)}\n`)).toEqual([]);
    expect(findings(`a: ${"[".repeat(64)}${"]".repeat(64)}\n`)).toEqual(["too-deep 1:67"]);
  });
});

const SEEDS = [
  "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  labels: &l {x: \"1\", y-z: 'on'}\ndata:\n  <<: *l\n" +
    "  k: |\n    text\n     more\n\n  f: >-\n    folded\n    lines\n\n    end\n  t: 1:30\n  l:\n  - a\n  - b: c\n" +
    "    d: [1, 2, {e: f}]\n  - - x\n    - z # comment\n  e:\n  s: 'it''s'\n  q: \"a\\tb\\u00e9\"\n",
  "a: &x\n  b: 1\nc:\n  <<: [*x, {d: 2}]\n  e: *x\n? k\n: v\n---\n- !!str 1\n- ? [a]\n  : b\n...\n%YAML 1.2\n---\nz: 1\n",
  '{"a": [1, 2, {"b": null}], "c": "\\ud83d\\ude00"}\r\n',
];
const PIECES = Array.from("[]{}:,-?|>&*!%@`'\"#\\ \t\n\r\0\u0085\u2028\ufeff~=.é").concat(
  ..."---\n|...\n|: |- |? |&a |*a|*x|<<: |!!int |!x |\n  |\n\n|\r\n|__proto__: |1: |.inf|\ud800|😀".split(
    "|",
  ),
);
const mutation = fc.tuple(
  fc.constantFrom("insert", "delete", "double", "cut", "splice"),
  fc.nat(400),
  fc.nat(40),
  fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: "binary", maxLength: 4 })),
);
const mutated = fc
  .tuple(fc.constantFrom(...SEEDS), fc.array(mutation, { maxLength: 6 }))
  .map(([seed, mutations]) => {
    let text = seed;
    for (const [kind, position, length, piece] of mutations) {
      const at = position % (text.length + 1);
      const head = text.slice(0, at);
      const part = text.slice(at, at + length);
      if (kind === "insert") text = head + piece + text.slice(at);
      else if (kind === "delete") text = head + text.slice(at + length);
      else if (kind === "double") text = head + part + text.slice(at);
      else if (kind === "cut") text = head;
      else text = text.slice(at) + part + head;
    }
    return text;
  });

describe("every text", () => {
  it("gives plain data or a problem at a place in the file, and never an exception", () => {
    fc.assert(
      fc.property(fc.oneof({ weight: 9, arbitrary: mutated }, fc.string({ unit: "binary" })), (text) => {
        const { sources, problems } = loadText(text);
        const lines = text.split("\n");

        for (const { at, message, fix } of problems) {
          const { length } = lines[at.line - 1] ?? "";
          expect(at.column).toBeGreaterThan(0);
          expect(at.column).toBeLessThanOrEqual(length + 1);
          expect(message).toMatch(/^\S.*\S$/);
          expect(fix).toMatch(/^\S.*\S$/);
        }
        // The emitter refuses all that is no plain data, and what it writes is read as the same again.
        for (const { value } of sources) expect(valuesOf(yaml(value))).toEqual([value]);
      }),
      { numRuns: 6000, seed: 1 },
    );
  });
});
