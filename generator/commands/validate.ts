import { progress } from "../adapters/progress.ts";
import { printProblems } from "../adapters/terminal.ts";
import { isError } from "../problem.ts";
import { exitCodes, renderFolder } from "./world.ts";
import type { World } from "./world.ts";

export type ValidateOptions = { readonly clusters: string };

/** Renders in memory and prints what is wrong with the clusters folder, or nothing. Returns the exit code. */
export function validateCommand({ clusters }: ValidateOptions, world: World): number {
  const counter = progress(world);
  const { problems } = renderFolder(clusters, world, counter);
  counter.clear();
  printProblems(problems, world);
  return problems.some(isError) ? exitCodes.problems : exitCodes.done;
}
