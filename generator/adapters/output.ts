import { readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import type { File } from "../file.ts";
import { isError } from "../problem.ts";
import type { Problem } from "../problem.ts";
import { faultPath, faultText, unreadable } from "./fault.ts";
import * as record from "./inventory.ts";
import type { Found } from "./listing.ts";
import * as problem from "./output-problems.ts";
import { outputState } from "./output-state.ts";
import type { OutputState } from "./output-state.ts";
import type { OnProgress } from "./progress.ts";

/** What to do to the output folder, all paths relative to it. Carried out by `writeOutput`. */
export type OutputPlan = {
  readonly dir: string;
  /** Files that a cut-off run left under a name of pgrender's own. */
  readonly leftAside: readonly string[];
  /** The paths to be recorded as ours before the first change. undefined: nothing to record. */
  readonly marker: string | undefined;
  readonly markerLies: boolean;
  readonly removes: readonly string[];
  /** Folders to remove if they are empty by then, the inner before the outer. */
  readonly emptied: readonly string[];
  readonly writes: readonly (File & { readonly isNew: boolean })[];
  /** undefined: it is on disk already. */
  readonly inventory: string | undefined;
  readonly unchanged: number;
  /** What the folder holds of ours when the plan is carried out, and how its inventory says it. */
  readonly holds: record.Recorded;
  /** What is on disk otherwise than a render gives, sorted by path; empty when there is nothing to do. */
  readonly differences: readonly Difference[];
};

export type Difference = { readonly kind: "missing" | "differs" | "stale"; readonly path: string };

/** No plan where a problem is an error. Places are relative to the output folder. */
export type Planned = { readonly plan: OutputPlan | undefined; readonly problems: readonly Problem[] };

/**
 * The folders below the output folder that a run is about; all of it, if there is none. What lies elsewhere stays, and
 * stays in the inventory.
 */
export type Extent = ReadonlySet<string> | undefined;

type Refusal = (before: string, after: string) => string | undefined;

export type PlanOptions = {
  readonly onProgress?: OnProgress;
  /** Why the text of a file cannot take the place of the one that lies there; undefined if it can. */
  readonly refusal?: Refusal;
  readonly extent?: Extent;
  /** What the last plan held, so that its inventory is not read again. */
  readonly known?: record.Recorded | undefined;
};

/**
 * Compares the output folder, which need not exist, with the files that it is to hold (paths relative to it, each once),
 * and decides what to write and remove. Touches nothing.
 */
export function planOutput(
  dir: string,
  files: readonly File[],
  { onProgress = () => {}, refusal = () => undefined, extent, known }: PlanOptions = {},
): Planned {
  try {
    const state = outputState(dir, known);
    if ("rule" in state) return { plan: undefined, problems: [state] };
    return decide(state, files, {
      onProgress,
      refusal,
      extent,
      known: state.inventoryText === known?.text ? known : undefined,
    });
  } catch (error) {
    const reason = faultText(error);
    if (reason === undefined) throw error;
    const path = relative(dir, faultPath(error) ?? dir)
      .split(sep)
      .join("/");
    return { plan: undefined, problems: [unreadable(path === "" ? "." : path, reason)] };
  }
}

function decide(
  disk: OutputState,
  files: readonly File[],
  { onProgress, refusal, extent, known }: PlanOptions & Required<Pick<PlanOptions, "onProgress" | "refusal">>,
): Planned {
  const isOurs = within(extent);
  const cutOff = [...disk.marker].find((path) => !isOurs(path));
  if (cutOff !== undefined) return { plan: undefined, problems: [problem.cutOff(cutOff)] };
  const rendered = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const paths = rendered.map((file) => file.path);
  const inventory = new Map<string, string>();
  if (extent !== undefined)
    for (const [path, sum] of disk.inventory) if (!isOurs(path)) inventory.set(path, sum);
  // Where the names are those of a plan before, that plan has looked at them.
  const isNamedAsBefore = known !== undefined && paths.every((path) => known.files.has(path));
  const impossible = [
    ...paths.filter((path) => !record.isOutputPath(path)).map(problem.unsafePath),
    ...(isNamedAsBefore ? [] : problem.caseCollisions([...inventory.keys(), ...paths])),
  ];
  if (impossible.length > 0) return { plan: undefined, problems: impossible };

  const { inventory: own, writes, problems: ofWrites } = comparison(disk, rendered, { onProgress, refusal });
  for (const [path, sum] of own) inventory.set(path, sum);
  const stale = [
    ...new Set([...disk.inventory.keys(), ...disk.marker].filter((path) => !inventory.has(path))),
  ].sort();
  const { removes, problems: ofRemoves } = removal(disk, stale);
  const problems = [...ofWrites, ...ofRemoves];
  if (problems.some(isError)) return { plan: undefined, problems };

  const inventoryText = record.inventoryText(inventory);
  const changed = [...removes, ...writes.map((write) => write.path)];
  // The old marker's paths stay ours until a run comes to its end, or a second cut would make them foreign.
  const marker =
    changed.length === 0 ? disk.markerText : record.markerText(new Set([...changed, ...disk.marker]));
  const plan = {
    dir: disk.dir,
    leftAside: disk.leftAside(),
    marker: marker === disk.markerText ? undefined : marker,
    markerLies: disk.markerText !== undefined,
    removes,
    emptied: foldersOf(stale, [...inventory.keys()], disk.find),
    writes,
    inventory: inventoryText === disk.inventoryText ? undefined : inventoryText,
    unchanged: rendered.length - writes.length,
    holds: { text: inventoryText, files: inventory },
  };
  const differences = differencesOf(plan, disk.inventoryText !== undefined);
  return { plan: { ...plan, differences }, problems };
}

function comparison(
  disk: OutputState,
  rendered: readonly File[],
  { onProgress, refusal }: Required<Pick<PlanOptions, "onProgress" | "refusal">>,
) {
  const inventory = new Map<string, string>();
  const writes: (File & { readonly isNew: boolean })[] = [];
  const problems: Problem[] = [];
  for (const [done, { path, text }] of rendered.entries()) {
    onProgress("comparing", done, rendered.length);
    if (inventory.has(path)) throw new Error(`two rendered files have the path ${path}`);
    inventory.set(path, record.digest(text));
    const found = disk.find(path);
    const inTheWay = problem.wayProblem(path, found);
    if (inTheWay !== undefined) problems.push(inTheWay);
    else if (found.kind === "missing") writes.push({ path, text, isNew: true });
    else {
      const place = join(disk.dir, path);
      if (holds(place, text)) continue;
      writes.push({ path, text, isNew: false });
      const reason = refusal(readFileSync(place, "utf8"), text);
      if (reason !== undefined) problems.push(problem.refusedChange(path, reason));
      if (!disk.inventory.has(path) && !disk.marker.has(path)) problems.push(problem.foreignFile(path));
      else if (isHandEdited(disk, path, readFileSync(place)))
        problems.push(problem.handEdited(path, "replaces"));
    }
  }
  return { inventory, writes, problems };
}

/** Whether the bytes of a file are those of a text. To read them as text costs half; but any that are none give U+FFFD. */
function holds(place: string, text: string): boolean {
  return text.includes("\uFFFD")
    ? readFileSync(place).equals(Buffer.from(text))
    : readFileSync(place, "utf8") === text;
}

function removal(disk: OutputState, stale: readonly string[]) {
  const removes: string[] = [];
  const problems: Problem[] = [];
  for (const path of stale) {
    const found = disk.find(path);
    if (found.kind === "symlink") problems.push(problem.symlinkInOutput(found.path));
    // What else lies where our file was is not ours, and in nobody's way.
    if (found.kind !== "file") continue;
    removes.push(path);
    if (path.endsWith("/kustomization.yaml")) problems.push(problem.clusterRemoved(path));
    const there = readFileSync(join(disk.dir, path));
    if (isHandEdited(disk, path, there)) problems.push(problem.handEdited(path, "removes"));
  }
  return { removes, problems };
}

function isHandEdited(disk: OutputState, path: string, bytes: Uint8Array): boolean {
  return !disk.marker.has(path) && disk.inventory.get(path) !== record.digest(bytes);
}

// Also the folders of stale files that are gone: a run may have been cut off between the file and its folder.
function foldersOf(
  stale: readonly string[],
  rendered: readonly string[],
  find: (path: string) => Found,
): readonly string[] {
  if (stale.length === 0) return [];
  const needed = new Set(rendered.flatMap(parents));
  const folders = new Set(stale.flatMap(parents).filter((folder) => !needed.has(folder)));
  return [...folders]
    .filter((folder) => find(folder).kind === "folder")
    .sort()
    .reverse();
}

// So few that to compare with each is faster than to cut a path into the folders above it.
const fewFolders = 8;

/** Whether a path lies in one of the folders; with 20,000 paths, making no list of the folders above each. */
export function within(extent: Extent): (path: string) => boolean {
  if (extent === undefined) return () => true;
  if (extent.size <= fewFolders) {
    const beginnings = [...extent].map((folder) => `${folder}/`);
    return (path) => beginnings.some((beginning) => path.startsWith(beginning));
  }
  return (path) => {
    for (let slash = path.indexOf("/"); slash !== -1; slash = path.indexOf("/", slash + 1))
      if (extent.has(path.slice(0, slash))) return true;
    return false;
  };
}

function parents(path: string): string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}

function differencesOf(plan: Omit<OutputPlan, "differences">, inventoryLies: boolean): readonly Difference[] {
  const differences: Difference[] = [
    ...plan.writes.map(({ path, isNew }) => ({
      kind: isNew ? ("missing" as const) : ("differs" as const),
      path,
    })),
    ...[...plan.removes, ...plan.leftAside].map((path) => ({ kind: "stale" as const, path })),
  ];
  if (plan.inventory !== undefined)
    differences.push({ kind: inventoryLies ? "differs" : "missing", path: record.inventoryName });
  if (plan.markerLies) differences.push({ kind: "stale", path: record.markerName });
  return differences.sort((a, b) => (a.path < b.path ? -1 : 1));
}
