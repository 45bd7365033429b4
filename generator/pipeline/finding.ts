/** What is wrong in a text and what to do about it, in words. */
export type Wrong = { readonly rule: string; readonly message: string; readonly fix: string };

/** A problem inside one text, before its offset becomes a line and a column. */
export type Finding = Wrong & { readonly offset: number };

const LONGEST_EXCERPT = 60;

/** Text of the user's for a message: in quotes where blanks or odd characters need them, one line, not long. */
export function excerpt(text: string): string {
  const short = text.length > LONGEST_EXCERPT ? text.slice(0, LONGEST_EXCERPT) + "…" : text;
  return /^[!-~]+$/.test(text) ? short : JSON.stringify(short);
}

/** Mistakes in one document after which the rest is not shown: a page of them helps nobody. */
export const mostErrors = 50;
