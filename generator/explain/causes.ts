import { followed, schemaOf, type Documents } from "../cluster/schemas.ts";
import type { KubeObject } from "../kube/object.ts";
import { fieldName } from "../pipeline/messages.ts";
import type { Path, Source } from "../pipeline/source.ts";
import type { Place } from "../problem.ts";
import { leaves } from "./flat.ts";
import type { Leaf } from "./flat.ts";
import { schemaAt, valueAt, variants, withValue } from "./vary.ts";

/** A value of the input, and where it is written. */
export type Cause = { readonly field: string; readonly at: Place };

/** The objects of a cluster from its documents, in the order of a render; undefined, if a document is not valid. */
export type Make = (documents: readonly Document[]) => readonly KubeObject[] | undefined;
export type Document = { readonly kind: keyof Documents; readonly source: Source };

/** Something besides the documents that may be taken out, and the objects that there are without it. */
export type Without = { readonly cause: Cause; readonly objects: readonly KubeObject[] | undefined };

export type Causes = {
  /** By the key of a leaf of the object: what moves it, the most special first. */
  readonly of: ReadonlyMap<string, readonly Cause[]>;
  /** Without one of these there is no such object. */
  readonly existence: readonly Cause[];
};

/**
 * What of the input makes the fields of objects, found out by trying: a render is a function, so each value of the
 * documents is taken out, or changed where that is not allowed or changes nothing, and what then differs is its doing.
 */
export function causesOf(
  targets: readonly KubeObject[],
  { documents, make, without }: { documents: readonly Document[]; make: Make; without: readonly Without[] },
): readonly { readonly object: KubeObject; readonly causes: Causes }[] {
  const before = make(documents) ?? [];
  const tries = documents.flatMap((document, index) =>
    inputPaths(document.source.value).map((path) => ({
      cause: causeAt(document, path),
      attempts: remembered(tried({ documents, index, make }, path)),
    })),
  );
  const all = [...tries, ...without.map(({ cause, objects }) => ({ cause, attempts: [objects] }))];
  return targets.map((object) => {
    const names = before.filter(({ kind }) => kind === object.kind).map(({ metadata }) => metadata.name);
    const place = names.indexOf(object.metadata.name);
    const aim = { target: object, own: leaves(object), names: new Set(names), place };
    return { object, causes: causesOfOne(aim, all) };
  });
}

type Try = { readonly cause: Cause; readonly attempts: Iterable<readonly KubeObject[] | undefined> };

function causesOfOne(aim: Target, tries: readonly Try[]): Causes {
  const found = new Map<string, { readonly cause: Cause; readonly reach: number }[]>();
  const existence: Cause[] = [];
  for (const { cause, attempts } of tries) {
    const changed = effect(aim, attempts);
    if (changed === undefined) existence.push(cause);
    for (const leaf of changed ?? [])
      found.set(leaf.key, [...(found.get(leaf.key) ?? []), { cause, reach: changed?.length ?? 0 }]);
  }
  const of = [...found].map(
    ([key, all]) => [key, all.toSorted((a, b) => a.reach - b.reach).map(({ cause }) => cause)] as const,
  );
  return { of: new Map(of), existence };
}

/** What comes once, for all who ask one after the other: each is made when the first of them wants it. */
function remembered<T>(once: Iterable<T>): Iterable<T> {
  const known: T[] = [];
  const rest = once[Symbol.iterator]();
  return {
    *[Symbol.iterator]() {
      yield* known;
      for (let next = rest.next(); next.done !== true; next = rest.next()) {
        known.push(next.value);
        yield next.value;
      }
    },
  };
}

type Target = {
  readonly target: KubeObject;
  readonly own: readonly Leaf[];
  /** Of its kind, in order, and its own place among them. */
  readonly names: ReadonlySet<string>;
  readonly place: number;
};

/** The leaves that the first telling variant changes; undefined, if all that a variant does is to take the object away. */
function effect(
  aim: Target,
  attempts: Iterable<readonly KubeObject[] | undefined>,
): readonly Leaf[] | undefined {
  let isGone = false;
  for (const objects of attempts) {
    if (objects === undefined) continue;
    const after = counterpart(objects, aim);
    if (after === undefined) {
      isGone = true;
      continue;
    }
    const values = new Map(leaves(after).map(({ key, value }) => [key, value]));
    const changed = aim.own.filter(({ key, value }) => values.get(key) !== value);
    if (changed.length > 0) return changed;
  }
  return isGone ? undefined : [];
}

type Ways = { readonly documents: readonly Document[]; readonly index: number; readonly make: Make };

function* tried({ documents, index, make }: Ways, path: Path): Iterable<readonly KubeObject[] | undefined> {
  const document = documents[index];
  if (document === undefined) return;
  const { schema } = schemaOf(document.kind);
  const value = valueAt(document.source.value, path);
  const others = variants(value, followed(schema, schemaAt(schema, path)));
  for (const other of [undefined, ...others]) {
    const source = { ...document.source, value: withValue(document.source.value, path, other) };
    yield make(documents.with(index, { ...document, source }));
  }
}

function causeAt({ source }: Document, path: Path): Cause {
  return { field: fieldName(path), at: source.placeOf(path, "key") };
}

function inputPaths(value: unknown): readonly Path[] {
  const paths = leaves(value).filter(({ line }) => line === undefined || line === 0);
  return paths.map(({ path }) => path).filter(([first]) => first !== "apiVersion" && first !== "kind");
}

/** The object that has taken its place: of its kind and name, or, under a new name, in its place among those of its kind. */
function counterpart(
  objects: readonly KubeObject[],
  { target, place, names }: Target,
): KubeObject | undefined {
  const alike = objects.filter(({ kind }) => kind === target.kind);
  const named = alike.find(({ metadata }) => metadata.name === target.metadata.name);
  if (named !== undefined) return named;
  const other = alike[place];
  // One that was there before is another object, and this one is gone.
  return other === undefined || names.has(other.metadata.name) ? undefined : other;
}
