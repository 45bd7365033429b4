import { appendFileSync } from "node:fs";
import { expect } from "vitest";

/** A figure that a test has seen, for whoever runs it and for the report of a full run. */
export function note(figure: string): void {
  const line = `${expect.getState().currentTestName ?? ""}: ${figure}`;
  process.stderr.write(`  ${line}\n`);
  const file = process.env["PGRENDER_TEST_NOTES"];
  if (file !== undefined && file !== "") appendFileSync(file, `${line}\n`);
}
