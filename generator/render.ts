import type { Cluster } from "./cluster/cluster.ts";
import { components } from "./components.ts";
import type { File } from "./file.ts";
import { check, claimant, identity, type Built, type Claimant } from "./pipeline/check.ts";
import { emit, outputFolder } from "./pipeline/emit.ts";
import { fleet } from "./pipeline/fleet.ts";
import { load } from "./pipeline/load.ts";
import { resolve } from "./pipeline/resolve.ts";
import { validate } from "./pipeline/validate.ts";
import { isError, type Problem } from "./problem.ts";
import type { Scope } from "./select/only.ts";

/** What a render gives: files below the output folder, none of them if a problem is an error. */
export type Rendered = {
  readonly files: readonly File[];
  readonly problems: readonly Problem[];
  /** How many clusters were rendered, the broken ones too. */
  readonly clusters: number;
  /** Their folders below the output folder. */
  readonly folders: readonly string[];
  /** Problems of clusters that were not asked for. */
  readonly elsewhere: number;
  /** What each of them wants for itself, to be compared with clusters that were rendered elsewhere. */
  readonly claimants: () => readonly Claimant[];
};

const everything: Scope = { chooses: () => true, concerns: () => true };

/**
 * The whole generator: files of the clusters folder in, files of the output folder out.
 *
 * Nothing here reads a disk, a clock or the environment, so a comment on a pull request, a check for drift and a test
 * are all "call it and compare". With a scope it renders only the clusters that this chooses; the others are there to be
 * compared with them.
 */
export function render(files: readonly File[], scope: Scope = everything): Rendered {
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
  const concerning = found.filter(({ at }) => scope.concerns(at.file));
  const sound = !concerning.some(isError);
  const built = resolved.map(({ cluster }) => build(cluster, sound && scope.chooses(cluster)));
  const chosen = built.filter(({ cluster }) => scope.chooses(cluster));
  const others = built.filter(({ cluster }) => !scope.chooses(cluster));
  const clashes = check(chosen, others);
  const problems = [...concerning, ...clashes.filter(({ at }) => scope.concerns(at.file))];
  // To a GitOps engine a missing file means "delete this", so one bad cluster keeps all from being written.
  const failed = problems.some(isError);
  return {
    files: failed ? [] : chosen.flatMap((cluster) => cluster.files),
    problems,
    clusters: chosen.length,
    folders: chosen.map(({ cluster }) => outputFolder(cluster)),
    elsewhere: found.length + clashes.length - problems.length,
    claimants: () => chosen.map(claimant),
  };
}

/** Objects become text at once: those of one cluster are garbage before those of the next are made. */
function build(cluster: Cluster, isWanted: boolean): Built & { readonly files: readonly File[] } {
  const objects = components.flatMap((component) => component(cluster));
  return { cluster, objects: objects.map(identity), files: isWanted ? emit(cluster, objects) : [] };
}
