import { readFileSync } from "node:fs";

/** All of standard input, to its end. */
export function readStandardInput(): string {
  return readFileSync(0, "utf8");
}
