import { describe, expect, it } from "vitest";
import { fixtureText, fixtures, folder } from "../compose/support/fixtures.ts";
import { checkTrees } from "../compose/support/random-check.ts";
import { kubectlKustomize, kustomizeVersion } from "../compose/support/kubectl.ts";

/*
 * That the records of test/compose/conformance are kubectl's own. `vitest -u` writes them anew:
 * npx vitest run --project cluster test/cluster/conformance.test.ts -u
 */
describe(`what kubectl kustomize (${kustomizeVersion()}) gives`, () => {
  it.concurrent.for(fixtures())("$name", async (fixture, { expect }) => {
    const recorded = await kubectlKustomize(fixture.tree);
    await expect(fixtureText(fixture, recorded)).toMatchFileSnapshot(`${folder}/${fixture.name}.txt`);
  });
});

it("and of random trees it gives what we compose", async () => {
  const real = { build: kubectlKustomize, end: () => {} };
  const counts = await checkTrees(real, { runs: 60, seed: 20261121, stricter: new Set() });
  expect(counts.trees).toBe(60);
  expect(counts.equal).toBeGreaterThan(30);
});
