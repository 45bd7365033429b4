import type { File } from "../../generator/file.ts";

const heading = /^=== (.+) ===\n/m;

/** The parts of a fixture: `=== path ===` stands before each. */
export function sections(text: string): readonly File[] {
  const [, ...parts] = text.split(heading);
  return parts.flatMap((part, index) =>
    index % 2 === 0 ? [{ path: part, text: parts[index + 1] ?? "" }] : [],
  );
}
