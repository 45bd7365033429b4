import { execFile, execFileSync } from "node:child_process";
import { join } from "node:path";
import { onDisk, withSchemas } from "./tree.ts";
import type { KustomizeTree } from "./tree.ts";

/** What `kubectl kustomize` prints for a tree, or `error: …` where it refuses. */
export function kubectlKustomize(tree: KustomizeTree): Promise<string> {
  return onDisk(withSchemas(tree), async (dir) => {
    const { error, stdout, stderr } = await build(join(dir, tree.root));
    if (error === null) return stdout;
    return `error: ${message(stderr, dir)}\n`;
  });
}

/** The kustomize that is built into kubectl, e.g. `v5.5.0`. */
export function kustomizeVersion(): string {
  const version: unknown = JSON.parse(
    execFileSync("kubectl", ["version", "--client", "-o", "json"], { encoding: "utf8" }),
  );
  return typeof version === "object" && version !== null
    ? String(Reflect.get(version, "kustomizeVersion"))
    : "unknown";
}

function build(folder: string): Promise<{ error: Error | null; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile("kubectl", ["kustomize", folder], { maxBuffer: 1 << 26 }, (error, stdout, stderr) =>
      resolve({ error, stdout, stderr }),
    );
  });
}

/** What went wrong in one line, without what differs from run to run. */
function message(stderr: string, dir: string): string {
  const [, said = stderr] = / err="(.*)"$/m.exec(stderr) ?? / err=<\n([^]*?)\n ?>/.exec(stderr) ?? [];
  return said
    .replaceAll(dir, "")
    .replaceAll(/0x[0-9a-f]+/g, "0x…")
    .replaceAll(/\s+/g, " ")
    .replaceAll('\\"', '"')
    .replace(/^ ?error: /i, "")
    .trim()
    .slice(0, 200);
}
