import type { File } from "../file.ts";
import { isRecord } from "../record.ts";
import { load } from "./load.ts";
import type { Source } from "./source.ts";

/**
 * The text of a kustomization with one resource more, its comments and its form kept; undefined where that cannot be done
 * without touching the rest. A resource that is listed already changes nothing.
 */
export function withResource({ path, text }: File, resource: string): string | undefined {
  const source = only(path, text);
  if (source === undefined || !isRecord(source.value)) return undefined;
  const { resources = [] } = source.value;
  if (!Array.isArray(resources)) return undefined;
  if (resources.includes(resource)) return text;
  const wanted = JSON.stringify({ ...source.value, resources: [...resources, resource] });
  return candidates(source, { text, resource, length: resources.length }).find(
    (edited) => JSON.stringify(only(path, edited)?.value) === wanted,
  );
}

function only(path: string, text: string): Source | undefined {
  const { sources, problems } = load([{ path, text }]);
  return problems.length === 0 && sources.length === 1 ? sources[0] : undefined;
}

type Edit = { readonly text: string; readonly resource: string; readonly length: number };

/** Texts of which one may be right: each is read back before it is taken. */
function candidates(source: Source, { text, resource, length }: Edit): readonly string[] {
  const lines = text.split("\n");
  const last = source.placeOf(["resources", length - 1]);
  const before = (lines[last.line - 1] ?? "").slice(0, last.column - 1);
  const start = source.placeOf(["resources"]);
  const open = offsetOf(lines, start.line, start.column);
  const close = text.indexOf("]", open);
  const comma = length === 0 ? "" : ", ";
  return [
    ...(length > 0
      ? [[...lines.slice(0, last.line), before + resource, ...lines.slice(last.line)].join("\n")]
      : []),
    `${text.slice(0, close)}${comma}${resource}${text.slice(close)}`,
    `${text}${text.endsWith("\n") ? "" : "\n"}resources:\n  - ${resource}\n`,
  ];
}

function offsetOf(lines: readonly string[], line: number, column: number): number {
  return lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0) + column - 1;
}
