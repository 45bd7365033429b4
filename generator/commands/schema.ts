import { planOutput } from "../adapters/output.ts";
import { below, count, printProblems } from "../adapters/terminal.ts";
import { writeOutput } from "../adapters/write.ts";
import { asset } from "../assets.ts";
import type { File } from "../file.ts";
import { isError } from "../problem.ts";
import { folderOption } from "./options.ts";
import type { AddCommand } from "./options.ts";
import { exitCodes } from "./world.ts";
import type { World } from "./world.ts";

export type SchemaOptions = { readonly output: string };

export const addSchema: AddCommand = (top, { world, finish }) => {
  top
    .command("schema")
    .description("write the schemas that editors and kustomize read")
    .addOption(folderOption("--output <DIR>", "folder for the schemas", "schemas"))
    .action((options: SchemaOptions) => finish(schemaCommand(options, world)));
};

export const schemaFiles = [
  "any.json",
  "configurations.yaml",
  "kustomization.yaml",
  "openapi.json",
  "operatorconfiguration.json",
  "postgrescluster.json",
  "postgresql.json",
  "settings.json",
] as const;

/** What editors and kustomize have to know of pgrender's kinds; docs/schemas.md tells what each is for. */
export function schemaTexts(): readonly File[] {
  return schemaFiles.map((path) => ({ path, text: asset(`schemas/${path}`) }));
}

/** Writes the schemas of this version into a folder, as a render writes its output. Returns the exit code. */
export function schemaCommand({ output }: SchemaOptions, world: World): number {
  const { plan, problems } = planOutput(output, schemaTexts());
  const failure = plan === undefined ? undefined : writeOutput(plan);
  const found = below(output, [...problems, ...(failure === undefined ? [] : [failure])]);
  printProblems(found, world);
  if (plan === undefined || found.some(isError)) return exitCodes.problems;
  world.stderr(`${count(plan.writes.length, "file")} written, ${plan.unchanged} unchanged\n`);
  return exitCodes.done;
}
