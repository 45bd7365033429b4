import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, posix } from "node:path";
import { asset } from "../../../generator/assets.ts";
import type { File } from "../../../generator/file.ts";

/** Kustomizations and what they name. `root` is the folder that is built, "" for the top of the tree. */
export type KustomizeTree = { readonly root: string; readonly files: readonly File[] };

const kustomization = /(^|\/)(kustomization\.ya?ml|Kustomization)$/;

/**
 * The tree as kustomize has to see it so that it knows our kinds: with the published schema in the root, and the published
 * configurations in every layer.
 */
export function withSchemas(tree: KustomizeTree): readonly File[] {
  const { root } = tree;
  return withConfigurations(tree).flatMap(({ path, text }) => {
    const folder = posix.dirname(path) === "." ? "" : posix.dirname(path);
    if (!kustomization.test(path) || folder !== root) return [{ path, text }];
    const openapi = "openapi:\n  path: pgrender-openapi.json\n";
    return [
      { path, text: text + openapi },
      { path: posix.join(folder, "pgrender-openapi.json"), text: asset("schemas/openapi.json") },
    ];
  });
}

/** The same without the schema, for a program that has read it. */
export function withConfigurations({ files }: KustomizeTree): readonly File[] {
  return files.flatMap(({ path, text }) => {
    if (!kustomization.test(path)) return [{ path, text }];
    const configurations = posix.join(posix.dirname(path), "pgrender-configurations.yaml");
    return [
      { path, text: `${text}configurations:\n  - pgrender-configurations.yaml\n` },
      { path: configurations, text: asset("schemas/configurations.yaml") },
    ];
  });
}

/** Does something with files on disk, in a folder that is gone afterwards. */
export async function onDisk<T>(files: readonly File[], work: (dir: string) => Promise<T>): Promise<T> {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), "pgrender-tree-")));
  try {
    for (const { path, text } of files) {
      mkdirSync(join(dir, dirname(path)), { recursive: true });
      writeFileSync(join(dir, path), text);
    }
    return await work(dir);
  } finally {
    rmSync(dir, { recursive: true });
  }
}
