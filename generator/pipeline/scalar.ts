import type { Scalar } from "yaml";

import { excerpt } from "./finding.ts";
import type { Wrong } from "./finding.ts";

type Word = boolean | number | null;

// What a plain scalar means to kubectl, that is to sigs.k8s.io/yaml and the go-yaml v2 inside it: YAML 1.1 without its
// sexagesimals and dates. The yaml package knows the two versions of YAML but not this mixture, so it hands us the text.
// https://github.com/yaml/go-yaml/blob/v2.4.3/resolve.go
const WORDS: ReadonlyMap<string, Word> = new Map<string, Word>([
  ...spelt("y Y yes Yes YES true True TRUE on On ON", true),
  ...spelt("n N no No NO false False FALSE off Off OFF", false),
  ...spelt("~ null Null NULL", null),
  ...spelt(".inf .Inf .INF +.inf +.Inf +.INF", Infinity),
  ...spelt("-.inf -.Inf -.INF", -Infinity),
  ...spelt(".nan .NaN .NAN", NaN),
  ["", null],
]);

const INTEGER = /^([-+]?)(0x[\da-f]+|0o[0-7]+|0b[01]+|0[0-7]*|[1-9]\d*)$/i;
const DECIMAL = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:e[-+]?\d+)?$/i;
const NUMERIC_START = /^[-+.\d]/;

// go-yaml drops all underscores of a number that begins with a digit or a sign, and leaves one that begins with a dot
// to Go, where they may only stand between digits.
const MISPLACED_UNDERSCORE = /^\..*(?:(?<!\d)_|_(?!\d))/;

const TAG_PREFIX = "tag:yaml.org,2002:";
const TAGGED: ReadonlyMap<string, (value: unknown) => boolean> = new Map<string, (value: unknown) => boolean>(
  [
    [`${TAG_PREFIX}int`, Number.isInteger],
    [`${TAG_PREFIX}float`, (value) => typeof value === "number"],
    [`${TAG_PREFIX}bool`, (value) => typeof value === "boolean"],
    [`${TAG_PREFIX}null`, (value) => value === null],
  ],
);

/** Value of a scalar node as kubectl reads it, and what is wrong with it: then the value is not to be used. */
export function scalarValue(item: Scalar): { value: string | number | boolean | null; wrong?: Wrong } {
  const text = item.source ?? "";
  const plain = item.type === "PLAIN" || item.type === undefined;
  const { tag } = item;
  if (tag === "!" || tag === `${TAG_PREFIX}str` || (tag === undefined && !plain)) {
    return /\p{Surrogate}/u.test(text) ? { value: text, wrong: HALF_A_CHARACTER } : { value: text };
  }
  const read = plainScalar(text);
  if (tag !== undefined && TAGGED.get(tag)?.(read.value) !== true)
    return { value: read.value, wrong: tagProblem(tag) };
  return read;
}

/** The same of the text of a scalar without quotes and tag. */
export function plainScalar(text: string): { value: string | number | boolean | null; wrong?: Wrong } {
  const value = plainValue(text);
  const wrong = typeof value === "number" ? numberProblem(text, value) : undefined;
  return wrong === undefined ? { value } : { value, wrong };
}

export function tagProblem(tag: string): Wrong {
  // Not by its name, but for YAML's own: an unquoted password may begin with an exclamation mark.
  const name = tag.startsWith(TAG_PREFIX)
    ? `the tag ${excerpt(`!!${tag.slice(TAG_PREFIX.length)}`)}`
    : "this is read as a tag, which";
  return {
    rule: "yaml-tag",
    message: `${name} does not fit here: YAML's own tags for JSON values are known, and no others`,
    fix: "remove the tag, or put the text in quotes if no tag is meant",
  };
}

function plainValue(text: string): string | number | boolean | null {
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  if (!NUMERIC_START.test(text) || MISPLACED_UNDERSCORE.test(text)) return text;
  const digits = text.replaceAll("_", "");
  const [match, sign, size = ""] = INTEGER.exec(digits) ?? [];
  if (match !== undefined) {
    const number = /^0\d/.test(size) ? Number.parseInt(size, 8) : Number(size);
    return sign === "-" && number !== 0 ? -number : number;
  }
  const number = DECIMAL.test(digits) ? Number(digits) : NaN;
  // Beyond the range of a double go-yaml takes the text.
  return Number.isFinite(number) ? number : text;
}

function numberProblem(text: string, value: number): Wrong | undefined {
  const whole = INTEGER.test(text.replaceAll("_", ""));
  if (Number.isFinite(value) && !(whole && !Number.isSafeInteger(value))) return undefined;
  return {
    rule: "number-unfit",
    // A number of so many digits may be a key or a password: it is not shown.
    message: whole
      ? "this number has more digits than a number keeps exactly"
      : `${excerpt(text)} is no number that JSON can hold`,
    fix: "put it in quotes if it is meant as text",
  };
}

const HALF_A_CHARACTER: Wrong = {
  rule: "yaml-syntax",
  message: "an escape gives half a character (a lone surrogate), which no UTF-8 text can hold",
  fix: "write the character itself",
};

function spelt(words: string, value: Word): (readonly [string, Word])[] {
  return words.split(" ").map((word) => [word, value] as const);
}
