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
 * Fails unless the floors did the render's work: with our emitter the same bytes; with the yaml package as many files and
 * about as many bytes, and the first and last mean the same.
 */
export function verifyFloors({ rendered, own, yaml }) {
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
}

/**
 * Fails unless a tool wrote the objects of the model: every one of them (`all`), or as many and those of one cluster. `alike`
 * gives an object without what the tool is known to write otherwise.
 */
export function verifyTool({ name, alike = (object) => object }, output, { clusters }, all) {
  const files = [...tree(output)];
  const expected = clusters.flatMap(({ objects }) => objects);
  must(
    files.length === expected.length,
    `${name} wrote ${files.length} files for ${expected.length} objects`,
  );
  const { id } = clusters[0];
  const shown = all ? files : files.filter(([path]) => path.startsWith(`${id}/`));
  const wanted = all ? expected : clusters[0].objects;
  must(shown.length === wanted.length, `${name} wrote ${shown.length} of ${wanted.length} objects of ${id}`);
  const found = new Map(
    shown.map(([, bytes]) => alike(read(bytes))).map((object) => [keyOf(object), object]),
  );
  for (const object of wanted)
    must(
      isDeepStrictEqual(found.get(keyOf(object)), alike(object)),
      `${name} has another ${keyOf(object)} than the render`,
    );
}

function keyOf({ kind, metadata }) {
  return `${kind} ${metadata.namespace}/${metadata.name}`;
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
