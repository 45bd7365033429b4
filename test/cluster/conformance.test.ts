import { describe, it } from "vitest";
import { fixtureText, fixtures, folder } from "../compose/support/fixtures.ts";
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
