/** A block of code in a page of Markdown. */
export type Fence = {
  /** Where it begins, as `page:line`. */
  readonly at: string;
  /** The words behind the backticks: a language, and what the block is. */
  readonly info: readonly string[];
  readonly text: string;
  /** The heading that it stands under. */
  readonly section: string;
};

/** What a comment in a section says lies beside its files: `<!-- beside: clusters/prod/a.yaml = clusters/examples/a.yaml -->`. */
export type Beside = { readonly section: string; readonly path: string; readonly from: string };

/** The blocks of a page, and what lies beside them. A block that does not end is an error. */
export function fencesIn(page: string, text: string): { fences: Fence[]; beside: Beside[] } {
  const fences: Fence[] = [];
  const beside: Beside[] = [];
  let section = "";
  let open: { at: string; info: string[]; mark: string; indent: number; lines: string[] } | undefined;
  for (const [index, line] of text.split("\n").entries()) {
    const [, indent = "", mark = "", info = ""] = /^( *)(`{3,}|~{3,})(.*)$/.exec(line) ?? [];
    if (open !== undefined) {
      if (mark.startsWith(open.mark) && info.trim() === "") {
        fences.push({ at: open.at, info: open.info, text: `${open.lines.join("\n")}\n`, section });
        open = undefined;
      } else open.lines.push(line.slice(open.indent));
    } else if (mark !== "") {
      const words = info.trim().split(/\s+/).filter(Boolean);
      open = { at: `${page}:${index + 1}`, info: words, mark, indent: indent.length, lines: [] };
    } else {
      section = /^#+ (.*)$/.exec(line)?.[1] ?? section;
      const [, path, from] = /^<!-- beside: (\S+) = (\S+) -->$/.exec(line) ?? [];
      if (path !== undefined && from !== undefined) beside.push({ section, path, from });
    }
  }
  if (open !== undefined) throw new Error(`${open.at}: the block does not end`);
  return { fences, beside };
}
