import type { Cluster } from "./cluster/cluster.ts";
import { components } from "./components.ts";
import type { File } from "./file.ts";
import { check, identity, type Built } from "./pipeline/check.ts";
import { emit } from "./pipeline/emit.ts";
import { fleet } from "./pipeline/fleet.ts";
import { load } from "./pipeline/load.ts";
import { resolve } from "./pipeline/resolve.ts";
import { validate } from "./pipeline/validate.ts";
import { isError, type Problem } from "./problem.ts";

/** What a render gives: files below the output folder, none of them if a problem is an error. */
export type Rendered = {
  readonly files: readonly File[];
  readonly problems: readonly Problem[];
  readonly clusters: number;
};

/**
 * The whole generator: files of the clusters folder in, files of the output folder out.
 *
 * Nothing here reads a disk, a clock or the environment, so a comment on a pull request, a check for drift and a test
 * are all "call it and compare".
 */
export function render(files: readonly File[]): Rendered {
  const { sources, problems: unreadable } = load(files);
  const checked = sources.map(validate);
  const valid = checked.flatMap((result) => result.valid ?? []);
  const settings = fleet(valid);
  const resolved = valid
    .filter((document) => document.kind === "cluster")
    .map(({ document, source }) => resolve(document, source, settings.fleet));
  const found: Problem[] = [
    ...unreadable,
    ...checked.flatMap((result) => result.problems),
    ...settings.problems,
    ...resolved.flatMap((result) => result.problems),
  ];
  const sound = !found.some(isError);
  const built = resolved.map(({ cluster }) => build(cluster, sound));
  const problems = [...found, ...check(built)];
  // To a GitOps engine a missing file means "delete this", so one bad cluster keeps all from being written.
  const failed = problems.some(isError);
  return { files: failed ? [] : built.flatMap(({ files }) => files), problems, clusters: built.length };
}

/** Objects become text at once: those of one cluster are garbage before those of the next are made. */
function build(cluster: Cluster, sound: boolean): Built & { readonly files: readonly File[] } {
  const objects = components.flatMap((component) => component(cluster));
  return { cluster, objects: objects.map(identity), files: sound ? emit(cluster, objects) : [] };
}
