import { literal } from "../postgres/sql.ts";

/** Settings whose words PostgreSQL keeps in quotes (guc_tables.c, GUC_LIST_QUOTE), by whether they are names, in small letters where nobody quotes them. */
const lists: Readonly<Record<string, boolean>> = {
  search_path: true,
  temp_tablespaces: true,
  session_preload_libraries: false,
  local_preload_libraries: false,
};

/**
 * The words of a setting that is a list, read as PostgreSQL reads them (varlena.c, SplitIdentifierString), so that each is handed over
 * alone; undefined for any other setting. What cannot be read is one word.
 */
export function words(setting: string, value: string): readonly string[] | undefined {
  const areNames = Object.hasOwn(lists, setting) ? lists[setting] : undefined;
  if (areNames === undefined) return undefined;
  return wordsIn(value, areNames) ?? [value];
}

/** Whether a value is a list that cannot be read. */
export function isBrokenList(setting: string, value: string): boolean {
  return Object.hasOwn(lists, setting) && wordsIn(value, true) === undefined;
}

function wordsIn(value: string, areNames: boolean): readonly string[] | undefined {
  if (value.trim() === "") return [""];
  const found: string[] = [];
  const word = /\s*(?:"((?:[^"]|"")+)"|([^\s",]+))\s*(,|$)/y;
  for (;;) {
    const match = word.exec(value);
    if (match === null) return undefined;
    const [, quoted, bare = "", end] = match;
    found.push(quoted?.replaceAll('""', '"') ?? (areNames ? bare.toLowerCase() : bare));
    if (end === "") return found;
  }
}

/** The words of a list, joined by the server as it keeps them. */
export function quotedWords(list: readonly string[]): string {
  return `array_to_string(ARRAY[${list.map((word) => `quote_ident(${literal(word)})`).join(", ")}], ', ')`;
}
