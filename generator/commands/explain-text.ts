import { shownPath, visible } from "../adapters/terminal.ts";
import type { Field } from "../explain/fields.ts";
import type { ExplainedObject } from "../explain/object.ts";
import type { Effect } from "../explain/renders.ts";
import type { ExplainOptions } from "./explain.ts";

const mostFields = 6;
const mostObjects = 12;

/** The objects with their fields below; those of a kind that change alike are put together. */
export function rendersLines(effects: readonly Effect[]): readonly string[] {
  const alike = new Map<string, { readonly names: string[]; readonly effect: Effect }>();
  for (const effect of effects) {
    const [kind = "", name = ""] = effect.object.split("/");
    const key = JSON.stringify([kind, effect.fields, effect.isWhole]);
    const known = alike.get(key);
    if (known === undefined) alike.set(key, { names: [effect.object], effect });
    else known.names.push(name);
  }
  const blocks = [...alike.values()].map(({ names, effect: { fields, isWhole } }) => [
    `${names.join(", ")}${isWhole ? ": whether it is there" : ""}`,
    ...fields.slice(0, mostFields).map((field) => `  ${field}`),
    ...(fields.length > mostFields ? [`  and ${fields.length - mostFields} more`] : []),
  ]);
  const more = blocks.length - mostObjects;
  return [...blocks.slice(0, mostObjects).flat(), ...(more > 0 ? [`and ${more} more objects`] : [])];
}

/** A field for people, with lines of what it renders to. */
export function fieldText(field: Field, renders: readonly string[]): string {
  const facts: readonly (readonly [string, string | undefined])[] = [
    ["type", field.type],
    ["needed", field.required ? "yes" : undefined],
    ["default", field.default],
    ["allowed", field.allowed],
    ["in", field.kinds.join(", ")],
    ["status", field.remark ?? "rendered"],
    ...renders.map((line, index) => [index === 0 ? "renders" : "", visible(line)] as const),
  ];
  const lines = facts.flatMap(([name, value]) =>
    value === undefined ? [] : [`  ${name.padEnd(9)}${value}\n`],
  );
  const example = field.example === undefined ? "" : `\n${indented(field.example)}`;
  const width = Math.max(...field.children.map(({ path }) => path.length - field.path.length)) + 2;
  const children = field.children.map(
    ({ path, type, description }) =>
      `    ${path.slice(field.path.length).replace(/^\./, "").padEnd(width)}${type}\n      ${firstSentence(description)}\n`,
  );
  return `${field.path}\n  ${field.description}\n\n${lines.join("")}${example}${children.length === 0 ? "" : `\n  fields\n${children.join("")}`}`;
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, "    ").concat("\n");
}

function firstSentence(text: string): string {
  return /^.*?[.:](?=\s|$)/.exec(text)?.[0] ?? text;
}

const mostCauses = 3;

/** The file's own text, and to the right of each value what made it. */
export function objectText(
  { file, rows, existence }: ExplainedObject,
  { clusters, output }: ExplainOptions,
): string {
  const width = Math.min(76, Math.max(...rows.map(({ text }) => text.length)));
  const lines = rows.map(({ text, causes }) => {
    if (causes === undefined || text.trim() === "") return `${visible(text)}\n`;
    const shown = causes
      .slice(0, mostCauses)
      .map((cause) => `${shownPath(clusters, cause.at.file)}:${cause.at.line} ${cause.field}`);
    const more = causes.length > mostCauses ? ` and ${causes.length - mostCauses} more` : "";
    const said = causes.length === 0 ? "default" : `${shown.join(", ")}${more}`;
    return `${visible(text).padEnd(width)} ← ${visible(said)}\n`;
  });
  const why = existence.map(
    ({ field, at }) => `# there because of ${shownPath(clusters, at.file)}:${at.line} ${field}\n`,
  );
  return `# ${visible(shownPath(output, file))}\n${why.join("")}${lines.join("")}`;
}

/** An object for programs. */
export function asJson({ clusters, output }: ExplainOptions) {
  const place = (cause: {
    readonly field: string;
    readonly at: { readonly file: string; readonly line: number };
  }) => ({
    field: cause.field,
    file: shownPath(clusters, cause.at.file),
    line: cause.at.line,
  });
  return ({ file, rows, existence }: ExplainedObject) => ({
    file: shownPath(output, file),
    existence: existence.map(place),
    fields: rows.flatMap(({ path, line, text, causes }) =>
      causes === undefined ? [] : [{ path, line, text: text.trim(), causes: causes.map(place) }],
    ),
  });
}
