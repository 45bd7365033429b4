import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { at, items, textAt } from "../support/object.ts";
import { cases, type Case } from "./cases.ts";
import { groups, healthy } from "./series.ts";

/** Prometheus' own test of rules. */
const promtool = process.env["PROMTOOL"];

const rules = items(groups).flatMap((group) => items(at(group, "rules")));
const named = (rule: unknown) => `${textAt(rule, "alert")} ${textAt(rule, "labels", "severity")}`;

describe("the alerts of a cluster", () => {
  it("have each a case in which they fire, and one of the same that is near", () => {
    const fired = new Set(cases.flatMap(([, , , ...fires]) => fires));

    expect([...fired].toSorted()).toEqual([...new Set(rules.map(named))].toSorted());
    for (const name of fired) {
      const [firing, near] = [true, false].map((isSo) =>
        cases.filter(([, , , ...fires]) => fires.includes(name) === isSo),
      );
      const differing = new Set(firing?.flatMap(([, , differs]) => Object.keys(differs)));
      const isNear = near?.some(([, , differs]) => Object.keys(differs).some((one) => differing.has(one)));
      expect([name, isNear]).toEqual([name, true]);
    }
  });

  it("say what is wrong, and where it is told what to do", () => {
    const runbook = readFileSync("docs/alerts/README.md", "utf8");

    for (const rule of rules) {
      expect(runbook).toContain(`\n## ${textAt(rule, "alert")}\n`);
      expect(textAt(rule, "annotations", "runbook_url")).toMatch(
        new RegExp(`/docs/alerts/README\\.md#${textAt(rule, "alert").toLowerCase()}$`),
      );
      expect(textAt(rule, "annotations", "summary")).not.toBe("");
      expect(textAt(rule, "annotations", "description")).toMatch(/^[A-Z].*\.$/);
    }
  });

  it.skipIf(promtool === undefined)(
    "fire when they should, and not when it is near",
    () => {
      expect(verdict(cases)).toBe("");
    },
    300_000,
  );

  it.skipIf(promtool === undefined)("are found out when they do not fire", () => {
    const [fires, near] = [cases[1], cases[2]];
    if (fires === undefined || near === undefined) throw new Error("there are no cases");
    const [, minutes, differs] = near;

    expect(verdict([[fires[0], 1, fires[2], ...fires.slice(3).map(String)]])).toContain("FAILED");
    expect(verdict([["near", minutes, differs, "PostgresNoLeader critical"]])).toContain("FAILED");
  });
});

/** What promtool has against it that in each case those alerts fire and no others. */
function verdict(list: readonly Case[]): string {
  const folder = mkdtempSync(join(tmpdir(), "pgrender-alerts-"));
  try {
    writeFileSync(join(folder, "rules.yaml"), stringify({ groups }));
    const tests = list.map(([name, minutes, differs, ...fires]) => ({
      name,
      interval: "1m",
      input_series: Object.entries({ ...healthy, ...differs }).flatMap(([series, values]) =>
        values === undefined ? [] : [{ series, values }],
      ),
      promql_expr_test: [
        {
          expr: 'count by (alertname, severity) (ALERTS{alertstate="firing"})',
          eval_time: `${minutes}m`,
          exp_samples: fires.map((fired) => {
            const [alertname, severity] = fired.split(" ");
            return { labels: `{alertname="${alertname}", severity="${severity}"}`, value: 1 };
          }),
        },
      ],
    }));
    const text = stringify({ rule_files: ["rules.yaml"], evaluation_interval: "1m", tests });
    writeFileSync(join(folder, "tests.yaml"), text);
    const run = spawnSync(promtool ?? "", ["test", "rules", "tests.yaml"], { cwd: folder, encoding: "utf8" });
    return run.status === 0 ? "" : run.stdout + run.stderr;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
