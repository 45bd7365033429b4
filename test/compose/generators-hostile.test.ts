import { expect, it } from "vitest";
import { render } from "../../generator/render.ts";

const kustomization = (generator: string) => [
  { path: "kustomization.yaml", text: `configMapGenerator: [{ name: a, ${generator} }]\n` },
];

it.each([
  ["a file of a megabyte without a key", "envs: [a.env]", [{ path: "a.env", text: "%\n".repeat(450_000) }]],
  ["ten thousand literals that are numbers", `literals: [${"1, ".repeat(10_000)}]`, []],
  ["ten thousand literals without a sign", `literals: [${"a, ".repeat(10_000)}]`, []],
])("says of %s the first fifty mistakes", (_, generator, files) => {
  const { problems } = render([...kustomization(generator), ...files]);

  expect(problems.length).toBeGreaterThan(0);
  expect(problems.length).toBeLessThanOrEqual(51);
});
