/** A place in a file of the user's: 1-based line and column, as editors count. */
export type Place = { readonly file: string; readonly line: number; readonly column: number };

export type Severity = "error" | "warning";

/**
 * Something that the user has to know or mend. Problems are returned, never thrown, so that a run shows all of them.
 * An error keeps the whole run from writing; a warning does not.
 */
export type Problem = {
  /** Kebab-case name of the rule, printed in brackets: the handle for searching and for tests. */
  readonly rule: string;
  readonly severity: Severity;
  /** What is wrong, with the offending value, in one line. */
  readonly message: string;
  /** What to do about it. */
  readonly fix: string;
  readonly at: Place;
};

export function isError(problem: Problem): boolean {
  return problem.severity === "error";
}

/** Each problem once: a base that many folders are composed of has its mistakes in all of them. */
export function distinct(problems: readonly Problem[]): Problem[] {
  const byText = new Map<string, Problem>();
  for (const problem of problems) {
    const { rule, message, at } = problem;
    const key = `${at.file}:${at.line}:${at.column} ${rule} ${message}`;
    if (!byText.has(key)) byText.set(key, problem);
  }
  return [...byText.values()];
}
