import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { refusal } from "../../generator/postgres/setting-value.ts";
import { setting } from "../../generator/postgres/settings.ts";
import { samples } from "../support/samples.ts";

describe("what we say of a parameter is what PostgreSQL says", () => {
  it.each([15, 17])("in version %i, for every setting and every sample", (version) => {
    const file = new URL(`verdicts-${version}.tsv`, import.meta.url);
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");

    const differences = lines.flatMap((line) => {
      const [name = "", verdicts = ""] = line.split("\t");
      const known = setting(version, name);
      if (known === undefined) return [`${name} is unknown`];
      const values = samples(known);
      if (values.length !== verdicts.length) return [`${name} has ${values.length} samples`];
      return values.flatMap((value, index) => {
        const taken = refusal(known, value) === undefined;
        return taken === (verdicts[index] === "+")
          ? []
          : [`${name} = ${JSON.stringify(value)}: ${taken ? "taken" : "refused"} by us`];
      });
    });
    const pairs = lines.reduce((sum, line) => sum + line.length - line.indexOf("\t") - 1, 0);

    expect(differences).toEqual([]);
    expect(pairs).toBeGreaterThan(10_000);
  });
});
