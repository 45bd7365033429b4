import { Composer, Lexer, LineCounter, Parser, Schema, isMap, isScalar, isSeq } from "yaml";
import type { CST, ParsedNode } from "yaml";

import { folderOf } from "../file.ts";
import type { File } from "../file.ts";
import type { Place, Problem } from "../problem.ts";
import { isRecord } from "../record.ts";
import { mostErrors, type Finding, type Wrong } from "./finding.ts";
import { plainDocuments } from "./plain.ts";
import { scalarValue } from "./scalar.ts";
import { placeFinder } from "./source.ts";
import type { Source } from "./source.ts";
import { characterFindings, syntaxFindings } from "./syntax.ts";
import { MAX_ALIASED, MAX_DEPTH, TOO_DEEP, valueOf } from "./value.ts";
import type { Allowance } from "./value.ts";

const MAX_DOCUMENTS = 1000;

// A megabyte of YAML as people write it has 200,000 of them, one of brackets a million: those would keep us busy for seconds.
const MAX_LEXEMES = 300_000;

// Past this many stray tokens a file is not YAML, and each costs the library an error with a stack trace.
const MAX_STRAY_TOKENS = 100;

// Scalars stay text, for scalar.ts to read as kubectl does. Keys are compared in value.ts: the library's comparison of
// each with each takes minutes for a hostile file.
const OPTIONS = {
  schema: new Schema({ schema: "failsafe", merge: false, resolveKnownTags: false }),
  uniqueKeys: false,
  prettyErrors: false,
} as const;

/**
 * All YAML documents of the files, in their order, read as kubectl reads them. Documents without content are left out,
 * and so are documents with a problem. Never throws; every problem is an error:
 * yaml-syntax, yaml-tag, yaml-merge, duplicate-key, key-not-a-string, key-forbidden, number-unfit, unknown-alias,
 * alias-bomb, too-deep, too-many-documents, too-dense, not-an-object.
 */
export function load(files: readonly File[], read: LoadFile = loadFile): Loaded {
  const loaded = files.map((file) => read(file, "mappings"));
  return {
    sources: loaded.flatMap(({ sources }) => sources),
    problems: loaded.flatMap(({ problems }) => problems),
  };
}

type Accepted = "mappings" | "any";
type Loaded = { sources: Source[]; problems: Problem[] };
export type LoadFile = typeof loadFile;

/** The documents of one file. Those of a patch may also be lists: `accept` is `any` then. */
export function loadFile({ path, text: raw }: File, accept: Accepted): Loaded {
  // A byte order mark is no character of the first line.
  const text = raw.startsWith("\ufeff") ? raw.slice(1) : raw;
  // What the library would not read to its end has no places, either.
  const values = isDense(text) ? undefined : plainDocuments(text);
  if (values === undefined || !(accept === "any" || values.every(isRecord)))
    return loadYaml(path, text, accept);
  let located: Loaded | undefined;
  const sources = values.map((value, index) => ({
    file: path,
    folder: folderOf(path),
    value,
    placeOf: (...of: Parameters<Source["placeOf"]>) => {
      located ??= loadYaml(path, text, accept);
      const source = located.sources[index];
      if (source === undefined) throw new Error(`${path} was read as more documents than it has`);
      return source.placeOf(...of);
    },
  }));
  return { sources, problems: [] };
}

