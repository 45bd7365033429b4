import fc from "fast-check";
import { expect, it } from "vitest";
import { stringify } from "yaml";
import { refusal } from "../../generator/pgbackrest/option-value.ts";
import { optionNamed, options, withIndex } from "../../generator/pgbackrest/options.ts";
import type { Problem } from "../../generator/problem.ts";
import { render } from "../../generator/render.ts";
import { nastyText } from "../support/nasty.ts";

const seed = Number(process.env["PGRENDER_TEST_SEED"] ?? 20_261_121);

const names = [...options()].flatMap(([base, { index, was = [] }]) => [
  ...(index === undefined ? [base] : [base, withIndex(base, 1), withIndex(base, 2), withIndex(base, 7)]),
  ...was,
]);
const words = [...options().values()].flatMap(({ words: of = [], range = [] }) => [...of, ...range]);
const key = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...names) },
  { weight: 1, arbitrary: nastyText },
);
const value = fc.oneof(
  fc.constantFrom("y", "n", "1", "2026-01-31 12:00:00+00", "time", "a=b", "/x", ...words),
  nastyText,
);
const table = fc.dictionary(key, value, { maxKeys: 8 });

function said(
  global: Readonly<Record<string, string>>,
  restore: Readonly<Record<string, string>>,
): Problem[] {
  const pgbackrest = {
    image: "registry.example.com/pgbackrest:1",
    configuration: { secret: "keys" },
    repos: [
      { name: "repo1", storage: "pvc", volume: { size: "5Gi" } },
      { name: "repo2", storage: "s3", resource: "b", endpoint: "s3.example.com", region: "eu" },
    ],
    global,
    restore: { id: "a", options: restore },
  };
  const spec = { numberOfInstances: 1, volume: { size: "1Gi" }, postgresql: { version: "18" } };
  const text = stringify({
    apiVersion: "pgrender.dev/v1",
    kind: "PostgresCluster",
    metadata: { name: "a" },
    spec: { ...spec, backup: { pgbackrest } },
  });
  return [...render([{ path: "a.yaml", text }]).problems];
}

it("says of any table of options what is wrong, at a line of its own", () => {
  fc.assert(
    fc.property(table, table, (global, restore) => {
      for (const { message, fix, at } of said(global, restore)) {
        expect(message).not.toMatch(/undefined|\[object/);
        expect(message.length + fix.length).toBeLessThan(2000);
        expect(at.line).toBeGreaterThan(0);
      }
    }),
    { seed, numRuns: 300 },
  );
});

it("lets nothing through that pgBackRest would not read", () => {
  let taken = 0;
  fc.assert(
    fc.property(key, value, (name, text) => {
      const errors = said({ [name]: text }, {}).filter(({ severity }) => severity === "error");
      if (errors.length > 0) return;
      taken += 1;
      const spelt = optionNamed(name);
      expect(spelt?.option.place).toBeUndefined();
      expect(spelt === undefined ? "unknown" : refusal(spelt.option, text)).toBeUndefined();
      expect(text).not.toMatch(/[\r\n\0]/);
    }),
    { seed, numRuns: 500 },
  );
  expect(taken).toBeGreaterThan(20);
});

it("prints no secret of any option, wherever it stands", () => {
  const secrets = [...options()].filter(
    ([name, { secret }]) => secret === true && !/account|endpoint/.test(name),
  );

  const printed = secrets.flatMap(([base]) =>
    ["hunter2", "hunter2\nx", ""].flatMap((text) => {
      const name = withIndex(base, 2);
      return said({ [name]: text }, { [name]: text });
    }),
  );

  expect(printed.filter(({ message, fix }) => `${message}${fix}`.includes("hunter2"))).toEqual([]);
  expect(printed.filter(({ rule }) => rule === "backup-option-secret").length).toBeGreaterThanOrEqual(30);
});
