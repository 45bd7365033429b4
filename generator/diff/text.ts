import { title, totals } from "./report.ts";
import type { Block, Report } from "./report.ts";

/** Names of clusters that share a change, before the rest are counted: a line of a terminal. */
const mostNames = 5;

/** A report for a terminal. */
export function reportText(report: Report): string {
  const single = [
    ...report.removed.map(({ name, objects }) => `${name}: removed, with ${objects} objects\n`),
    ...report.added.map(({ name, objects }) => `${name}: added, with ${objects} objects\n`),
    ...report.moved.map(({ name, from, to }) => `${name}: moved from ${shown(from)} to ${shown(to)}\n`),
  ];
  const blocks = report.groups.map(blockText);
  return [...(single.length > 0 ? [single.join("")] : []), ...blocks, `${totals(report)}\n`].join("\n");
}

function blockText({ clusters, fields, ...object }: Block): string {
  return [
    `${who(clusters)}: ${title(object)}`,
    ...fields.flatMap(({ path, lines }) => [`  ${path}`, ...lines.map((line) => `    ${line}`)]),
    "",
  ].join("\n");
}

/** `a, b and 78 more`. */
function who(clusters: readonly string[]): string {
  if (clusters.length <= mostNames) return clusters.join(", ");
  return `${clusters.slice(0, mostNames).join(", ")} and ${clusters.length - mostNames} more`;
}

function shown(folder: string): string {
  return folder === "" ? "the top folder" : folder;
}
