import { progress } from "../adapters/progress.ts";
import { printProblems } from "../adapters/terminal.ts";
import { clustersOption, strictOption } from "./options.ts";
import type { AddCommand } from "./options.ts";
import { exitCodes, renderFolder, stops } from "./world.ts";
import type { World } from "./world.ts";

export type ValidateOptions = { readonly clusters: string; readonly strict: boolean };

export const addValidate: AddCommand = (top, { world, finish }) => {
  top
    .command("validate")
    .description("print what is wrong with the clusters folder")
    .addOption(clustersOption())
    .addOption(strictOption())
    .action((options: ValidateOptions) => finish(validateCommand(options, world)));
};

/** Renders in memory and prints what is wrong with the clusters folder, or nothing. Returns the exit code. */
export function validateCommand({ clusters, strict }: ValidateOptions, world: World): number {
  const counter = progress(world);
  const { problems } = renderFolder(clusters, world, counter);
  counter.clear();
  printProblems(problems, world);
  return stops(problems, strict) ? exitCodes.problems : exitCodes.done;
}
