import { visit } from "yaml";
import type { Document, Node, YAMLError } from "yaml";

import type { Finding, Wrong } from "./finding.ts";

// One slip often breaks the lines after it too; the first few say enough.
const MAX_PER_DOCUMENT = 5;

/** What the parser has against a document: at most five findings, one a line. */
export function syntaxFindings(
  { contents, errors, warnings }: Pick<Document<Node>, "contents" | "errors" | "warnings">,
  lineOf: (offset: number) => number,
): readonly Finding[] {
  const lines = new Set<number>();
  const findings: Finding[] = [];
  // An unknown tag is a warning to the library; here it is found with the value. The other warnings break kubectl.
  for (const error of [...errors, ...warnings.filter(({ code }) => code !== "TAG_RESOLVE_FAILED")]) {
    const offset = isUnclosedQuote(error) ? openingQuote(contents, error.pos[0]) : error.pos[0];
    const line = lineOf(offset);
    if (lines.has(line)) continue;
    lines.add(line);
    findings.push({ rule: ruleOf(error), ...inWords(error), offset });
    if (findings.length === MAX_PER_DOCUMENT) break;
  }
  return findings;
}

// What readers refuse or take for a line break: U+0085, U+2028, U+2029 and a carriage return alone end a line, and so
// a comment, in YAML 1.1 (kubectl) but not here. Otherwise go-yaml's list of characters.
const FORBIDDEN =
  /[^\t\n\r -~\u{a0}-\u{2027}\u{202a}-\u{d7ff}\u{e000}-\u{fefe}\u{ff00}-\u{fffd}\u{10000}-\u{10ffff}]|\r(?!\n)/u;

/** Characters that no YAML file may have for all readers to agree on it: the first five. */
export function characterFindings(text: string): readonly Finding[] {
  if (!FORBIDDEN.test(text)) return [];
  const findings: Finding[] = [];
  for (const { 0: character, index } of text.matchAll(new RegExp(FORBIDDEN, "gu"))) {
    const point = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
    findings.push({
      rule: "yaml-syntax",
      message: `the character U+${point} has no place in a YAML file`,
      fix: `remove it, or write it as "\\u${point}" in double quotes`,
      offset: index,
    });
    if (findings.length === MAX_PER_DOCUMENT) break;
  }
  return findings;
}

function ruleOf({ code }: YAMLError): string {
  return code === "TAG_RESOLVE_FAILED" ? "yaml-tag" : "yaml-syntax";
}

function isUnclosedQuote({ message }: YAMLError): boolean {
  return message.startsWith("Missing closing");
}

// The library reports the end of the text that the quote has swallowed, often the end of the file.
function openingQuote(contents: Node | null, end: number): number {
  let start = end;
  visit(contents, {
    Scalar: (_, { range, type }) => {
      if (type?.startsWith("QUOTE_") !== true || range?.[1] !== end) return undefined;
      start = range[0];
      return visit.BREAK;
    },
  });
  return start;
}

function inWords(error: YAMLError): Omit<Wrong, "rule"> {
  const message = error.message.slice(0, LONGEST_MESSAGE).replaceAll(/\s+/g, " ").trim();
  const known = WORDS.find(([library]) => library.test(message));
  return known === undefined
    ? { message, fix: "correct the YAML at this place" }
    : { message: known[1], fix: known[2] };
}

const LONGEST_MESSAGE = 160;
const NO_KEY = "this line is neither `key: value` nor the rest of a value";
const NO_KEY_FIX = "put a colon and a space behind the key, or mend the indentation";

// The library's messages speak of its own notions; these are the ones that people meet.
const WORDS: readonly (readonly [library: RegExp, message: string, fix: string])[] = [
  [
    /^Missing closing/,
    "the quote that begins here is not closed",
    "close it, or quote the text with the other kind",
  ],
  [/^Tabs are not allowed/, "a tab stands where YAML wants spaces", "indent with spaces"],
  [
    /^Nested mappings are not allowed/,
    "a second colon follows on the line, or a key is indented under a value",
    "put the value in quotes, or mend the indentation of the next line",
  ],
  [/^Implicit keys/, NO_KEY, NO_KEY_FIX],
  [/^Implicit map keys/, NO_KEY, NO_KEY_FIX],
  [
    /items must start at the same column/,
    "this line is indented unlike the ones it follows",
    "align it with them",
  ],
  [/^Flow (?:sequence|map).* end with/, "a bracket before this place is not closed", "close it with ] or }"],
  [
    /^Plain value cannot start/,
    "a value that begins with this character needs quotes",
    "put the value in quotes",
  ],
  [
    /^Invalid escape/,
    "a backslash in double quotes begins an escape, and this is none",
    "double the backslash, or use single quotes",
  ],
  [/cannot be an empty string/, "& or * stands here without a name behind it", "put the value in quotes"],
  [/tag: |tag has no suffix/, "a value that begins with ! is taken for a tag", "put the value in quotes"],
  [/^Block scalar header/, "text follows | or > on its line", "begin the text on the next line"],
  [
    /^Block collection cannot start on same line/,
    "keys begin on the line of ---",
    "begin them on the next line",
  ],
  [/scalar at node end/, "text follows where the value has ended", "put the whole value in quotes"],
  [/^Unexpected block-seq-ind/, "a list begins on the line of its key", "begin the list on the next line"],
  [
    /^Unexpected flow-(?:seq|map)-end/,
    "this bracket closes nothing",
    "remove it, or put the value in quotes",
  ],
  [/^Unexpected , in/, "nothing stands before this comma", "remove the comma, or write the item"],
  [
    /^Comments must be separated/,
    "this # needs a blank before it to begin a comment",
    "insert one, or quote the value",
  ],
];
