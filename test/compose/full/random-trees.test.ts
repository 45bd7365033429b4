import { afterAll, describe, expect, it } from "vitest";
import { kustomizer } from "../support/kustomizer.ts";
import { checkTrees } from "../support/random-check.ts";

const runs = Number(process.env["PGRENDER_TEST_TREES"] ?? 10_000);
const seed = Number(process.env["PGRENDER_TEST_SEED"] ?? 20261121);

// What a replacement has renamed is not there any more for who means it by its old name: kustomize passes over that in
// silence (docs/composition.md).
const stricter = new Set(["patch-target", "replacement-target"]);

describe(`${runs} random trees`, () => {
  const real = kustomizer();
  afterAll(real.end);

  it("are composed as kustomize composes them", async () => {
    const counts = await checkTrees(real, { runs, seed, stricter });
    process.stdout.write(`random trees: seed ${seed}, ${JSON.stringify(counts)}\n`);
    expect(counts.trees).toBe(runs);
    const strict = Object.values(counts.ours).reduce((sum, count) => sum + count, 0);
    expect(strict).toBeLessThan(runs / 50);
    // A generator whose trees are mostly refused proves little.
    expect(counts.equal).toBeGreaterThan(runs / 2);
  });
});
