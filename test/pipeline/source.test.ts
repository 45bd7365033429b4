import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { yaml } from "../../generator/kube/yaml.ts";
import { load } from "../../generator/pipeline/load.ts";
import type { Path } from "../../generator/pipeline/source.ts";

const TEXT = `# comment
base: &base
  size: 1
  nested: {deep: [x, y]}
more: &more
  size: 2
  extra: 3
spec:
  <<: [*base, *more]
  own: "text"
  alias: *base
  list:
  - a
  - name: b
    env: []
  -
  empty:
  block: |
    text
? long
: value
`;

/** Place of a path as "line:column", and the text that stands there. */
function lookUp(text: string, path: Path, part?: "key" | "value"): string {
  const [source] = load([{ path: "a.yaml", text }]).sources;
  const place = source?.placeOf(path, part);
  if (place === undefined) return "no source";
  const line = text.split("\n")[place.line - 1] ?? "";
  return `${place.line}:${place.column} ${line.slice(place.column - 1).trimEnd()}`;
}

describe("the place of a path", () => {
  it.each<readonly [path: Path, key: string, value: string]>([
    [[], "2:1 base: &base", "2:1 base: &base"],
    [["spec"], "8:1 spec:", "9:3 <<: [*base, *more]"],
    [["spec", "own"], '10:3 own: "text"', '10:8 "text"'],
    [["spec", "list"], "12:3 list:", "13:3 - a"],
    [["spec", "list", 0], "13:5 a", "13:5 a"],
    [["spec", "list", 1], "14:5 name: b", "14:5 name: b"],
    [["spec", "list", "1", "name"], "14:5 name: b", "14:11 b"],
    [["spec", "list", 1, "env"], "15:5 env: []", "15:10 []"],
    [["spec", "list", 2], "16:4 ", "16:4 "],
    [["spec", "block"], "18:3 block: |", "18:10 |"],
    [["long"], "20:3 long", "21:3 value"],
    // Nothing stands behind the key.
    [["spec", "empty"], "17:3 empty:", "17:3 empty:"],
    // Merged, from the first source that has it.
    [["spec", "size"], "3:3 size: 1", "3:9 1"],
    [["spec", "extra"], "7:3 extra: 3", "7:10 3"],
    [["spec", "nested", "deep", 1], "4:22 y]}", "4:22 y]}"],
    // The alias itself, and what it stands for.
    [["spec", "alias"], "11:3 alias: *base", "11:10 *base"],
    [["spec", "alias", "size"], "3:3 size: 1", "3:9 1"],
    // What does not exist: the nearest ancestor.
    [["nope"], "2:1 base: &base", "2:1 base: &base"],
    [["spec", "own", "deeper", 3], '10:3 own: "text"', '10:8 "text"'],
    [["spec", "list", 9, "name"], "12:3 list:", "13:3 - a"],
    [["spec", "list", ""], "12:3 list:", "13:3 - a"],
    [["spec", "list", -1], "12:3 list:", "13:3 - a"],
    [["spec", "<<"], "8:1 spec:", "9:3 <<: [*base, *more]"],
    [["spec", "constructor"], "8:1 spec:", "9:3 <<: [*base, *more]"],
  ])("%j is that of its key or of its value", (path, key, value) => {
    expect(lookUp(TEXT, path, "key")).toBe(key);
    expect(lookUp(TEXT, path, "value")).toBe(value);
    expect(lookUp(TEXT, path)).toBe(value);
  });

  it("is the same with CRLF at the ends of lines", () => {
    expect(lookUp(TEXT.replaceAll("\n", "\r\n"), ["spec", "list", 1, "env"])).toBe("15:10 []");
  });

  it("is counted from the beginning of the file in every document", () => {
    const { sources } = load([{ path: "a.yaml", text: "a: 1\n---\n# x\n\n---\nb:\n  c: 2\n" }]);

    expect(sources.map(({ placeOf }) => placeOf(["b", "c"]))).toEqual([
      { file: "a.yaml", line: 1, column: 1 },
      { file: "a.yaml", line: 7, column: 6 },
    ]);
  });

  it("is where the key is written, for every key of every object", () => {
    const leaf = fc.oneof(fc.constantFrom("x", "a\nb\n", "on", "12", ""), fc.integer(), fc.constant(null));
    const { tree } = fc.letrec((tie) => ({
      tree: fc.dictionary(fc.stringMatching(/^k[a-z]{1,3}$/), tie("node"), {
        minKeys: 1,
        maxKeys: 3,
        noNullPrototype: true,
      }),
      node: fc.oneof({ maxDepth: 4 }, leaf, tie("tree"), fc.array(tie("node"), { maxLength: 3 })),
    }));
    const paths = (value: unknown, path: Path): readonly Path[] =>
      typeof value !== "object" || value === null
        ? []
        : Object.entries(value).flatMap(([key, child]) => {
            const below = [...path, Array.isArray(value) ? Number(key) : key];
            return [...(Array.isArray(value) ? [] : [below]), ...paths(child, below)];
          });

    fc.assert(
      fc.property(tree, (value) => {
        const text = yaml(value);
        for (const path of paths(value, [])) {
          expect(lookUp(text, path, "key").split(" ")[1]?.replace(/:.*/, "")).toBe(path.at(-1));
        }
      }),
      { numRuns: 300, seed: 1 },
    );
  });
});
