import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { File } from "../generator/file.ts";
import { form } from "../generator/pipeline/forms.ts";
import { render } from "../generator/render.ts";
import type { Problem } from "../generator/problem.ts";
import { filesIn } from "./support/files.ts";

/*
 * A table of mistakes: `=== what ===`, what the user wrote, and behind => what is said about it. What is written at the
 * level of the spec stands in a spec that is otherwise right. `vitest -u` writes what is said anew: read it as one who is
 * woken by it.
 */
const folder = fileURLToPath(new URL("faults", import.meta.url));

const start = [
  "apiVersion: pgrender.dev/v1",
  "kind: PostgresCluster",
  "metadata: { name: orders, namespace: prod }",
  "spec:",
];
const right: readonly (readonly [key: string, line: string])[] = [
  ["numberOfInstances", "  numberOfInstances: 2"],
  ["postgresql", '  postgresql: { version: "18" }'],
  ["volume", "  volume: { size: 5Gi }"],
];
const settings = {
  path: "pgrender.yaml",
  text: "apiVersion: pgrender.dev/v1\nkind: Settings\nspec: { apiServer: { cidrs: [10.96.0.1/32] } }\n",
};

/** What the rows of composition.txt lay their own over: `## path` stands before each file of a row. */
const base = [
  { path: "base/kustomization.yaml", text: "resources: [orders.yaml]\n" },
  {
    path: "base/orders.yaml",
    text: `${[...start.with(2, "metadata: { name: orders }"), ...right.map(([, line]) => line), "  teamId: shop"].join("\n")}\n`,
  },
];

function written(row: string): readonly File[] {
  const [, ...parts] = row.split(/^## (.+)\n/m);
  const own = parts.flatMap((path, index) =>
    index % 2 === 0 ? [{ path, text: parts[index + 1] ?? "" }] : [],
  );
  return [...base.filter(({ path }) => own.every((file) => file.path !== path)), ...own];
}

type Fault = {
  readonly name: string;
  readonly written: string;
  readonly files: readonly File[];
  readonly problems: readonly Problem[];
};

function faults(table: string): readonly Fault[] {
  const [, ...parts] = table.split(/^=== (.+) ===\n/m);
  return parts.flatMap((name, index) => {
    if (index % 2 === 1) return [];
    const row = (parts[index + 1] ?? "").replace(/^=> [^]*$/m, "");
    const rest = right.filter(([key]) => !new RegExp(`^  ${key}:`, "m").test(row)).map(([, line]) => line);
    const text = row.startsWith("  ") ? [...start, ...rest, row].join("\n") : row;
    const files = row.startsWith("## ") ? written(row) : [{ path: "orders.yaml", text }];
    const { problems } = render([...files, settings]);
    return [{ name, written: row, files, problems }];
  });
}

const tables = filesIn(folder).map(({ path, text }) => ({ path, rows: faults(text) }));
// What a later version will render is said beside the mistake.
const said = ({ problems }: Fault) => problems.filter(({ rule }) => rule !== "not-rendered-yet");

describe("what is said about mistakes of the kind", () => {
  it.each(tables)("$path", async ({ path, rows }) => {
    const text = rows
      .map((row) => {
        const lines = said(row).map(
          ({ at, severity, rule, message, fix }) =>
            `=> ${at.file}:${at.line}:${at.column} ${severity} ${rule}\n=>   ${message}\n=>   ${fix}\n`,
        );
        return `=== ${row.name} ===\n${row.written}${lines.join("")}`;
      })
      .join("");

    await expect(text).toMatchFileSnapshot(`${folder}/${path}`);
  });
});

it("finds every mistake, at its line, with the field and what to do", () => {
  const rows = tables.flatMap((table) => table.rows);

  const bad = rows.flatMap((row) => {
    const unclear = said(row).filter(({ at, rule, message, fix }) => {
      const file = row.files.find(({ path }) => path === at.file);
      const line = file?.text.split("\n")[at.line - 1] ?? "";
      const words = line.split(/[^\w.%-]+/).filter((word) => word.length > 0);
      // A field or a value of the line is named, unless what is wrong is that something is not there, or is no YAML.
      const isAbsent =
        /^(missing-field|no-kind|not-an-object|yaml-\w+|unknown-alias|not-composed|kustomization-\w+|patch-(form|lost))$/.test(
          rule,
        );
      const isNamed = isAbsent || words.some((word) => `${message} ${fix}`.includes(word));
      const isMended = /\S{2,}/.test(fix) && !fix.includes("something that matches");
      return line.trim() === "" || !isNamed || !isMended;
    });
    return said(row).length === 0 ? [row.name] : unclear.map(({ message }) => `${row.name}: ${message}`);
  });

  expect(bad).toEqual([]);
  expect(rows.length).toBeGreaterThanOrEqual(160);
  process.stdout.write(`faults: ${rows.length}\n`);
});

it.each(["schema", "operator-configuration.schema", "settings.schema"])(
  "has words for every pattern of %s.json",
  (name) => {
    const file = fileURLToPath(new URL(`../generator/cluster/${name}.json`, import.meta.url));
    const patterns: string[] = [];
    JSON.parse(readFileSync(file, "utf8"), (key, value) => {
      if (key === "pattern" && typeof value === "string") patterns.push(value);
      return value;
    });

    expect(patterns.filter((pattern) => form(pattern).startsWith("something that"))).toEqual([]);
  },
);
