import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { identifier, literal, scriptText, type Script } from "../../generator/postgres/sql.ts";
import { hostileNames } from "../support/hostile.ts";

/** What access.py reads in a text: databases, each with its pairs of a query and a statement. */
function read(text: string): unknown {
  const program = `
import json, sys
sys.path.insert(0, "templates")
import access
print(json.dumps(access.parts(json.load(sys.stdin))))
`;
  const { stdout, stderr } = spawnSync("python3", ["-c", program], {
    input: JSON.stringify(text),
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" },
    encoding: "utf8",
  });
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout);
}

const scripts = (names: readonly string[]): Script[] =>
  names.map((name) => ({
    database: name,
    steps: [
      {
        unless: `SELECT FROM pg_roles WHERE rolname = ${literal(name)}`,
        sql: `CREATE ROLE ${identifier(name)}`,
      },
    ],
  }));
const pairs = (given: readonly Script[]) =>
  given.map(({ database = null, steps }) => [
    database,
    steps.map((step) => ("each" in step ? [step.each, null] : [step.unless, step.sql])),
  ]);

describe("what is carried out", () => {
  it("is what was rendered, whatever the names are", () => {
    expect(hostileNames.length).toBeGreaterThan(100);

    expect(read(scriptText(scripts(hostileNames)))).toEqual(pairs(scripts(hostileNames)));
  });

  it("is what was rendered, for names of any characters but breaks of a line", () => {
    const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 });
    const name = text.filter((found) => !/[\n\r\0]/.test(found));
    const many = fc.sample(fc.array(name, { minLength: 1, maxLength: 5 }), { numRuns: 200, seed: 7 }).flat();

    expect(read(scriptText(scripts(many)))).toEqual(pairs(scripts(many)));
  });

  it("is what was rendered, for rows that are statements, and in each database", () => {
    const given: Script[] = hostileNames.map((name) => ({
      database: undefined,
      steps: [
        { each: `SELECT format('DROP ROLE %I', ${literal(name)})` },
        { unless: "SELECT", sql: "SELECT 1" },
      ],
    }));

    expect(read(scriptText(given))).toEqual(pairs(given));
  });

  it.each(["a\nb", "a\r\n-- unless: SELECT"])("never is a text in more lines than one: %j", (name) => {
    expect(() => scriptText(scripts([name]))).toThrow("breaks its line");
  });

  it.each(["", "a\0b"])("has no name that PostgreSQL cannot have: %j", (name) => {
    expect(() => identifier(name)).toThrow("no name");
  });
});
