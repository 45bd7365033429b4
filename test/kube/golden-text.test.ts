import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { yaml } from "../../generator/kube/yaml.ts";
import { filesIn } from "../support/files.ts";

const golden = filesIn(fileURLToPath(new URL("../golden", import.meta.url)))
  .filter(({ path }) => /\/out\/.*\.yaml$/.test(path))
  .map(({ path, text }) => ({ path, text: text.replace(/^#.*\n/, "") }));

/** As one calls the yaml package to be read by kubectl: nothing folded, no anchors, lists at the column of their key. */
const options = {
  version: "1.1",
  lineWidth: 0,
  blockQuote: "literal",
  aliasDuplicateObjects: false,
  indentSeq: false,
} as const;

/** The line with its value in quotes. */
function inQuotes(line: string): string {
  return line.replace(
    /^(\s*(?:- )*(?:[\w./-]+: )?)(.*)$/,
    (_, lead: string, value: string) => `${lead}"${value}"`,
  );
}

it("is the yaml package's own text, in all golden files, but for words that some other reader takes for null, a time or a number", () => {
  const quoted = golden.flatMap(({ path, text }) => {
    const theirs = stringify(parse(text, { version: "1.1" }), options).split("\n");
    const lines = text.split("\n");
    expect({ path, lines: lines.length }).toEqual({ path, lines: theirs.length });
    const others = lines.flatMap((line, index) =>
      line === theirs[index] ? [] : [{ line, theirs: theirs[index] ?? "" }],
    );
    for (const other of others)
      expect({ path, line: other.line }).toEqual({ path, line: inQuotes(other.theirs) });
    return others.map(({ line }) => /"(.*)"$/.exec(line)?.[1] ?? line);
  });

  expect(golden.length).toBeGreaterThan(200);
  const network = /^[0-9a-f]*(:[0-9a-f]*)+\/\d+$/;
  const numbers = /^\d[\d*/,-]*( [\d*/,-]+)*$/;
  const restore = /^\d+\.[0-9a-f]{8}$/;
  const known = [/^None$/, network, numbers, restore];
  expect(quoted.filter((value) => !known.some((form) => form.test(value)))).toEqual([]);
});

it("is what our emitter writes of it again", () => {
  for (const { path, text } of golden)
    expect({ path, text: yaml(parse(text, { version: "1.1" })) }).toEqual({ path, text });
});
