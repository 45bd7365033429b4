import type { Cluster } from "./cluster/cluster.ts";
import { compose } from "./compose/index.ts";
import { unusedOutput } from "./compose/output.ts";
import type { OutputUse } from "./compose/output.ts";
import type { Patch } from "./compose/read-patch.ts";
import type { File } from "./file.ts";
import { objectsOf } from "./objects.ts";
import { check, claimant, sharedClaimant, type Built, type Claimant } from "./pipeline/check.ts";
import { committedSecrets } from "./pipeline/committed-secrets.ts";
import { emit, outputFolder } from "./pipeline/emit.ts";
import { fleets } from "./pipeline/fleet.ts";
import { loadFile } from "./pipeline/load.ts";
import { resolve } from "./pipeline/resolve.ts";
import { emitShared, shared, sharedFolder } from "./pipeline/shared.ts";
import { tooLarge } from "./pipeline/size.ts";
import type { Source } from "./pipeline/source.ts";
import { isForeign, validate } from "./pipeline/validate.ts";
import { identity, wanted } from "./pipeline/wanted.ts";
import { distinct, isError, type Problem } from "./problem.ts";
import { alikeTo, type Scope } from "./select/only.ts";

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

/** The steps that a render spends its time with, each a function of what it is given alone. */
export type Steps = {
  readonly loadFile: typeof loadFile;
  readonly validate: typeof validate;
  readonly resolve: typeof resolve;
  readonly build: typeof build;
};

export const steps: Steps = { loadFile, validate, resolve, build };

const everything: Scope = { chooses: () => true, concerns: () => true, passes: () => true };

/**
 * The whole generator: files of the clusters folder in, files of the output folder out.
 *
 * Nothing here reads a disk, a clock or the environment, so a comment on a pull request, a check for drift and a test
 * are all "call it and compare". With a scope it renders only the clusters that this chooses; the others are there to be
 * compared with them. The steps may be such as remember what they did before.
 */
export function render(
  files: readonly File[],
  scope: Scope = everything,
  { loadFile: load, validate: checkForm, resolve: complete, build: make }: Steps = steps,
): Rendered {
  const { roots, plain, outputPatches, problems: miscomposed } = compose(files, load);
  const foreign = roots.map(shared);
  const composed = roots.flatMap(({ documents }) => documents.filter(({ value }) => !isForeign(value)));
  const checked = [...plain, ...composed].map(checkForm);
  const valid = checked.flatMap((result) => result.valid ?? []);
  const settings = fleets(valid);
  const resolved = valid
    .filter((document) => document.kind === "cluster")
    .map(({ document, source }) => ({ source, ...complete(document, source, settings.of(source.folder)) }));
  const found = distinct([
    ...miscomposed,
    ...foreign.flatMap((result) => result.problems),
    ...checked.flatMap((result) => result.problems),
    ...settings.problems,
    ...resolved.flatMap((result) => result.problems),
  ]);
  const isOurs = (problem: Problem) =>
    scope.concerns(problem.at.file) && (scope === everything || !isOfWhole(problem));
  const concerning = found.filter(isOurs);
  const sound = !concerning.some(isError);
  const uses: OutputUse = new Map();
  const isAlike = alikeTo(resolved.flatMap(({ cluster }) => (scope.chooses(cluster) ? [cluster.name] : [])));
  const built = resolved.flatMap(({ cluster, source }) => {
    const isChosen = scope.chooses(cluster);
    const patches = outputPatches.get(source) ?? [];
    // Another's objects are compared with the chosen ones', and looked at for what a patch of the output is for.
    if (!isChosen && patches.length === 0 && !isAlike(cluster.name)) return [];
    return [make(cluster, { source, patches, uses, isWanted: sound && isChosen })];
  });
  const chosen = built.filter(({ cluster }) => scope.chooses(cluster));
  const others = built.filter(({ cluster }) => !scope.chooses(cluster));
  const passed = foreign.flatMap((result) => result.shared);
  const late = [
    ...built.flatMap((result) => result.problems),
    ...unusedOutput(uses),
    ...check(chosen, others, passed.map(sharedClaimant)),
    ...committedSecrets(chosen, passed),
  ];
  const problems = [...concerning, ...late.filter(isOurs)];
  // To a GitOps engine a missing file means "delete this", so one bad cluster keeps all from being written.
  const failed = problems.some(isError);
  const chosenShared = passed.filter(({ folder }) => scope.passes(folder));
  return {
    files: failed ? [] : [...chosen.flatMap((cluster) => cluster.files), ...emitShared(chosenShared)],
    problems,
    clusters: chosen.length,
    folders: [
      ...chosen.map(({ cluster }) => outputFolder(cluster)),
      ...new Set(chosenShared.map(({ folder }) => sharedFolder(folder))),
    ],
    elsewhere: [...found, ...late].filter(({ at }) => !scope.concerns(at.file)).length,
    claimants: () => [...chosen.map(claimant), ...chosenShared.map(sharedClaimant)],
  };
}

/** Warnings that something is for nothing: only who has read everything can say so. */
function isOfWhole({ rule, severity }: Problem): boolean {
  return severity === "warning" && ["patch-target", "not-composed", "holds-for-nothing"].includes(rule);
}

/** What a cluster is built of besides itself; `uses` counts what was patched. */
export type Ground = {
  readonly source: Source;
  readonly patches: readonly Patch[];
  readonly uses: OutputUse;
  readonly isWanted: boolean;
};

export type Made = Built & { readonly files: readonly File[]; readonly problems: readonly Problem[] };

/** Objects become text at once: those of one cluster are garbage before those of the next are made. */
function build(cluster: Cluster, { source, patches, uses, isWanted }: Ground): Made {
  const { objects, problems } = objectsOf(cluster, { source, patches }, uses);
  const things = wanted(cluster, objects.map(identity));
  const found = [...problems, ...tooLarge(cluster, objects)];
  return { cluster, things, files: isWanted ? emit(cluster, objects) : [], problems: found };
}
