import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { loadFile } from "../../generator/pipeline/load.ts";
import { plainDocuments } from "../../generator/pipeline/plain.ts";
import { filesIn } from "../support/files.ts";

/** What the library makes of a text: a comment with a tab in it is not of the plainest. */
function throughLibrary(text: string): { values: readonly unknown[]; problems: readonly string[] } {
  const { sources, problems } = loadFile({ path: "a.yaml", text: `#\t\n${text}` }, "any");
  return { values: sources.map(({ value }) => value), problems: problems.map(({ rule }) => rule) };
}

/** Whether the text was read here; then as the library reads it, keys in the same order. */
function agrees(text: string): boolean {
  const values = plainDocuments(text);
  if (values === undefined) return false;
  const library = throughLibrary(text);
  expect({ text, values: JSON.stringify(values), problems: [] }).toEqual({
    text,
    values: JSON.stringify(library.values),
    problems: library.problems,
  });
  return true;
}

const samples = ["clusters", "test/golden", "test/problems", "test/compose", "test/contract"].flatMap((dir) =>
  filesIn(dir).filter(({ path }) => /\.ya?ml$/.test(path)),
);

const keys = "a¦b¦c¦a-b¦a.b/c¦y¦null¦No¦1a¦'q'¦\"q\"¦<<¦? a¦__proto__".split("¦");
const values = [
  "¦ ¦1¦-1¦0.50¦010¦1_000¦99999999999999999999¦1e400¦.inf¦~¦null¦yes¦x¦x y¦x  y ¦x #c¦x#c¦x # c: d¦x: y¦x:¦x:y¦a: b",
  'http://h:1/x¦2026-01-31¦- x¦-¦-x¦--¦---¦...¦? x¦?x¦: x¦#¦# c¦(a)¦+1¦=¦%a¦@a¦`a`¦"x"¦"x" #c¦"x"#c¦"x" y¦"x',
  "\"\\n\"¦'x'¦'it''s'¦'x'y¦''¦\"\"¦'# x'¦é¦😀¦|¦>-¦| # c¦&a x¦*a¦!t x¦!!str 1¦!¦{}¦[]¦{ }¦[ ]¦{¦]¦[a¦{a¦[a, b]",
  "[a , b ]¦[a,b]¦[a, ]¦[, a]¦[a]#c¦[a] # c¦[a] b¦[a: b]¦[1, 0x1f, yes]¦{a: b}¦{ a: 1, b: '2' }¦{a: }¦{a:b}¦{a}",
  '{a: b, a: c}¦{a: {b: [c, {d: e}]}}¦{"a": b}¦{a: b #c¦[a\\]¦[a b]¦[a#b]¦[-1, - 2]¦{y: 1}¦[[[]]]¦{a: x:y}¦[//x, ./y]¦{a: *b}',
].flatMap((line) => line.split("¦"));
const word = fc.constantFrom(...keys);
const line = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(0, 0, 0, 1, 2, 2, 3, 4, 4, 6),
      fc.constantFrom("", "", "", "- ", "-  ", "- - "),
      fc.oneof(
        fc.constant(""),
        fc.tuple(word, fc.constantFrom(":", ": ", ":  ", " : ", ":\t")).map((of) => of.join("")),
      ),
      fc.constantFrom(...values),
    )
    .map(([indent, dashes, key, value]) => " ".repeat(indent) + dashes + key + value),
  fc.constantFrom(
    "",
    "---",
    "--- ",
    "--- # c",
    "...",
    "  # c",
    "#c",
    "%YAML 1.1",
    "-",
    "  -",
    "\t",
    "a: b\r",
  ),
);

describe("YAML at its plainest", () => {
  it("is what the library reads, in everything that is committed here", () => {
    const specs = samples.filter(({ path }) => !path.includes("/out/"));
    const read = samples.filter(({ text }) => agrees(text));

    expect(samples.length).toBeGreaterThan(700);
    // What is left has block text, anchors, quotes with escapes, or is wrong on purpose.
    expect(read.filter((file) => specs.includes(file)).length / specs.length).toBeGreaterThan(0.5);
  });

  it("is what the library reads, whatever the lines", () => {
    let read = 0;
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 6 }), (lines) => {
        if (agrees(lines.join("\n"))) read += 1;
      }),
      { numRuns: 20_000, seed: 20_261_121 },
    );

    expect(read).toBeGreaterThan(1000);
  });

  it("is what the library reads, wherever a sample is changed", () => {
    const plain = samples.filter(({ text }) => text.length < 3000 && plainDocuments(text) !== undefined);
    const bits = [
      ...values,
      ...keys,
      ":",
      "\n",
      "\n  ",
      "\n- ",
      "  ",
      "- ",
      ",",
      "#",
      " #",
      "\u00a0",
      "\u2028",
    ];
    let read = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...plain),
        fc.nat(),
        fc.nat(4),
        fc.constantFrom(...bits),
        ({ text }, place, length, bit) => {
          const at = place % text.length;
          if (agrees(text.slice(0, at) + bit + text.slice(at + length))) read += 1;
        },
      ),
      { numRuns: 3000, seed: 20_261_121 },
    );

    expect(read).toBeGreaterThan(300);
  });

  it("is no text with anything else in it", () => {
    const deep = `${Array.from({ length: 40 }, (_, depth) => `${"  ".repeat(depth)}a:`).join("\n")} b\n`;

    expect(
      [deep, "a: |\n  b\n", "a: &x b\n", "a: b\na: c\n", "yes: a\n", "a: 'b\n", "a:\tb\n", "a\n"].map(
        plainDocuments,
      ),
    ).toEqual(Array.from({ length: 8 }, () => undefined));
  });
});