function loadYaml(path: string, text: string, accept: Accepted): Loaded {
  const folder = folderOf(path);
  const place = placesIn(path, text);
  const lineOf = (offset: number): number => place(offset).line;
  const allowance: Allowance = { aliased: MAX_ALIASED };
  const characters = characterFindings(text);
  const found: (readonly Finding[])[] = [characters];
  const overLimit: Finding[] = [];
  const sources: Source[] = [];

  const composer = new Composer(OPTIONS);
  for (const document of composer.compose(tokens(text, overLimit))) {
    const [from, , to] = document.range;
    const syntax = syntaxFindings(document, lineOf);
    found.push(syntax);
    const root = document.contents;
    if (syntax.length > 0 || root === null || isNull(root)) continue;
    if (!isMap(root) && !(accept === "any" && isSeq(root))) {
      found.push([{ ...NOT_AN_OBJECT, offset: root.range[0] }]);
      continue;
    }
    const { value, findings: inside, targets } = valueOf(root, { allowance, lineOf });
    found.push(inside);
    if (inside.length > 0 || characters.some(({ offset }) => offset >= from && offset < to)) continue;
    sources.push({ file: path, folder, value, placeOf: placeFinder(root, targets, place) });
  }
  const { errors, warnings } = composer.streamInfo();
  found.push(syntaxFindings({ contents: null, errors, warnings }, lineOf));

  const ordered = found.flat().toSorted((one, other) => one.offset - other.offset);
  return {
    sources,
    problems: [...ordered.slice(0, mostErrors), ...overLimit].map((finding) => problem(finding, place)),
  };
}

/**
 * The tokens of a text, up to the first that goes over a limit. The depth has to be bounded before the library composes
 * nodes: it recurses, and a file of brackets ends the process (V8 gives up compiling a regular expression on a full
 * stack, which nothing can catch).
 */
function* tokens(text: string, overLimit: Finding[]): Generator<CST.Token> {
  const parser = new Parser();
  let documents = 0;
  let stray = 0;
  let lexemes = 0;
  const isOverLimit = (token: CST.Token): boolean => {
    if (token.type === "document") documents += 1;
    if (token.type === "error") stray += 1;
    if (documents > MAX_DOCUMENTS) overLimit.push({ ...TOO_MANY_DOCUMENTS, offset: token.offset });
    return documents > MAX_DOCUMENTS || stray > MAX_STRAY_TOKENS;
  };
  for (const lexeme of new Lexer().lex(text)) {
    lexemes += 1;
    if (lexemes > MAX_LEXEMES) {
      overLimit.push({ ...TOO_DENSE, offset: parser.offset });
      return;
    }
    for (const token of parser.next(lexeme)) {
      if (isOverLimit(token)) return;
      yield token;
    }
    // The stack holds the document, its open collections, and a scalar.
    if (parser.stack.length > MAX_DEPTH + 2) {
      overLimit.push({ ...TOO_DEEP, offset: parser.offset });
      return;
    }
  }
  for (const token of parser.end()) {
    if (isOverLimit(token)) return;
    yield token;
  }
}

/** Whether a text has more lexemes than are read. There are two of a character at most: a scalar has a mark before it. */
function isDense(text: string): boolean {
  if (text.length <= MAX_LEXEMES / 2) return false;
  let lexemes = 0;
  for (const _ of new Lexer().lex(text)) {
    lexemes += 1;
    if (lexemes > MAX_LEXEMES) return true;
  }
  return false;
}

function isNull(root: ParsedNode): boolean {
  return isScalar(root) && root.tag === undefined && scalarValue(root).value === null;
}

/** Lines are counted when the first place is asked for: most files have no problem. */
function placesIn(file: string, text: string): (offset: number) => Place {
  const counter = new LineCounter();
  return (offset) => {
    if (counter.lineStarts.length === 0) {
      counter.addNewLine(0);
      for (const { index } of text.matchAll(/\n/g)) counter.addNewLine(index + 1);
    }
    const { line, col } = counter.linePos(offset);
    return { file, line, column: col };
  };
}

function problem({ offset, ...wrong }: Finding, place: (offset: number) => Place): Problem {
  return { ...wrong, severity: "error", at: place(offset) };
}

const NOT_AN_OBJECT: Wrong = {
  rule: "not-an-object",
  message: "the document is a list or a single value, not an object with apiVersion and kind",
  fix: "write one object a document, with --- between them",
};

const TOO_MANY_DOCUMENTS: Wrong = {
  rule: "too-many-documents",
  message: `the file has more than ${MAX_DOCUMENTS} documents; from here on it was not read`,
  fix: "split it into several files",
};

const TOO_DENSE: Wrong = {
  rule: "too-dense",
  message: `the file has more than ${MAX_LEXEMES} words and signs; from here on it was not read`,
  fix: "split it into several files, if it is YAML at all",
};
