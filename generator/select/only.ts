import { enclosing, folderOf, foldersAround, isKustomization } from "../file.ts";
import type { File } from "../file.ts";
import { excerpt } from "../pipeline/finding.ts";
import { nearest } from "../pipeline/messages.ts";
import type { Place } from "../problem.ts";
import { alternatives, glob, isLiteral } from "./glob.ts";
import type { Match } from "./glob.ts";
import { namesIn } from "./names.ts";
import type { Names } from "./names.ts";
import { units } from "./units.ts";
import type { Unit } from "./units.ts";

/** What a cluster is chosen by. The folder is that of its document, or of the kustomization that composes it. */
type Identity = {
  readonly name: string | undefined;
  readonly namespace: string | undefined;
  readonly folder: string;
  readonly at: () => Place;
};

/** What of a fleet to render. */
export type Scope = {
  readonly chooses: (cluster: Identity) => boolean;
  /** Whether a mistake in the text of this file may hide a chosen cluster. */
  readonly concerns: (path: string) => boolean;
  /** Whether what is in this kustomization's folder besides clusters is asked for, too. */
  readonly passes: (folder: string) => boolean;
};

export type Empty = { readonly rule: string; readonly message: string; readonly fix: string };

/** The files that a render of a part has to read, and what of it is asked for. */
export type Part = {
  readonly files: readonly File[];
  readonly scope: Scope;
  /** What to say if there is no cluster in it; absent, where that may be. */
  readonly empty?: Empty;
};

/**
 * The part of a fleet whose clusters match one of the patterns: by name, `namespace/name`, a folder, or a folder and the
 * name. Left out are files that cannot hold such a cluster, seen by their text; kept besides are those of clusters whose
 * names begin alike, for the names of their objects could be the same.
 */
export function only(files: readonly File[], patterns: readonly string[]): Part {
  const wanted = patterns.flatMap(alternatives).map(wantedBy);
  const all = units(files).map((unit) => ({ unit, names: namesIn(unit.files) }));
  const isChosen = new Set(
    all
      .filter(({ unit, names }) => wanted.some((want) => isPossible(want, unit, names)))
      .map(({ unit }) => unit),
  );
  const alike = alikeTo(
    all.filter(({ unit }) => isChosen.has(unit)).flatMap(({ names }) => [...names.documents]),
  );
  const shared = all.map(({ unit }) => unit).filter(settingsFor([...isChosen]));
  const read = all.filter(({ unit, names }) => isChosen.has(unit) || [...names.documents].some(alike));
  const concerned = new Set([...isChosen, ...shared].flatMap((unit) => unit.files.map(({ path }) => path)));
  const known = [...new Set(all.flatMap(({ names }) => [...names.documents]))];
  return {
    files: readWith(
      [...read.map(({ unit }) => unit), ...shared],
      all.map(({ unit }) => unit),
    ),
    scope: {
      chooses: (cluster) => wanted.some((want) => want.matches(cluster)),
      concerns: (path) => concerned.has(path),
      passes: (folder) => wanted.some((want) => want.folder(folder)),
    },
    empty: noMatch(patterns, known),
  };
}

function noMatch(patterns: readonly string[], known: readonly string[]): Empty {
  const near = patterns.map((pattern) => nearest(pattern.slice(pattern.lastIndexOf("/") + 1), known));
  const meant = near.find((name) => name !== undefined);
  return {
    rule: "no-match",
    message: `no cluster matches ${patterns.map(excerpt).join(", ")}`,
    fix:
      meant === undefined
        ? "give a name, namespace/name, or a folder below the clusters folder; * stands for any letters but /, ** for any"
        : `did you mean ${meant}?`,
  };
}

