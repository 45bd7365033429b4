import { readStandardInput } from "../adapters/stdin.ts";
import { visible } from "../adapters/terminal.ts";
import { yaml } from "../kube/yaml.ts";
import { called } from "./resource-list.ts";
import type { Result } from "./resource-list.ts";
import type { AddCommand } from "./options.ts";
import { exitCodes } from "./world.ts";
import type { World } from "./world.ts";

export const addFn: AddCommand = (top, { world, finish }) => {
  top
    .command("fn")
    .description("render as a KRM function: a ResourceList in, a ResourceList out")
    .action(() => finish(fnCommand(readStandardInput(), world)));
};

/**
 * Answers a ResourceList as kustomize and kpt hand it to a function. What is wrong stands in its results, and on stderr,
 * for kustomize shows no results. Returns the exit code.
 */
export function fnCommand(input: string, world: World): number {
  const { list, results } = called(input, (files) => world.render(files));
  if (list !== undefined) world.stdout(yaml(list));
  world.stderr(results.map(line).join(""));
  return results.some(({ severity }) => severity === "error") ? exitCodes.problems : exitCodes.done;
}

function line({ message, severity, resourceRef: about, field, tags }: Result): string {
  const place = [about?.["kind"], about?.["namespace"], about?.["name"], field?.path].filter(
    (part) => part !== undefined,
  );
  const where = place.length > 0 ? `${place.join(" ")}: ` : "";
  return `${severity}: ${visible(`${where}${message}`)} [${tags.rule}]\n  fix: ${visible(tags.fix)}\n`;
}
