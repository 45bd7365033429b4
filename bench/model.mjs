// A rendered fleet as others would write it: the objects of one cluster with holes, and what fills them in each cluster.
// So every tool gets the same model, and the least that it has to read.
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";

/**
 * Of a pack (see floor.mjs): `objects` are those of one cluster, with `{ $: index }` where clusters differ; each of
 * `clusters` has its id, the values for the holes, and its real objects. `holes` are the paths, object by object.
 */
export function modelOf(pack) {
  const clusters = readFileSync(pack, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line))
    .map(({ folder, files }) => ({
      id: folder.split("/").at(-1),
      objects: files.filter(([name]) => name !== "kustomization.yaml").map(([, object]) => object),
    }));
  const [first] = clusters;
  const columns = [];
  const objects = [];
  const holes = [];
  for (const [index] of first.objects.entries()) {
    const paths = [];
    const found = { columns, paths };
    objects.push(
      common(
        clusters.map((cluster) => cluster.objects[index]),
        found,
        [],
      ),
    );
    holes.push(paths);
  }
  const values = (at) => columns.map((column) => column[at]);
  return { objects, holes, clusters: clusters.map((cluster, at) => ({ ...cluster, values: values(at) })) };
}

/** What the trees share; where they do not, a hole for each of them. */
function common(trees, found, path) {
  const [first] = trees;
  if (trees.every((tree) => tree === first)) return first;
  if (trees.every(Array.isArray) && trees.every(({ length }) => length === first.length))
    return first.map((_, index) =>
      common(
        trees.map((tree) => tree[index]),
        found,
        [...path, index],
      ),
    );
  const keys = trees.map((tree) => (isRecord(tree) ? Object.keys(tree) : undefined));
  if (keys.every((names) => names !== undefined && isDeepStrictEqual(names, keys[0])))
    return Object.fromEntries(
      keys[0].map((key) => [
        key,
        common(
          trees.map((tree) => tree[key]),
          found,
          [...path, key],
        ),
      ]),
    );
  found.paths.push({ path, index: found.columns.length });
  return { $: found.columns.push(trees) - 1 };
}

function isRecord(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An object with its holes filled. */
export function filled(tree, values) {
  if (Array.isArray(tree)) return tree.map((item) => filled(item, values));
  if (!isRecord(tree)) return tree;
  if ("$" in tree) return values[tree.$];
  return Object.fromEntries(Object.entries(tree).map(([key, entry]) => [key, filled(entry, values)]));
}

/** JSON of an object, with what `hole` gives for a hole's index in its place. */
export function textOf(tree, hole) {
  return JSON.stringify(tree, undefined, 1).replaceAll(/\{\s*"\$":\s*(\d+)\s*\}/g, (_, index) => hole(index));
}
