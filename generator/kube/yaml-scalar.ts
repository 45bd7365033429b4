// How one string is written. Plain is what all readers take for that very string; it is a list of what is allowed, for
// what is forbidden differs from reader to reader. Readers in question: go-yaml v2 (kubectl, through sigs.k8s.io/yaml),
// go-yaml v3 (kustomize, Argo CD), PyYAML (YAML 1.1), the yaml package (1.1 and 1.2).

// Words that some reader takes for a boolean, null or a number, in any letter case.
const WORDS: ReadonlySet<string> = new Set(
  "y n yes no on off true false null nil none nan inf infinity".split(" "),
);
const LONGEST_WORD = 8;

// Begins with a letter, `/`, `_`, `$`, or `-` before a letter (`--flag`); then printable ASCII.
const TEXT = /^(?:[A-Za-z/_$]|--?[A-Za-z])[ -~]*$/;

// What ends such a text early or makes it a key, and blanks at its end.
const BREAK = /:(?: |$)| #| $/;

// Values that begin with a digit and yet look like no number, date or sexagesimal: sizes and times with a unit, and
// networks. Not "1d" or "1f", which are numbers to some, and not 10.0.0.1, a number by the letter of YAML 1.1.
const MEASURE = /^\d+(?:\.\d+)?(?:[KMGTPE]i|[kMGT]B|m?s|[mkMGTPh]|min)$|^\d+\.\d+\.\d+\.\d+\/\d+$/;

// All but what every reader takes as it is. Control characters and lone surrogates are refused by go-yaml; U+0085, U+2028
// and U+2029 are line breaks in YAML 1.1; U+FEFF may be taken for the mark at the beginning of a file.
const UNPRINTABLE =
  /[^\t\n -~\u{a0}-\u{2027}\u{202a}-\u{d7ff}\u{e000}-\u{fefe}\u{ff00}-\u{fffd}\u{10000}-\u{10ffff}]/u;
const EACH_UNPRINTABLE = new RegExp(UNPRINTABLE, "gu");

/** A string on one line: plain where that is safe, else in quotes. */
export function scalar(text: string): string {
  return isPlain(text) ? text : quoted(text);
}

function isPlain(text: string): boolean {
  if (!TEXT.test(text)) return MEASURE.test(text);
  if (text.length <= LONGEST_WORD && WORDS.has(text.toLowerCase())) return false;
  return !BREAK.test(text);
}

/**
 * A string in quotes: double, as kubectl prints "on" and "1", and because only they have escapes; single where `"` or
 * `\` would need escapes and nothing else does, which keeps JSON and regular expressions readable.
 * A lone surrogate, which UTF-8 cannot hold, is escaped: kubectl then refuses it instead of storing something else.
 */
export function quoted(text: string): string {
  const single = /["\\]/.test(text) && !/[\n\t]/.test(text) && !UNPRINTABLE.test(text);
  if (single) return `'${text.replaceAll("'", "''")}'`;
  return JSON.stringify(text).replace(EACH_UNPRINTABLE, escaped);
}

/** A literal block that holds a text of several lines exactly: its header, and its lines without the last newline. */
type Block = { readonly header: string; readonly lines: string };

// The scripts are long, and the same in each of a thousand clusters: the first one brings them all.
const LONG = 500;
const MAX_KNOWN_TEXTS = 64;
const knownBlocks = new Map<string, Map<string, Block | undefined>>();

/** The block of a text, each line with `indent` in front; empty lines stay empty. Undefined when none holds it. */
export function literal(text: string, indent: string): Block | undefined {
  if (text.length < LONG) return block(text, indent);
  const byIndent = knownBlocks.get(text) ?? new Map<string, Block | undefined>();
  const made = byIndent.get(indent) ?? block(text, indent);
  byIndent.set(indent, made);
  if (knownBlocks.size < MAX_KNOWN_TEXTS) knownBlocks.set(text, byIndent);
  return made;
}

/**
 * The block needs its indentation spelt out (always 2) when the first line with text begins with a blank, which would be
 * taken for it.
 */
function block(text: string, indent: string): Block | undefined {
  const first = /[^\n]/.exec(text);
  if (first === null || !/[^ \t\n]/.test(text) || UNPRINTABLE.test(text)) return undefined;
  const indicator = first[0] === " " || first[0] === "\t" ? "2" : "";
  const chomping = !text.endsWith("\n") ? "-" : text.endsWith("\n\n") ? "+" : "";
  const lines = text.endsWith("\n") ? text.slice(0, -1) : text;
  return { header: `|${indicator}${chomping}`, lines: lines.replace(/^(?=.)/gm, indent) };
}

function escaped(character: string): string {
  return "\\u" + character.charCodeAt(0).toString(16).padStart(4, "0");
}
