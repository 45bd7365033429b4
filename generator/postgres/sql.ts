/** The database that is there in every cluster. */
export const firstDatabase = "postgres";

/** A name in SQL. Throws for what PostgreSQL cannot have in one: the schema keeps it out. */
export function identifier(name: string): string {
  if (name === "" || name.includes("\0")) throw new Error("no name for PostgreSQL");
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text in SQL, whatever standard_conforming_strings says. */
export function literal(text: string): string {
  if (text.includes("\0")) throw new Error("no text for PostgreSQL");
  const quoted = `'${text.replaceAll("'", "''").replaceAll("\\", "\\\\")}'`;
  return text.includes("\\") ? `E${quoted}` : quoted;
}

/** A role's OID. An error where there is none of this name. */
export function roleId(name: string): string {
  return `${literal(identifier(name))}::regrole`;
}

/** A statement, and the query that finds a row if it is not needed. */
export type Statement = { readonly unless: string; readonly sql: string };

/** A query whose rows are the statements, for what only the server can name. It finds none if nothing is needed. */
type Statements = { readonly each: string };

export type Step = Statement | Statements;

/** What is to be done in one database, or (undefined) in each that can be connected to. */
export type Script = { readonly database: string | undefined; readonly steps: readonly Step[] };

/**
 * Scripts as a text that a person reads as SQL of psql's: each statement below a comment with its query, all on one line each.
 * `access.py` reads it again.
 */
export function scriptText(scripts: readonly Script[]): string {
  return scripts
    .filter(({ steps }) => steps.length > 0)
    .map(({ database, steps }) =>
      [
        database === undefined ? "-- in each database\n" : `\\connect ${identifier(database)}\n`,
        ...steps.map((step) =>
          "each" in step
            ? `${oneLine(step.each)} \\gexec\n`
            : `-- unless: ${oneLine(step.unless)}\n${oneLine(step.sql)};\n`,
        ),
      ].join("\n"),
    )
    .join("\n");
}

function oneLine(sql: string): string {
  if (/[\n\r]/.test(sql)) throw new Error("a statement breaks its line");
  return sql;
}
