import { describe, expect, it } from "vitest";
import { alternatives, glob } from "../../generator/select/glob.ts";

const matches = (pattern: string, text: string) => alternatives(pattern).some((each) => glob(each)(text));

describe("a pattern", () => {
  it.each([
    ["orders", "orders", true],
    ["orders", "orders-2", false],
    ["order?", "orders", true],
    ["shop/*", "shop/orders", true],
    ["shop/*", "shop/eu/orders", false],
    ["shop/**", "shop/eu/orders", true],
    ["**/orders", "orders", true],
    ["**/orders", "prod/eu/orders", true],
    ["**/orders", "prod/preorders", false],
    ["{prod,stage}/{a,b}*", "stage/bill", true],
    ["{prod,stage}/{a,b}*", "test/bill", false],
    ["a.b", "axb", false],
    ["a+(b)[c]^$|\\", "a+(b)[c]^$|\\", true],
    ["{a", "{a", true],
    ["{a}", "{a}", true],
  ])("%s on %s: %s", (pattern, text, expected) => {
    expect(matches(pattern, text)).toBe(expected);
  });

  it("of many braces does not grow without bound", () => {
    expect(alternatives("{a,b}".repeat(30)).length).toBeLessThanOrEqual(64);
  });
});
