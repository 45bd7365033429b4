import { expect, it } from "vitest";
import { namesIn } from "../../generator/select/names.ts";
import { units } from "../../generator/select/units.ts";

const long = 500_000;
const nested = Array.from({ length: 60 }, (_, depth) => `${" ".repeat(depth + 2)}a:\n`).join("");

it.each([
  ["a name that is deeply nested", `metadata:\n  name:\n${nested}`],
  ["blank lines", `metadata:\n${"\n".repeat(long)}`],
  ["lines of blanks", `metadata:\n${" \n".repeat(long / 2)}`],
  ["one line of blanks", `resources: ${" ".repeat(long)}x`],
  ["blanks before comments", `resources: ${" #".repeat(long / 2)}x`],
  ["many heads", "metadata:\n".repeat(long / 10)],
  ["many open braces", `metadata: ${"{".repeat(long)}`],
  ["names without a value", "name:\n".repeat(long / 6)],
  ["hyphens", "-".repeat(long)],
  ["question marks", "?".repeat(long)],
])("looks for names and paths at once in %s", (_, text) => {
  const start = process.cpuUsage();

  namesIn([{ path: "a.yaml", text }]);
  units([{ path: "kustomization.yaml", text }]);

  const { user, system } = process.cpuUsage(start);
  expect((user + system) / 1000).toBeLessThan(1500);
});
