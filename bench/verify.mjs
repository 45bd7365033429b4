import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { parse } from "yaml";

/** Files below a folder, by path, without the inventory that only a render has. */
function tree(dir) {
  const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => path !== join(dir, "inventory.json"))
      .map((path) => [relative(dir, path), readFileSync(path)]),
  );
}

function size(files) {
  return [...files.values()].reduce((sum, { length }) => sum + length, 0);
}

/** How many files a folder holds and how many bytes. */
export function measureTree(dir) {
  const files = tree(dir);
  return { files: files.size, bytes: size(files) };
}

/**
 * Fails unless all did the same work: the floor with our emitter wrote the bytes that the render wrote; the floor with
 * the yaml package as many objects and about as many bytes, and the first and last mean the same; kustomize as many
 * objects and about as many bytes.
 */
export function verify({ rendered, own, yaml, kustomize }) {
  const [expected, same, alike] = [rendered, own, yaml].map(tree);
  must(same.size === expected.size, `the floor wrote ${same.size} files, the render ${expected.size}`);
  for (const [path, bytes] of expected)
    must(same.get(path)?.equals(bytes) === true, `the floor's ${path} differs`);

  must(alike.size === expected.size, `the yaml floor wrote ${alike.size} files, the render ${expected.size}`);
  about(size(alike), size(expected), 0.1, "the yaml floor");
  for (const path of [[...expected.keys()][0], [...expected.keys()].at(-1)])
    must(
      isDeepStrictEqual(read(alike.get(path)), read(expected.get(path))),
      `the yaml floor's ${path} means another thing`,
    );

  if (kustomize === undefined) return;
  const built = tree(kustomize);
  // A kustomization.yaml a cluster is for kustomize, and is not in what it builds.
  const objects = [...expected.keys()].filter((path) => !path.endsWith("/kustomization.yaml")).length;
  must(built.size === objects, `kustomize wrote ${built.size} objects, the render ${objects}`);
  about(size(built), size(expected), 0.2, "kustomize");
}

function read(bytes) {
  return parse(String(bytes), { version: "1.1" });
}

function about(bytes, expected, tolerance, who) {
  const off = Math.abs(bytes / expected - 1);
  must(off <= tolerance, `${who} wrote ${bytes} bytes, the render ${expected}`);
}

function must(holds, otherwise) {
  if (!holds) throw new Error(otherwise);
}
