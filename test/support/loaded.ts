import { load } from "../../generator/pipeline/load.ts";

/** What the loader makes of one file. */
export function loadText(text: string): ReturnType<typeof load> {
  return load([{ path: "a.yaml", text }]);
}

/** Rule, line and column of every problem, as "rule 1:2". */
export function findings(text: string): readonly string[] {
  return loadText(text).problems.map(({ rule, at }) => `${rule} ${at.line}:${at.column}`);
}

/** The documents of the file that gave a source. */
export function valuesOf(text: string): readonly unknown[] {
  return loadText(text).sources.map(({ value }) => value);
}
