import { relative, sep } from "node:path";
import { Option } from "commander";
import { headOf } from "../adapters/fault.ts";
import { readInput } from "../adapters/input.ts";
import { below, printProblems, shownPath, visible } from "../adapters/terminal.ts";
import { findFields } from "../explain/fields.ts";
import type { Field } from "../explain/fields.ts";
import { explainObject } from "../explain/object.ts";
import type { ExplainedObject, Row, Wanted } from "../explain/object.ts";
import { clustersOption, outputOption } from "./options.ts";
import type { AddCommand } from "./options.ts";
import { exitCodes } from "./world.ts";
import type { World } from "./world.ts";

type ExplainOptions = {
  readonly clusters: string;
  readonly output: string;
  readonly path?: string;
  readonly format: "text" | "json";
};

export const addExplain: AddCommand = (top, { world, finish }) => {
  top
    .command("explain")
    .description("explain a field of a spec, or where the fields of an object come from")
    .argument(
      "<FIELD|OBJECT>",
      "spec.patroni.ttl; StatefulSet/orders; rendered/prod/orders/statefulset-orders.yaml[:LINE]",
    )
    .addOption(clustersOption())
    .addOption(outputOption())
    .addOption(new Option("--path <PATH>", "of an object, only what is at or below this field"))
    .addOption(
      new Option("--format <FORMAT>", "for people or for programs").choices(["text", "json"]).default("text"),
    )
    .action((subject: string, options: ExplainOptions) => finish(explainCommand(subject, options, world)));
};

/** Prints what a field is, or which file and line made each field of an object. Returns the exit code. */
function explainCommand(subject: string, options: ExplainOptions, world: World): number {
  return /\/|\.ya?ml(:\d+)?$/.test(subject)
    ? explainObjects(subject, options, world)
    : explainFields(subject, options, world);
}

function explainFields(subject: string, { format }: ExplainOptions, world: World): number {
  const { fields, near } = findFields(subject);
  if (fields.length === 0) {
    const fix = near === undefined ? "docs/fields.md lists all fields" : `did you mean ${near}?`;
    return fail(
      "no-such-field",
      subject,
      { message: `there is no field ${JSON.stringify(subject)}`, fix },
      world,
    );
  }
  world.stdout(
    format === "json" ? `${JSON.stringify(fields, undefined, 2)}\n` : fields.map(fieldText).join("\n"),
  );
  return exitCodes.done;
}

function fieldText(field: Field): string {
  const facts: readonly (readonly [string, string | undefined])[] = [
    ["type", field.type],
    ["needed", field.required ? "yes" : undefined],
    ["default", field.default],
    ["allowed", field.allowed],
    ["in", field.kinds.join(", ")],
    ["status", field.remark ?? "rendered"],
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

function explainObjects(subject: string, options: ExplainOptions, world: World): number {
  const [, named = subject, line] = /^(.*?)(?::(\d+))?$/.exec(subject) ?? [];
  const { files, problems } = readInput(options.clusters);
  const found = explainObject(files, wantedOf(named, options.output));
  if (found.length === 0) {
    printProblems(below(options.clusters, problems), world);
    return fail(
      "no-such-object",
      named,
      {
        message: "no valid cluster renders this",
        fix: "name it as KIND/NAME, CLUSTER/KIND/NAME, or by its file below the output folder; pgrender validate tells what is not valid",
      },
      world,
    );
  }
  const shown = found.map((object) => ({
    ...object,
    rows: object.rows.filter((row) => isShown(row, { line, path: options.path })),
  }));
  if (options.format === "json")
    world.stdout(`${JSON.stringify(shown.map(asJson(options)), undefined, 2)}\n`);
  else world.stdout(shown.map((object) => objectText(object, options)).join("\n"));
  return exitCodes.done;
}

function wantedOf(subject: string, output: string): Wanted {
  if (/\.ya?ml$/.test(subject)) return { file: relative(output, subject).split(sep).join("/") };
  const parts = subject.split("/");
  const [kind = "", name = ""] = parts.slice(-2);
  return { cluster: parts.length > 2 ? parts.at(-3) : undefined, kind, name };
}

function isShown(
  row: Row,
  { line, path }: { readonly line: string | undefined; readonly path: string | undefined },
): boolean {
  if (line !== undefined) return row.line === Number(line);
  return (
    path === undefined ||
    row.path === path ||
    row.path.startsWith(`${path}.`) ||
    row.path.startsWith(`${path}[`)
  );
}

const mostCauses = 3;

/** The file's own text, and to the right of each value what made it. */
function objectText(
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

function asJson({ clusters, output }: ExplainOptions) {
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

function fail(
  rule: string,
  subject: string,
  said: { readonly message: string; readonly fix: string },
  world: World,
): number {
  printProblems([{ ...said, rule, severity: "error", at: headOf(subject) }], world);
  return exitCodes.problems;
}
