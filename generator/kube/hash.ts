import { hash } from "node:crypto";

/** Eight hex digits of the content of plain data, with keys in the order in which they are written. */
export function contentHash(value: unknown): string {
  return hash("sha256", JSON.stringify(value)).slice(0, 8);
}
