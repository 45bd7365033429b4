import { schemaOf } from "../cluster/schemas.ts";
import type { Kustomization } from "../cluster/spec.ts";
import { explain } from "../pipeline/messages.ts";
import type { Problem } from "../problem.ts";
import { problemAt } from "./kustomization.ts";
import type { Composer } from "./kustomization.ts";
import { fileFinder } from "./reading.ts";
import type { Replacement } from "./replacements.ts";
import { atKey } from "./trace.ts";
import type { At } from "./trace.ts";
import type { Workspace } from "./workspace.ts";

/** The replacements of a kustomization, also those of the files that it names. */
export function replacements(
  { spec, source, folder }: Composer,
  files: Workspace,
): { list: [Replacement, At][]; problems: Problem[] } {
  const problems: Problem[] = [];
  const list = (spec.replacements ?? []).flatMap((entry, index): [Replacement, At][] => {
    const at: At = { source, path: ["replacements", index] };
    if (entry.path === undefined) return [[entry, at]];
    const found = fileFinder(files, folder)(entry.path, atKey(at, "path"));
    if ("problem" in found) {
      problems.push(found.problem);
      return [];
    }
    return files.documents(found.path).flatMap((document): [Replacement, At][] => {
      const items: readonly unknown[] = Array.isArray(document.value) ? document.value : [document.value];
      return items.flatMap((item, place): [Replacement, At][] => {
        const where: At = { source: document, path: Array.isArray(document.value) ? [place] : [] };
        const read = readReplacement(item, where);
        problems.push(...read.problems);
        return read.replacement === undefined ? [] : [[read.replacement, where]];
      });
    });
  });
  return { list, problems };
}

/** Read by the schema of a kustomization, as if it stood in one. */
function readReplacement(item: unknown, at: At): { replacement?: Replacement; problems: Problem[] } {
  const { validate } = schemaOf("kustomization");
  const whole: unknown = { replacements: [item] };
  const accepts = (given: unknown): given is Kustomization => validate(given) === true;
  if (accepts(whole)) {
    const [replacement] = whole.replacements ?? [];
    return replacement === undefined ? { problems: [] } : { replacement, problems: [] };
  }
  const problems = (validate.errors ?? []).map((error) => {
    const { path, part, ...said } = explain(error);
    return problemAt({ source: at.source, path: [...at.path, ...path.slice(2)] }, said, part);
  });
  return { problems };
}
