import { relative, sep } from "node:path";
import { Option } from "commander";
import { headOf } from "../adapters/fault.ts";
import { readInput } from "../adapters/input.ts";
import { below, printProblems, shownPath } from "../adapters/terminal.ts";
import { findFields } from "../explain/fields.ts";
import type { Field } from "../explain/fields.ts";
import { groundsOf } from "../explain/ground.ts";
import type { Ground } from "../explain/ground.ts";
import { explainObject } from "../explain/object.ts";
import type { Row, Wanted } from "../explain/object.ts";
import { rendersTo } from "../explain/renders.ts";
import type { Renders } from "../explain/renders.ts";
import { sample } from "../explain/sample.ts";
import type { Place } from "../problem.ts";
import { asJson, fieldText, objectText, rendersLines } from "./explain-text.ts";
import { clustersOption, outputOption } from "./options.ts";
import type { AddCommand } from "./options.ts";
import { exitCodes } from "./world.ts";
import type { World } from "./world.ts";

export type ExplainOptions = {
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

function explainFields(subject: string, { clusters, format }: ExplainOptions, world: World): number {
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
  const own = groundsOf(readInput(clusters).files);
  const found = fields.map((field) => ({ field, renders: tried(field, own) }));
  const place = ({ file, line }: Place) => ({ file: shownPath(clusters, file), line });
  if (format === "json") {
    const all = found.map(({ field, renders }) =>
      renders === undefined
        ? field
        : { ...field, renders: { ...renders, at: renders.isSample ? undefined : place(renders.at) } },
    );
    world.stdout(`${JSON.stringify(all, undefined, 2)}\n`);
  } else {
    const texts = found.map(({ field, renders }) => {
      if (renders === undefined) return fieldText(field, []);
      const { file, line } = place(renders.at);
      const where = renders.isSample
        ? "by adding it to an example cluster"
        : renders.isGiven
          ? `by changing ${file}:${line}`
          : `by adding it to ${file}`;
      return fieldText(field, [...rendersLines(renders.effects), `(seen ${where})`]);
    });
    world.stdout(texts.join("\n"));
  }
  return exitCodes.done;
}

/** In the clusters that are there, else in one that is made up. A field that is not rendered has nothing to show. */
function tried(field: Field, own: readonly Ground[]): (Renders & { readonly isSample: boolean }) | undefined {
  if (field.remark !== undefined) return undefined;
  const inOwn = rendersTo(field, own);
  if (inOwn !== undefined) return { ...inOwn, isSample: false };
  const inSample = rendersTo(field, groundsOf(sample));
  return inSample === undefined ? undefined : { ...inSample, isSample: true };
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

function fail(
  rule: string,
  subject: string,
  said: { readonly message: string; readonly fix: string },
  world: World,
): number {
  printProblems([{ ...said, rule, severity: "error", at: headOf(subject) }], world);
  return exitCodes.problems;
}
