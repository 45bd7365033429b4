import fc from "fast-check";
import { expect } from "vitest";
import { isError } from "../../../generator/problem.ts";
import { composed } from "./composed.ts";
import { byId, documentsOf } from "./fixtures.ts";
import type { Kustomizer } from "./kustomizer.ts";
import { tree as randomTree } from "./random-tree.ts";
import type { KustomizeTree } from "./tree.ts";

/** How many trees were composed alike, refused by both, or refused by us alone, by the rule that refused them. */
export type Counts = { trees: number; equal: number; refused: number; ours: Record<string, number> };

/**
 * Composes random trees with both, and throws at the smallest tree that differs. `stricter` are the rules by which we
 * refuse what kustomize lets pass, each of them in docs/composition.md.
 */
export async function checkTrees(
  real: Kustomizer,
  { runs, seed, stricter }: { runs: number; seed: number; stricter: ReadonlySet<string> },
): Promise<Counts> {
  const counts: Counts = { trees: 0, equal: 0, refused: 0, ours: {} };
  const property = fc.asyncProperty(randomTree, async (tree) => {
    const said = await real.build(tree);
    counts.trees += 1;
    compare(tree, said, { counts, stricter });
  });
  await fc.assert(property, { numRuns: runs, seed });
  return counts;
}

function compare(
  tree: KustomizeTree,
  said: string,
  { counts, stricter }: { counts: Counts; stricter: ReadonlySet<string> },
): void {
  const { documents, problems } = composed(tree);
  const errors = problems.filter(isError);
  if (said.startsWith("error: ")) {
    expect(errors, `kustomize refuses: ${said}${shown(tree)}`).not.toEqual([]);
    counts.refused += 1;
    return;
  }
  const rules = errors.map(({ rule }) => rule);
  expect(
    errors.filter(({ rule }) => !stricter.has(rule)),
    `refused, but not by kustomize:${shown(tree)}`,
  ).toEqual([]);
  if (rules.length === 0) {
    expect(byId(documents)).toEqual(byId(documentsOf(said)));
    counts.equal += 1;
  }
  for (const rule of new Set(rules)) counts.ours[rule] = (counts.ours[rule] ?? 0) + 1;
}

function shown({ root, files }: KustomizeTree): string {
  return `\nroot ${root}\n${files.map(({ path, text }) => `=== ${path} ===\n${text}`).join("")}`;
}
