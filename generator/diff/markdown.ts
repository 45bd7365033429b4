import { title, totals } from "./report.ts";
import type { Block, Report } from "./report.ts";

/** Names of clusters that share a change, before they are folded away. */
const mostNames = 3;

/** A report as GitHub's Markdown: counts, what came and went, then each change folded below its title. */
export function reportMarkdown(report: Report): string {
  const single = [
    ...report.removed.map(({ name, objects }) => `- **removed** ${code(name)}, with ${objects} objects`),
    ...report.added.map(({ name, objects }) => `- added ${code(name)}, with ${objects} objects`),
    ...report.moved.map(({ name, from, to }) => `- moved ${code(name)} from ${code(from)} to ${code(to)}`),
  ];
  return [
    `**${totals(report)}**`,
    ...(single.length > 0 ? [single.join("\n")] : []),
    ...report.groups.map(block),
  ]
    .join("\n\n")
    .concat("\n");
}

function block({ clusters, fields, ...object }: Block): string {
  const few = clusters.length <= mostNames;
  const who = few ? clusters.map(html).join(", ") : `${clusters.length} clusters`;
  const summary = `<summary>${html(title(object))} — ${who}</summary>`;
  const names = few ? [] : [clusters.map(code).join(", ")];
  const changes = fields.map(({ path, lines }) => fenced([`@@ ${path} @@`, ...lines]));
  return [`<details>${summary}`, ...names, ...changes, "</details>"].join("\n\n");
}

/** A block of code that no line of it can end: its fence is longer than all runs of backticks in it. */
function fenced(lines: readonly string[]): string {
  const fence = "`".repeat(Math.max(3, longestRun(lines.join("\n")) + 1));
  return `${fence}diff\n${lines.join("\n")}\n${fence}`;
}

function code(text: string): string {
  if (text === "") return "the top folder";
  const mark = "`".repeat(longestRun(text) + 1);
  const inner = /^`|`$/.test(text) ? ` ${text} ` : text;
  return `${mark}${inner}${mark}`;
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}

function html(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
