import { describe, expect, it } from "vitest";
import { progress } from "../../generator/adapters/progress.ts";
import { below, printProblems, shownPath, visible } from "../../generator/adapters/terminal.ts";
import type { Terminal } from "../../generator/adapters/terminal.ts";
import type { Problem } from "../../generator/problem.ts";

const problem: Problem = {
  rule: "some-rule",
  severity: "error",
  message: "instances is 0",
  fix: "set instances: 1",
  at: { file: "clusters/a.yaml", line: 3, column: 5 },
};

function terminal(settings: Partial<Terminal> = {}) {
  const written: string[] = [];
  return {
    written,
    stderr: (text: string) => void written.push(text),
    isTerminal: false,
    env: {},
    ...settings,
  };
}

function printed(problems: readonly Problem[], settings: Partial<Terminal> = {}): string {
  const target = terminal(settings);
  printProblems(problems, target);
  return target.written.join("");
}

describe("printing problems", () => {
  it("gives place, message and rule on one line, the fix below, and the count at the end", () => {
    const warning: Problem = { ...problem, severity: "warning", at: { ...problem.at, line: 4 } };

    expect(printed([problem, warning])).toBe(
      [
        "clusters/a.yaml:3:5: instances is 0 [some-rule]",
        "  fix: set instances: 1",
        "clusters/a.yaml:4:5: warning: instances is 0 [some-rule]",
        "  fix: set instances: 1",
        "1 error, 1 warning",
        "",
      ].join("\n"),
    );
  });

  it("prints nothing when there is nothing", () => {
    expect(printed([])).toBe("");
  });

  it("sorts by file, line, column and rule, by number and code point", () => {
    const at = (file: string, line: number, column: number, rule = "r"): Problem => ({
      ...problem,
      rule,
      at: { file, line, column },
    });

    const lines = printed([
      at("b", 1, 1),
      at("a", 10, 1),
      at("a", 9, 2),
      at("a", 9, 1, "s"),
      at("a", 9, 1),
      at("B", 1, 1),
    ]);

    expect(
      lines.match(/^\w+:\d+:\d+:.*\[\w+\]/gm)?.map((line) => line.replace(" instances is 0 ", "")),
    ).toEqual(["B:1:1:[r]", "a:9:1:[r]", "a:9:1:[s]", "a:9:2:[r]", "a:10:1:[r]", "b:1:1:[r]"]);
    expect(lines).toMatch(/\n6 errors\n$/);
  });

  it("prints what reads the same once, and everything else", () => {
    const many = Array.from({ length: 50 }, (_, line) => ({ ...problem, at: { ...problem.at, line } }));

    expect(printed([...many, ...many])).toMatch(/\n50 errors\n$/);
  });

  it("spells out what would forge a line or turn its direction", () => {
    const forged = {
      ...problem,
      message: "a\nb\r\u001B[2Kc",
      at: { ...problem.at, file: "x\n\u202Ey.yaml" },
    };

    expect(printed([forged])).toContain(
      String.raw`x\n\u{202e}y.yaml:3:5: a\nb\r\u{1b}[2Kc [some-rule]` + "\n",
    );
    expect(visible("tab\t, ä, 💾")).toBe(String.raw`tab\t, ä, 💾`);
  });

  it.each([
    ["a terminal", { isTerminal: true }, true],
    ["a terminal with an empty NO_COLOR", { isTerminal: true, env: { NO_COLOR: "" } }, true],
    ["a terminal with NO_COLOR", { isTerminal: true, env: { NO_COLOR: "1" } }, false],
    ["a dumb terminal", { isTerminal: true, env: { TERM: "dumb" } }, false],
    ["a pipe", { isTerminal: false }, false],
    ["a pipe with FORCE_COLOR", { isTerminal: false, env: { FORCE_COLOR: "1" } }, false],
  ])("on %s colours are as they should be", (_name, settings, coloured) => {
    expect(printed([problem], settings).includes("\u001B[")).toBe(coloured);
  });

  it("puts the folder before the path as it was typed", () => {
    expect(shownPath("./specs/", "prod/a.yaml")).toBe("./specs/prod/a.yaml");
    expect(shownPath("../specs", "prod/a.yaml")).toBe("../specs/prod/a.yaml");
    expect(below("specs", [{ ...problem, at: { ...problem.at, file: "." } }])).toMatchObject([
      { at: { file: "specs" } },
    ]);
  });
});

describe("the counter", () => {
  function shownAt(times: readonly number[], settings: Partial<Terminal>): string[] {
    const target = terminal(settings);
    let now = 0;
    const counter = progress(target, () => now);
    for (const time of times) {
      now = time;
      counter.show("writing", time, 5000);
    }
    counter.clear();
    return target.written;
  }

  it("comes after a second, not too often, and is erased", () => {
    expect(shownAt([10, 999, 1000, 1050, 1100], { isTerminal: true })).toEqual([
      "\r\u001B[Kwriting 1000/5000",
      "\r\u001B[Kwriting 1100/5000",
      "\r\u001B[K",
    ]);
  });

  it("writes nothing for short work", () => {
    expect(shownAt([10, 500], { isTerminal: true })).toEqual([]);
  });

  it.each([
    ["stderr is no terminal", { isTerminal: false }],
    ["it runs in CI", { isTerminal: true, env: { CI: "true" } }],
    ["the terminal cannot erase", { isTerminal: true, env: { TERM: "dumb" } }],
  ])("is not shown when %s", (_when, settings) => {
    expect(shownAt([2000, 3000], settings)).toEqual([]);
  });
});
