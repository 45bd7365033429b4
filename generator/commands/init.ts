import { createFiles } from "../adapters/create.ts";
import { digest, inventoryName, inventoryText } from "../adapters/inventory.ts";
import { below, printProblems, shownPath, visible } from "../adapters/terminal.ts";
import { asset } from "../assets.ts";
import type { File } from "../file.ts";
import type { AddCommand } from "./options.ts";
import { schemaTexts } from "./schema.ts";
import { exitCodes } from "./world.ts";
import type { World } from "./world.ts";

export const addInit: AddCommand = (top, { world, finish }) => {
  top
    .command("init")
    .description("make a repository that is ready for a first pull request")
    .argument("[DIR]", "its folder", ".")
    .action((dir: string) => finish(initCommand(dir, world)));
};

/** What is written, and the template of each. */
const contents: readonly (readonly [path: string, template: string])[] = [
  ["README.md", "README.md"],
  [".gitignore", "gitignore"],
  [".github/workflows/render.yml", "workflow.yml"],
  ["clusters/pgrender.yaml", "pgrender.yaml"],
  ["clusters/base/kustomization.yaml", "base.kustomization.yaml"],
  ["clusters/base/fleet.yaml", "fleet.yaml"],
  ["clusters/components/synchronous/kustomization.yaml", "component.kustomization.yaml"],
  ["clusters/prod/kustomization.yaml", "prod.kustomization.yaml"],
  ["clusters/prod/example.yaml", "example.yaml"],
];

/** Writes a repository into a folder, or nothing at all if any of its files is there. Returns the exit code. */
function initCommand(dir: string, world: World): number {
  const files = [
    ...contents.map(([path, template]): File => {
      const text = asset(`templates/init/${template}`);
      return { path, text: text.replaceAll("{version}", world.version) };
    }),
    ...schemas(),
  ];
  const problems = below(dir, createFiles(dir, files));
  printProblems(problems, world);
  if (problems.length > 0) return exitCodes.problems;
  world.stdout(
    `${files.map(({ path }) => `${visible(dir === "." ? path : shownPath(dir, path))}\n`).join("")}`,
  );
  const go = dir === "." ? "" : `cd ${visible(dir)} && `;
  world.stderr(`${go}pgrender new NAME adds a cluster, pgrender render makes its manifests\n`);
  return exitCodes.done;
}

/** The schemas as `pgrender schema` writes them, with the record by which it replaces them after an upgrade. */
function schemas(): readonly File[] {
  const files = schemaTexts();
  const record = inventoryText(new Map(files.map(({ path, text }) => [path, digest(text)])));
  return [...files, { path: inventoryName, text: record }].map(({ path, text }) => ({
    path: `schemas/${path}`,
    text,
  }));
}
