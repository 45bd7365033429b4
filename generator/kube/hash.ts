import { hash } from "node:crypto";

/** Eight hex digits of the content of plain data, with keys in the order in which they are written. */
export function contentHash(value: unknown): string {
  return hash("sha256", JSON.stringify(value)).slice(0, 8);
}

/** A number that the name of a cluster decides, so that a fleet does not do everything at once. */
export function placeOf({ namespace, name }: { namespace: string | undefined; name: string }): number {
  return Number.parseInt(contentHash([namespace, name]), 16);
}

// The scripts are long, and the same in each of a thousand clusters: each is hashed once.
const LONG = 2000;
const MAX_KNOWN_TEXTS = 64;
const knownTexts = new Map<string, string>();

/** SHA-256 of a text in hex. */
export function textHash(text: string): string {
  if (text.length < LONG) return hash("sha256", text);
  const known = knownTexts.get(text) ?? hash("sha256", text);
  if (knownTexts.size < MAX_KNOWN_TEXTS) knownTexts.set(text, known);
  return known;
}
