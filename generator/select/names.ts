import type { File } from "../file.ts";

/** What the texts of some files say about the names of the clusters in them, without parsing them. */
export type Names = {
  /** Values that may be the name of a cluster, or a part of it where there are affixes. */
  readonly names: ReadonlySet<string>;
  readonly namespaces: ReadonlySet<string>;
  readonly prefixes: ReadonlySet<string>;
  readonly suffixes: ReadonlySet<string>;
  /** What the documents' metadata say, with one prefix and one suffix where there are any. */
  readonly documents: ReadonlySet<string>;
  /** The texts use a form in which a name is not seen this way: any name is possible. */
  readonly unsure: boolean;
};

const entry =
  /(?<![\w.-])["']?(name|value|namespace|namePrefix|nameSuffix)["']?[ \t]*:[ \t]*(?:"([^"\\\n]*)"|'([^'\n]*)'|([\w./-][^\s,{}[\]#\\]*)|([^]|$))/gu;

// Where a name may come from somewhere else: an explicit key, a value copied to another place.
const elsewhere = /^[ \t]*\?\s|^[ \t]*["']?replacements\b|\/metadata\/name|allowNameChange/mu;

// Below a key without a value on its line: a mapping, a list, or nothing. What else may stand there is its value.
const collection = /^\s*(?:$|#|- |[\w"'./-]+:(?:\s|$))/u;

// A line is read in one way only: with two, a text that does not match takes a time that doubles with each of its lines.
const head =
  /^["']?metadata["']?[ \t]*:[ \t]*(?:#.*)?(?:\{[^{}]*?|\n(?:[ \t].*\n|\n)*?[ \t]+)["']?name["']?[ \t]*:[ \t]*["']?([\w.-]+)/gmu;

/**
 * Names are looked for as the values of keys. A value that is an alias, a block, or written with escapes makes the
 * answer unsure. Names of other things than clusters are in it, too: it says what cannot be excluded.
 */
export function namesIn(files: readonly File[]): Names {
  const found = new Map<string, Set<string>>();
  const valuesOf = (key: string) => found.get(key) ?? new Set<string>();
  let unsure = false;
  for (const { text } of files) {
    unsure ||= elsewhere.test(text);
    for (const match of text.matchAll(entry)) {
      const [all, key = "", double, single, plain, other = ""] = match;
      const value = double ?? single ?? plain;
      if (value !== undefined) found.set(key, valuesOf(key).add(value));
      else if (other === "{" || other === "[" || other === "") continue;
      else if (/[\n\r#]/.test(other)) unsure ||= !collection.test(text.slice(match.index + all.length));
      else unsure = true;
    }
  }
  const prefixes = valuesOf("namePrefix");
  const suffixes = valuesOf("nameSuffix");
  const heads = files.flatMap(({ text }) => Array.from(text.matchAll(head), ([, name = ""]) => name));
  const documents = ["", ...prefixes].flatMap((prefix) =>
    ["", ...suffixes].flatMap((suffix) => heads.map((name) => `${prefix}${name}${suffix}`)),
  );
  return {
    names: new Set([...valuesOf("name"), ...valuesOf("value")]),
    namespaces: new Set([...valuesOf("namespace"), ...valuesOf("value")]),
    prefixes,
    suffixes,
    documents: new Set(documents),
    unsure,
  };
}
