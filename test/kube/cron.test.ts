import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { cronProblem } from "../../generator/kube/cron.ts";

it("of a schedule we say what Kubernetes says", () => {
  const rows = readFileSync(new URL("cron.tsv", import.meta.url), "utf8")
    .split("\n")
    .slice(0, -1);
  const differences = rows.flatMap((row) => {
    const [verdict, schedule] = [row.slice(0, 1), row.slice(2)];
    const problem = cronProblem(schedule);
    const ours = problem === undefined || problem.never === true ? "+" : "-";
    return ours === verdict ? [] : [`${verdict} not ${ours}: ${schedule}`];
  });

  expect(differences).toEqual([]);
  expect(rows.length).toBeGreaterThan(90);
});

it.each(["0 0 31 2 *", "0 0 30 feb ?", "0 0 31 4,6 *"])("%s never runs", (schedule) => {
  expect(cronProblem(schedule)?.never).toBe(true);
});

it.each(["0 0 29 2 *", "0 0 31 2 1", "0 0 31 4,5 *"])("%s runs", (schedule) => {
  expect(cronProblem(schedule)).toBeUndefined();
});
