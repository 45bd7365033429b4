import { styleText } from "node:util";
import { isError } from "../problem.ts";
import type { Problem } from "../problem.ts";

export type Terminal = {
  readonly stderr: (text: string) => void;
  /** Whether stderr is a terminal. */
  readonly isTerminal: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
};

/** A path below a folder, with the folder as the user typed it. "." is the folder itself. */
export function shownPath(folder: string, path: string): string {
  if (path === ".") return folder;
  return /[/\\]$/.test(folder) ? `${folder}${path}` : `${folder}/${path}`;
}

/** The same problems with places that can be opened from where the command was typed. */
export function below(folder: string, problems: readonly Problem[]): readonly Problem[] {
  return problems.map((problem) => ({
    ...problem,
    at: { ...problem.at, file: shownPath(folder, problem.at.file) },
  }));
}

/**
 * Prints problems, sorted by place and rule, each as `path:line:column: message [rule]` with its fix on a line below, and
 * after them how many there are. What reads the same is printed once. Prints nothing when there are none.
 */
export function printProblems(problems: readonly Problem[], terminal: Terminal): void {
  if (problems.length === 0) return;
  const colours = hasColours(terminal);
  const texts = new Map<string, Problem>();
  for (const problem of [...problems].sort(byPlace)) {
    const text = problemText(problem, colours);
    if (!texts.has(text)) texts.set(text, problem);
  }
  const errors = [...texts.values()].filter(isError).length;
  const counts = [count(errors, "error"), count(texts.size - errors, "warning")].filter(
    (part) => !part.startsWith("0 "),
  );
  terminal.stderr(`${[...texts.keys()].join("")}${counts.join(", ")}\n`);
}

/** `1 file`, `2 files`. */
export function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? "" : "s"}`;
}

/**
 * The text with what a terminal obeys or hides (control and format characters, line ends) spelt out: a file name must not
 * be able to forge a line of output or to turn its direction.
 */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) => {
    const short = new Map([
      ["\n", "\\n"],
      ["\r", "\\r"],
      ["\t", "\\t"],
    ]).get(character);
    return short ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
}

function problemText(problem: Problem, colours: boolean): string {
  // validateStream off: else styleText looks at stdout and FORCE_COLOR, which say nothing about stderr.
  const style = (format: Parameters<typeof styleText>[0], text: string) =>
    colours ? styleText(format, text, { validateStream: false }) : text;
  const { file, line, column } = problem.at;
  const place = style("bold", `${visible(file)}:${line}:${column}:`);
  const message = isError(problem)
    ? style("red", visible(problem.message))
    : `${style("yellow", "warning:")} ${visible(problem.message)}`;
  return `${place} ${message} ${style("dim", `[${visible(problem.rule)}]`)}\n  fix: ${visible(problem.fix)}\n`;
}

// https://no-color.org: only a value that is not empty counts.
function hasColours({ isTerminal, env }: Terminal): boolean {
  return isTerminal && (env["NO_COLOR"] ?? "") === "" && env["TERM"] !== "dumb";
}

function byPlace(a: Problem, b: Problem): number {
  return (
    compare(a.at.file, b.at.file) ||
    a.at.line - b.at.line ||
    a.at.column - b.at.column ||
    compare(a.rule, b.rule) ||
    compare(a.message, b.message)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
