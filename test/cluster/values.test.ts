import { expect, it } from "vitest";
import { valueSamples } from "../support/value-samples.ts";
import { unchecked } from "../support/verdicts.ts";
import { attempt } from "./support/kubectl.ts";
import { note } from "./support/note.ts";

/** Nothing is made in it. */
const namespace = "default";

/* `vitest -u` writes the signs in test/kube/values.tsv anew, to which a unit test holds our own verdict. */
it("the API server takes and refuses the values that are written down", async () => {
  const items = valueSamples.flatMap((sample, index) =>
    unchecked(sample).map((object, nth) => ({
      ...object,
      metadata: { ...object.metadata, name: `s${index}-${nth}`, namespace },
    })),
  );
  const { stdout } = await attempt(
    ["create", "--dry-run=server", "--validate=false", "-o", "name", "-f", "-"],
    JSON.stringify({ apiVersion: "v1", kind: "List", items }),
    600_000,
  );
  const taken = new Map<string, number>();
  for (const line of stdout.trim().split("\n")) {
    const index = /\/s(\d+)-\d+$/.exec(line)?.[1] ?? "";
    taken.set(index, (taken.get(index) ?? 0) + 1);
  }
  const signs = valueSamples.map((sample, index) =>
    taken.get(String(index)) === unchecked(sample).length ? "+" : "-",
  );
  const lines = valueSamples.map((sample, index) => `${signs[index]}\t${sample.line}\n`);

  expect(signs.filter((sign) => sign === "+").length).toBeGreaterThan(valueSamples.length / 4);
  note(`${valueSamples.length} values`);
  await expect(lines.join("")).toMatchFileSnapshot("../kube/values.tsv");
});
