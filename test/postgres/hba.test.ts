import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { hbaLine } from "../../generator/postgres/hba-line.ts";

it.each([15, 17])("of lines of pg_hba.conf we say what PostgreSQL %i says", (version) => {
  const file = readFileSync(new URL(`hba-${version}.tsv`, import.meta.url), "utf8");
  const rows = file.split("\n").slice(0, -1);
  const differences = rows.flatMap((row) => {
    const [verdict, line] = [row.slice(0, 1), row.slice(2)];
    const read = hbaLine(line, version);
    const ours = read === undefined ? "." : "wrong" in read ? "-" : "+";
    return ours === verdict
      ? []
      : [`${verdict} not ${ours}: ${line}${read !== undefined && "wrong" in read ? ` (${read.wrong})` : ""}`];
  });

  expect(differences).toEqual([]);
  expect(rows.length).toBeGreaterThan(1000);
});
