import { describe, expect, it } from "vitest";

import { load } from "../../generator/pipeline/load.ts";
import { findings, loadText, valuesOf } from "../support/loaded.ts";

describe("a file", () => {
  it("gives one source for each document that has content", () => {
    const text = "# comment\n---\na: 1\n---\n---\n# nothing\n---\nnull\n---\n~\n---\nb: 2\n...\n---\nc: {}\n";

    expect(loadText(text)).toMatchObject({
      sources: [
        { file: "a.yaml", value: { a: 1 } },
        { file: "a.yaml", value: { b: 2 } },
        { file: "a.yaml", value: { c: {} } },
      ],
      problems: [],
    });
  });

  it.each(["", "\n\n", "# comment", "---\n", "---\n---\n", "...\n", "\ufeff"])(
    "without content is no source: %j",
    (text) => {
      expect(loadText(text)).toEqual({ sources: [], problems: [] });
    },
  );

  it("keeps its order among the others", () => {
    const files = ["b", "a", "c"].map((path) => ({ path, text: `name: ${path}\n---\nname: ${path}2\n` }));

    expect(load(files).sources.map(({ value }) => value)).toEqual(
      ["b", "b2", "a", "a2", "c", "c2"].map((name) => ({ name })),
    );
  });

  it("may be JSON", () => {
    expect(valuesOf('{"a": [1, true, null, "\\ud83d\\ude00"], "b": {"c": "\\/"}}')).toEqual([
      { a: [1, true, null, "😀"], b: { c: "/" } },
    ]);
  });

  it("keeps its other documents when one is broken", () => {
    const text = "a: 1\n---\nb: [\n---\nc: 2\n---\nd: 'x\n";

    expect(valuesOf(text)).toEqual([{ a: 1 }, { c: 2 }]);
    expect(findings(text)).toEqual(["yaml-syntax 4:1", "yaml-syntax 7:4"]);
  });

  it("shows the problems of all documents and all files at once, in their order", () => {
    const { problems } = load([
      { path: "a", text: "x: 1\nx: 2\n---\ny: *z\n" },
      { path: "b", text: "- 1\n" },
    ]);

    expect(problems.map(({ rule, at }) => `${rule} ${at.file}:${at.line}`)).toEqual([
      "duplicate-key a:2",
      "key-not-a-string a:4",
      "unknown-alias a:4",
      "not-an-object b:1",
    ]);
  });
});

