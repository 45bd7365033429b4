import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { kubectlKustomize } from "./kubectl.ts";
import { withConfigurations } from "./tree.ts";
import type { KustomizeTree } from "./tree.ts";

const schema = fileURLToPath(new URL("../../../schemas/openapi.json", import.meta.url));

/** What kustomize gives for a tree: its output, or `error: …`. */
export type Kustomizer = {
  readonly build: (tree: KustomizeTree) => Promise<string>;
  readonly end: () => void;
};

/**
 * kubectl, a process a tree; or the program of test/compose/kustomize, which takes thousands of trees, if
 * PGRENDER_TEST_KUSTOMIZE says where it is.
 */
export function kustomizer(program = process.env["PGRENDER_TEST_KUSTOMIZE"]): Kustomizer {
  if (program === undefined || program === "") return { build: kubectlKustomize, end: () => {} };
  const child = spawn(program, [schema], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    build: async (tree) => {
      const files = Object.fromEntries(withConfigurations(tree).map(({ path, text }) => [path, text]));
      child.stdin.write(`${JSON.stringify({ root: tree.root, files })}\n`);
      const { value, done } = await lines.next();
      if (done === true) throw new Error("the program ended");
      const { output = "", error }: { output?: string; error?: string } = JSON.parse(value);
      return error === undefined ? output : `error: ${error}\n`;
    },
    end: () => child.stdin.end(),
  };
}
