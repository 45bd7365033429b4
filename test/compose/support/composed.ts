import { compose } from "../../../generator/compose/index.ts";
import type { Problem } from "../../../generator/problem.ts";
import type { KustomizeTree } from "./tree.ts";

/** What our composition makes of a tree: the documents of its root. */
export function composed({ root, files }: KustomizeTree): {
  readonly documents: readonly unknown[];
  readonly problems: readonly Problem[];
} {
  const { roots, problems } = compose(files);
  const found = roots.find(({ folder }) => folder === root);
  return { documents: found?.documents.map(({ value }) => value) ?? [], problems };
}
