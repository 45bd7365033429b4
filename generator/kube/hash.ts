import { createHash } from "node:crypto";

/** Eight hex digits of the content of plain data, with keys in the order in which they are written. */
export function contentHash(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 8);
}
