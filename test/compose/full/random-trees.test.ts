import { afterAll, describe, expect, it } from "vitest";
import { kustomizer } from "../support/kustomizer.ts";
import { checkTrees } from "../support/random-check.ts";

const runs = Number(process.env["PGRENDER_TEST_TREES"] ?? 10_000);
const seed = Number(process.env["PGRENDER_TEST_SEED"] ?? 20261121);

describe(`${runs} random trees`, () => {
  const real = kustomizer();
  afterAll(real.end);

  it("are composed as kustomize composes them", async () => {
    const counts = await checkTrees(real, { runs, seed, stricter: new Set() });
    process.stdout.write(`random trees: seed ${seed}, ${JSON.stringify(counts)}\n`);
    expect(counts.trees).toBe(runs);
    // A generator whose trees are mostly refused proves little.
    expect(counts.equal).toBeGreaterThan(runs / 2);
  });
});
