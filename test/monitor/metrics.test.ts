import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { at, byCodePoint, isTree, items, textAt } from "../support/object.ts";
import { dashboards, groups } from "./series.ts";

const known = readFileSync("test/monitor/metrics.txt", "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"));

const [model = ""] = Object.values(tree(at(dashboards, "data"))).map(String);
const dashboard: unknown = JSON.parse(model);
const panels = items(at(dashboard, "panels"));
const asked = panels.flatMap((panel) => items(at(panel, "targets")).map((target) => textAt(target, "expr")));
const alarmed = items(groups).flatMap((group) =>
  items(at(group, "rules")).map((rule) => textAt(rule, "expr")),
);

function tree(value: unknown) {
  return isTree(value) ? value : {};
}

/** The metrics of an expression: each of ours has its labels behind it. */
function named(expr: string): string[] {
  return [...expr.matchAll(/([a-zA-Z_:][\w:]*)\{/g)].map(([, name = ""]) => name);
}

describe("metrics", () => {
  it("that alerts and panels name are there", () => {
    expect(alarmed.every((expr) => named(expr).length > 0)).toBe(true);
    expect(asked.every((expr) => named(expr).length > 0)).toBe(true);
    expect([...alarmed, ...asked].flatMap(named).filter((name) => !known.includes(name))).toEqual([]);
  });

  it("of the rendered queries are those that a real exporter made of them", () => {
    const queries: unknown = parse(readFileSync("templates/exporter-queries.yaml", "utf8"));
    const made = Object.entries(tree(queries)).flatMap(([name, query]) =>
      items(at(query, "metrics")).flatMap((metric) =>
        Object.entries(tree(metric))
          .filter(([, how]) => textAt(how, "usage") !== "LABEL")
          .map(([column]) => `${name}_${column}`),
      ),
    );

    expect(made.toSorted(byCodePoint)).toEqual(known.filter((name) => name.startsWith("pgrender_")));
  });

  it("have their labels in every matcher, so that no other cluster's are looked at", () => {
    const matchers = [...alarmed, ...asked].flatMap((expr) => [...expr.matchAll(/\w+\{([^}]*)\}/g)]);
    const loose = matchers
      .map(([, labels = ""]) => labels)
      .filter((labels) => !/namespace="prod", (clustername="orders"|\w+=~".*orders)/.test(labels));

    expect(loose).toEqual([]);
  });
});

describe("the dashboard", () => {
  it("has panels that do not lie over each other, each with a name of its own", () => {
    const places = panels.map((panel) => JSON.stringify(at(panel, "gridPos")));

    expect(new Set(places).size).toBe(panels.length);
    expect(new Set(panels.map((panel) => textAt(panel, "title"))).size).toBe(panels.length);
    expect(new Set(panels.map((panel) => at(panel, "id"))).size).toBe(panels.length);
  });

  it("is found by Grafana's sidecar, under a name of its own", () => {
    expect(textAt(dashboards, "metadata", "labels", "grafana_dashboard")).toBe("1");
    expect(Object.keys(tree(at(dashboards, "data")))).toEqual(["postgres-prod-orders.json"]);
    expect(textAt(dashboard, "uid")).toMatch(/^pgrender-[0-9a-f]{8}$/);
  });
});
