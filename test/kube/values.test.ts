import { expect, it } from "vitest";
import { valueSamples } from "../support/value-samples.ts";
import { ourErrors } from "../support/verdicts.ts";
import { stricter } from "./values-stricter.ts";

/* What a real API server says: test/cluster/values.test.ts writes it down. */
it("takes and refuses what the API server takes and refuses, but for what is listed", () => {
  const different = valueSamples.flatMap((sample) => {
    const { line, taken } = sample;
    const [error] = ourErrors(sample);
    if ((error === undefined) === taken) return [];
    const reason = stricter.find(({ lines }) => lines.some((pattern) => line.startsWith(pattern)))?.reason;
    return reason !== undefined && error !== undefined
      ? []
      : [
          `${taken ? "false refusal" : "missed"}: ${line}${error === undefined ? "" : ` => ${error.message}`}`,
        ];
  });

  expect(different).toEqual([]);
  const lines = valueSamples.map(({ line }) => line);
  const idle = stricter.flatMap((entry) =>
    entry.lines.filter((start) => !lines.some((line) => line.startsWith(start))),
  );
  expect(idle).toEqual([]);
  process.stdout.write(
    `values: ${valueSamples.length}, ${valueSamples.filter(({ taken }) => taken).length} of them taken\n`,
  );
});
