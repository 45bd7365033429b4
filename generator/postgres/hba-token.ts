/** A word of pg_hba.conf; in quotes a keyword is a name like any other. */
type Token = { readonly text: string; readonly quoted: boolean };

/** The words between two blanks, which commas separate. */
export type Field = readonly Token[];

/**
 * The fields of a line (hba.c, next_token): blanks separate fields, commas the words of one, also with blanks behind them;
 * double quotes keep both, and # begins a comment.
 */
export function tokenized(line: string): readonly Field[] | { readonly wrong: string; readonly fix: string } {
  const fields: Token[][] = [];
  let position = 0;
  let continued = false;
  for (;;) {
    while (/[ \t,]/.test(line.charAt(position)) && (continued || line.charAt(position) !== ",")) position++;
    // A comma with nothing before it separates nothing.
    while (line.charAt(position) === ",") position++;
    if (position >= line.length || line.charAt(position) === "#") return fields;
    if (/[ \t]/.test(line.charAt(position))) continue;
    const { token, end } = next(line, position);
    if (end === undefined) return { wrong: "has a quote that does not end", fix: "write a second one" };
    const field = fields.at(-1);
    if (continued && field !== undefined) field.push(token);
    else fields.push([token]);
    continued = line.charAt(end) === ",";
    position = continued ? end + 1 : end;
  }
}

function next(line: string, start: number): { token: Token; end: number | undefined } {
  let text = "";
  let inside = false;
  let position = start;
  const quoted = line.charAt(start) === '"';
  for (; position < line.length; position++) {
    const letter = line.charAt(position);
    if (!inside && /[ \t,#]/.test(letter)) break;
    if (letter !== '"') {
      text += letter;
    } else if (inside && line.charAt(position + 1) === '"') {
      text += letter;
      position++;
    } else {
      inside = !inside;
    }
  }
  return { token: { text, quoted }, end: inside ? undefined : position };
}