/** One of `count` parts that together are the whole fleet; every unit is in one of them. `index` counts from 1. */
export function shard(files: readonly File[], { index, count }: { index: number; count: number }): Part {
  const all = units(files);
  const own = all.filter((_, place) => place % count === index - 1);
  const roots = new Set(all.filter(({ composed }) => composed).map(({ root }) => root));
  const isOwn = new Set(own.map(({ root }) => root));
  // A file that kustomizations seem to list, and do not: it goes with the first of them.
  const owners = new Map(
    all.toReversed().flatMap((unit) => unit.files.map(({ path }) => [path, unit.root] as const)),
  );
  return {
    files: readWith([...all.filter(settingsFor(own)), ...own], all),
    scope: {
      chooses: ({ folder, at }) =>
        isOwn.has(roots.has(folder) ? folder : (owners.get(at().file) ?? at().file)),
      concerns: () => true,
      passes: (folder) => isOwn.has(folder),
    },
  };
}

/** Settings hold for their folder and those below, so they are read with what lies there. */
function settingsFor(read: readonly Unit[]): (unit: Unit) => boolean {
  const folders = new Set(read.flatMap((unit) => enclosing(folderOfUnit(unit))));
  return (unit) =>
    folders.has(folderOfUnit(unit)) &&
    unit.files.some(({ text }) => /\b(OperatorConfiguration|Settings)\b/.test(text));
}

function folderOfUnit({ root, composed }: Unit): string {
  return composed ? root : folderOf(root);
}

/** The files of some units, and of those that they share a file with: only together is it known who lists it. */
function readWith(read: readonly Unit[], all: readonly Unit[]): readonly File[] {
  const paths = new Set(read.flatMap((unit) => unit.files));
  const beside = all.filter(
    (unit) => unit.composed && unit.files.some((file) => paths.has(file) && isOutside(file, unit)),
  );
  const found = new Set([...paths, ...beside.flatMap((unit) => unit.files)]);
  return [...found].toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** Whether a file of a unit lies in no folder with a kustomization of it. */
function isOutside({ path }: File, { files }: Unit): boolean {
  const around = new Set(foldersAround(path));
  return !files.some((file) => isKustomization(file.path) && around.has(folderOf(file.path)));
}

type Wanted = {
  readonly matches: (cluster: Identity) => boolean;
  readonly folder: Match;
  /** The last part of the pattern, which may be a cluster's name, and what stands before it. */
  readonly name: Match;
  readonly literal: string | undefined;
  readonly before: Match | undefined;
};

function wantedBy(given: string): Wanted {
  const pattern = given.replace(/\/+$/, "");
  const whole = glob(pattern);
  const slash = pattern.includes("**") ? -1 : pattern.lastIndexOf("/");
  const last = pattern.slice(slash + 1);
  const folder: Match = (path) => whole(path) || foldersAround(path).slice(0, -1).some(whole);
  return {
    matches: ({ name = "", namespace, folder: at }) =>
      whole(name) ||
      (namespace !== undefined && whole(`${namespace}/${name}`)) ||
      folder(at === "" ? name : `${at}/${name}`),
    folder,
    name: pattern.includes("**") ? () => true : glob(last),
    literal: isLiteral(pattern) ? last : undefined,
    before: slash === -1 ? undefined : glob(pattern.slice(0, slash)),
  };
}

function isPossible(want: Wanted, { root, composed }: Unit, found: Names): boolean {
  const folder = composed ? root : folderOf(root);
  if (found.unsure || want.folder(folder)) return true;
  if (want.before !== undefined && !want.before(folder) && ![...found.namespaces].some(want.before))
    return false;
  if ([...found.names].some(want.name)) return true;
  if (found.prefixes.size === 0 && found.suffixes.size === 0) return false;
  const { literal } = want;
  if (literal === undefined) return true;
  return (
    [...found.names].some((name) => literal.includes(name)) &&
    ([...found.prefixes].some((prefix) => literal.startsWith(prefix)) ||
      [...found.suffixes].some((suffix) => literal.endsWith(suffix)))
  );
}

/** Whether a name begins with one of the names, or one of them with it: then the names of their objects may be the same. */
export function alikeTo(names: readonly string[]): Match {
  const whole = new Set(names);
  const beginnings = new Set(names.flatMap(startsOf));
  return (name) => beginnings.has(name) || startsOf(name).some((start) => whole.has(start));
}

/** A name up to each of its hyphens, and the whole: derived names are built with hyphens. */
function startsOf(name: string): readonly string[] {
  const parts = name.split("-");
  return parts.map((_, index) => parts.slice(0, index + 1).join("-"));
}
