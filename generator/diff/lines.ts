import { structuredPatch } from "diff";
import { yaml } from "../kube/yaml.ts";
import type { FieldChange } from "./fields.ts";

/** Milliseconds for two texts that have nothing in common: then they are shown by their sizes alone. */
const patience = 2000;
/** Lines around a changed one. */
const context = 2;

/** What a value was and is, as lines that begin with `- `, `+ `, two blanks, or `@@` between places in a long text. */
export function changedLines({ before, after }: FieldChange): string[] {
  if (isText(before) && isText(after)) return textLines(before, after);
  return [...valueLines(before, "- "), ...valueLines(after, "+ ")];
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.includes("\n");
}

function textLines(before: string, after: string): string[] {
  const patch = structuredPatch("", "", before, after, "", "", { context, timeout: patience });
  if (patch === undefined)
    return [
      `- ${lineCount(before)} lines`,
      `+ ${lineCount(after)} lines, of which too many are others to show them`,
    ];
  return patch.hunks.flatMap(({ oldStart, lines }) => [
    `@@ line ${oldStart} @@`,
    ...lines.filter((line) => !line.startsWith("\\")).map((line) => `${line.slice(0, 1)} ${line.slice(1)}`),
  ]);
}

function valueLines(value: unknown, mark: string): string[] {
  if (value === undefined) return [];
  const text = typeof value === "string" ? value : yaml(value);
  return text
    .replace(/\n$/, "")
    .split("\n")
    .map((line) => `${mark}${line}`);
}

function lineCount(text: string): number {
  return text.split("\n").length;
}