describe("a problem", () => {
  it.each<readonly [text: string, ...findings: string[]]>([
    ['a: "abc\nb: 1\n', "yaml-syntax 1:4"],
    ["a: b\nc: 'abc\n", "yaml-syntax 2:4"],
    ["\ta: 1\n", "yaml-syntax 1:1"],
    ["a:\n  b: 1\n\tc: 2\n", "yaml-syntax 3:1"],
    ["a: b: c\n", "yaml-syntax 1:4"],
    ["a: [1, 2\nb: 3\n", "yaml-syntax 2:1"],
    ["a: @x\n", "yaml-syntax 1:4"],
    ["a: %x\n", "yaml-syntax 1:4"],
    ['a: "x"y\n', "yaml-syntax 1:7"],
    ['a: "\\q"\n', "yaml-syntax 1:5"],
    ["a:b\nc: d\n", "yaml-syntax 1:1"],
    ["a:\n  b: 1\n c: 2\n", "yaml-syntax 3:1"],
    ["a: - b\n", "yaml-syntax 1:4"],
    ["a: ]\n", "yaml-syntax 1:4"],
    ["a: *\n", "yaml-syntax 1:4"],
    ["a: |2x\n", "yaml-syntax 1:6"],
    ["a: [a, , b]\n", "yaml-syntax 1:8"],
    ["%FOO\n---\na: 1\n", "yaml-syntax 1:1"],
    ["%FOO\n", "yaml-syntax 1:1"],
    ["a: 1\n# comment\u2028b: 2\n", "yaml-syntax 2:10"],
    ["a: x\ry\n", "yaml-syntax 1:5"],
    ["a: \u0000\nb: \u0007\n", "yaml-syntax 1:4", "yaml-syntax 2:4"],
    ['a: "\\ud800"\n', "yaml-syntax 1:4"],
    ["a: !foo x\n", "yaml-tag 1:9"],
    ["a: !!binary aGk=\n", "yaml-tag 1:13"],
    ["a: !!int x\n", "yaml-tag 1:10"],
    ["a: !!timestamp 2020-01-01\n", "yaml-tag 1:16"],
    ["a: !!set {b}\n", "yaml-tag 1:10"],
    ["a: !x!y z\n", "yaml-tag 1:4"],
    ["a: 1\nb:\n  c: 1\n  c: 2\n", "duplicate-key 4:3"],
    ["a: 1\n\"a\": 2\n'a': 3\n", "duplicate-key 2:1", "duplicate-key 3:1"],
    ["{a: {b: 1, b: 2}}\n", "duplicate-key 1:12"],
    ["1: x\n", "key-not-a-string 1:1"],
    ["a: {true: y, on: z}\n", "key-not-a-string 1:5", "key-not-a-string 1:14"],
    ["? [a]\n: 1\n", "key-not-a-string 1:3"],
    ["~: 1\n", "key-not-a-string 1:1"],
    [": 1\n", "key-not-a-string 1:1"],
    ["a: {{ value }}\n", "key-not-a-string 1:5"],
    ["a:\n  __proto__: {b: 1}\n", "key-forbidden 2:3"],
    ['"__proto__": 1\n', "key-forbidden 1:1"],
    ["a: .inf\nb: -.INF\nc: .nan\n", "number-unfit 1:4", "number-unfit 2:4", "number-unfit 3:4"],
    ["a: 9007199254740993\n", "number-unfit 1:4"],
    ["a: 0xffffffffffffffff\n", "number-unfit 1:4"],
    ["a: *b\nb: &b 1\n", "unknown-alias 1:4"],
    ["a: &a 1\n---\nb: *a\n", "unknown-alias 3:4"],
    ["a: &a [*a]\n", "alias-bomb 1:8"],
    ["a: &a\n  b: {c: *a}\n", "alias-bomb 2:10"],
    ["a: &a\n  <<: *a\n", "alias-bomb 2:7"],
    ["<<: 1\n", "yaml-merge 1:5"],
    ["a: &a [{b: 1}]\n<<: *a\n", "yaml-merge 2:5"],
    ["<<: [{a: 1}, 2]\n", "yaml-merge 1:5"],
    ["a: 1\n<<: {a: 2}\n", "yaml-merge 1:1"],
    ["<<: {a: 1}\n<<: {b: 1}\n", "duplicate-key 2:1"],
    ["- a\n", "not-an-object 1:1"],
    ["a: 1\n---\nfoo\n", "not-an-object 3:1"],
    ["--- !foo\n", "not-an-object 1:9"],
  ])("in %j is found at its place", (text, ...expected) => {
    expect(findings(text)).toEqual(expected);
  });

  it("says what is wrong and what to do", () => {
    const { problems } = loadText("kind: x\nmetadata:\n  name: a\n  name: b\n");

    expect(problems).toEqual([
      {
        rule: "duplicate-key",
        severity: "error",
        message: "the key name stands twice in one mapping, first in line 3",
        fix: "remove one of the two",
        at: { file: "a.yaml", line: 4, column: 3 },
      },
    ]);
  });

  it("is at the same place in a file with CRLF, or with a byte order mark", () => {
    const text = "a: 1\nb:\n  c: [1]\n  c: 2\n";

    expect(findings(text.replaceAll("\n", "\r\n"))).toEqual(findings(text));
    expect(findings("\ufeff" + text.replace("a: 1", "a: !x 1"))).toEqual([
      "yaml-tag 1:7",
      "duplicate-key 4:3",
    ]);
  });

  it("inside of an anchor is shown once, however often it is used", () => {
    expect(findings("a: &a {b: 1, b: 2, c: !x 1}\nd: [*a, *a]\n")).toEqual([
      "duplicate-key 1:14",
      "yaml-tag 1:26",
    ]);
  });
});
