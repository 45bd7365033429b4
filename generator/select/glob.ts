/** Whether a text is what a pattern describes. */
export type Match = (text: string) => boolean;

/**
 * A pattern as shells have it: `*` any letters but `/`, `**` any at all, `?` one, `{a,b}` either. Everything else stands
 * for itself. There is no pattern that cannot be read: a brace without its partner stands for itself, too.
 */
export function glob(pattern: string): Match {
  const expression = new RegExp(`^(?:${alternatives(pattern).map(source).join("|")})$`, "su");
  return (text) => expression.test(text);
}

/** The patterns that a pattern with braces stands for. At most 64: more is nobody's list of clusters. */
export function alternatives(pattern: string): readonly string[] {
  let open: readonly string[] = [pattern];
  for (;;) {
    const next = open.flatMap((text) => {
      const found = /\{([^{}]*,[^{}]*)\}/.exec(text);
      if (found === null) return [text];
      const before = text.slice(0, found.index);
      const after = text.slice(found.index + found[0].length);
      return (found[1] ?? "").split(",").map((choice) => `${before}${choice}${after}`);
    });
    if (next.length === open.length || next.length > 64) return open;
    open = next;
  }
}

function source(pattern: string): string {
  return pattern.replaceAll(/[.+^$()|[\]{}\\]/g, String.raw`\$&`).replaceAll(/\*\*\/?|\*|\?/g, (found) => {
    if (found === "?") return "[^/]";
    if (found === "*") return "[^/]*";
    return found === "**/" ? "(?:.*/)?" : ".*";
  });
}

/** Whether a pattern without alternatives matches one text only. */
export function isLiteral(pattern: string): boolean {
  return !/[*?]/.test(pattern);
}
