import fc from "fast-check";
import { stringify } from "yaml";
import type { File } from "../../../generator/file.ts";
import { kinds, mergePatch, object } from "./random-objects.ts";
import type { Subject } from "./random-objects.ts";
import type { KustomizeTree } from "./tree.ts";

/*
 * Trees of bases, overlays and components with what kustomize can do to them. A tree is drawn layer by layer, so that a
 * layer knows the objects below it, and shrinks to fewer layers, objects and changes.
 */

type Value = Readonly<Record<string, unknown>>;
type Layer = {
  readonly folder: string;
  readonly isComponent: boolean;
  readonly kustomization: Value;
  readonly files: readonly File[];
  /** The layers that it lists. */
  readonly lists: readonly string[];
  /** The objects in it, with those of the layers below. */
  readonly subjects: readonly Subject[];
};

const MOST_LAYERS = 5;

const word = fc.constantFrom("a", "b", "c", "d");
const labelValue = fc.constantFrom("1", "x", "true", "");
const map = (values: fc.Arbitrary<string>) => fc.dictionary(word, values, { minKeys: 1, maxKeys: 2 });

/** A tree whose root is its last layer, from which all others are reached. */
export const tree: fc.Arbitrary<KustomizeTree> = fc
  .integer({ min: 1, max: MOST_LAYERS })
  .chain((count) => layers([], count))
  .map((found) => ({ root: found.at(-1)?.folder ?? "", files: found.flatMap(filesOf) }));

function layers(below: readonly Layer[], count: number): fc.Arbitrary<readonly Layer[]> {
  const isLast = below.length === count - 1;
  const next = fc
    .record({ isComponent: fc.boolean(), lists: fc.boolean(), again: fc.integer({ min: 0, max: 19 }) })
    .chain(({ isComponent, lists, again }) => {
      const open = isLast || lists ? unlisted(below) : [];
      // Now and then a diamond.
      const twice = again === 0 && open.length > 0 ? below.slice(0, 1) : [];
      const listed = [...new Set([...twice, ...open])];
      return layer(below.length, { isComponent: isComponent && !isLast, listed });
    });
  return next.chain((made) => (isLast ? fc.constant([...below, made]) : layers([...below, made], count)));
}

function layer(
  index: number,
  { isComponent, listed }: { isComponent: boolean; listed: readonly Layer[] },
): fc.Arbitrary<Layer> {
  const folder = `layer${index}`;
  const below = listed.flatMap(({ subjects }) => subjects);
  const folders = (components: boolean) =>
    listed.filter((one) => one.isComponent === components).map((one) => `../${one.folder}`);
  return own(folder, below).chain((objects) => {
    const subjects = [...below, ...objects.map(({ apiVersion, kind, name }) => ({ apiVersion, kind, name }))];
    return changes(subjects, index).map((changed) => ({
      folder,
      isComponent,
      kustomization: {
        ...(isComponent ? { apiVersion: "kustomize.config.k8s.io/v1alpha1", kind: "Component" } : {}),
        resources: [...folders(false), ...objects.map((_, at) => `object${at}.yaml`)],
        ...(folders(true).length > 0 ? { components: folders(true) } : {}),
        ...changed,
      },
      files: objects.map((value, at) => ({ path: `object${at}.yaml`, text: text(withoutName(value)) })),
      lists: listed.map((one) => one.folder),
      subjects,
    }));
  });
}

/** Layers that no other lists yet. */
function unlisted(below: readonly Layer[]): Layer[] {
  const listed = new Set(below.flatMap(({ lists }) => lists));
  return below.filter(({ folder }) => !listed.has(folder));
}

function own(folder: string, known: readonly Subject[]) {
  const number = folder.slice(-1);
  const fresh = ["web", "db", "settings"].map((name) => `${name}${number}`);
  const names = fc.constantFrom(...fresh, ...known.map(({ name }) => name), "elsewhere");
  return fc
    .array(
      fc.constantFrom(...fresh).chain((name) => object(name, names)),
      { minLength: 1, maxLength: 4 },
    )
    .map((objects) => [...new Map(objects.map((value) => [`${value.kind} ${value.name}`, value])).values()]);
}

/** What a kustomization says beside its resources. */
function changes(subjects: readonly Subject[], index: number): fc.Arbitrary<Value> {
  const names = fc.constantFrom(...subjects.map(({ name }) => name), "elsewhere");
  const subject = fc.constantFrom(...subjects);
  const merge = subject.chain((of) => mergePatch(of, names)).map((value) => ({ patch: text(value) }));
  const json = subject.chain((of) => jsonPatch(of));
  const optional: Record<string, fc.Arbitrary<unknown>> = {
    namePrefix: fc.constantFrom("p-", "x", "1-"),
    nameSuffix: fc.constantFrom("-s", "0"),
    namespace: fc.constantFrom("shop", "other"),
    labels: labels(index),
    commonAnnotations: fc.dictionary(fc.constantFrom(`n${index}`, `m${index}`), labelValue, { minKeys: 1 }),
    images: fc.array(image(), { minLength: 1, maxLength: 2 }),
    replicas: replicas(subjects),
    patches: fc.array(fc.oneof(merge, json), { minLength: 1, maxLength: 3 }),
    configMapGenerator: generator(),
  };
  return fc
    .record({ optional: fc.record(optional, { requiredKeys: [] }), keep: fc.integer({ min: 0, max: 511 }) })
    .map(({ optional: all, keep }) =>
      // A quarter of what there is: a layer that does all of it fails more often than not.
      Object.fromEntries(Object.entries(all).filter((_, at) => ((keep >> at) & 1) === 1)),
    );
}

/**
 * What is put into selectors and templates has keys of its own: kustomize 5.5 gives all places of a label the same node, so
 * that a later change of one place changes the others too (docs/composition.md).
 */
function labels(index: number): fc.Arbitrary<unknown> {
  const plain = fc.record({ pairs: map(labelValue) });
  const spread = fc.record(
    {
      pairs: fc.dictionary(fc.constantFrom(`k${index}`, `l${index}`), labelValue, { minKeys: 1 }),
      includeSelectors: fc.boolean(),
      includeTemplates: fc.boolean(),
    },
    { requiredKeys: ["pairs"] },
  );
  return fc.oneof(fc.array(plain, { minLength: 1, maxLength: 2 }), fc.tuple(plain, spread), fc.tuple(spread));
}

function image(): fc.Arbitrary<Value> {
  const name = fc.constantFrom(
    "busybox",
    "registry.example/app",
    "registry.example:5000/app",
    "registry.example/postgres",
  );
  return fc.oneof(
    fc.record({ name, newTag: fc.constantFrom("2", "v1", "1.0") }),
    fc.record({ name, newName: fc.constantFrom("mirror/x", "other") }),
    fc.record({ name, newName: fc.constant("mirror/y"), newTag: fc.constant("9") }),
    fc.record({ name, digest: fc.constant(`sha256:${"b".repeat(64)}`) }),
  );
}

function replicas(subjects: readonly Subject[]): fc.Arbitrary<unknown> {
  const counted = subjects.filter(({ kind }) =>
    ["Deployment", "StatefulSet", "PostgresCluster", "postgresql"].includes(kind),
  );
  if (counted.length === 0) return fc.constant([]);
  return fc.array(
    fc.record({
      name: fc.constantFrom(...counted.map(({ name }) => name)),
      count: fc.integer({ min: 0, max: 9 }),
    }),
    { minLength: 1, maxLength: 2 },
  );
}

function generator(): fc.Arbitrary<unknown> {
  const literal = fc
    .tuple(word, fc.constantFrom("1", "two words", "x=y", "'q'", "ä"))
    .map(([key, value]) => `${key}=${value}`);
  const literals = fc.uniqueArray(literal, { minLength: 1, maxLength: 3, selector: (given) => given[0] });
  return fc
    .record(
      {
        name: fc.constantFrom("made", "settings9"),
        literals,
        options: fc.record(
          { disableNameSuffixHash: fc.boolean(), labels: map(labelValue) },
          { requiredKeys: [] },
        ),
      },
      { requiredKeys: ["name", "literals"] },
    )
    .map((args) => [args]);
}

function jsonPatch({ kind, name }: Subject): fc.Arbitrary<Value> {
  const operation = fc.constantFrom<Value>(
    { op: "add", path: "/metadata/annotations", value: { "a.b/c": "1", "d~e": "2" } },
    { op: "add", path: "/metadata/labels", value: { a: "patched" } },
    { op: "add", path: "/spec", value: { replaced: [1, { two: "three" }, null] } },
    { op: "add", path: "/extra", value: [] },
    { op: "copy", from: "/metadata/name", path: "/copied" },
    { op: "test", path: "/kind", value: kind },
  );
  const more = fc.constantFrom<Value[]>(
    [],
    [
      { op: "add", path: "/metadata/annotations", value: {} },
      { op: "add", path: "/metadata/annotations/x~1y", value: "z" },
    ],
    [
      { op: "add", path: "/list", value: ["a", "b"] },
      { op: "add", path: "/list/1", value: "c" },
      { op: "add", path: "/list/-", value: "d" },
      { op: "remove", path: "/list/0" },
    ],
    [
      { op: "add", path: "/m", value: { n: 1 } },
      { op: "move", from: "/m/n", path: "/o" },
      { op: "replace", path: "/m", value: "text" },
    ],
  );
  const target = fc.constantFrom<Value>(
    { kind, name },
    { kind },
    { name },
    { name: `${name.slice(0, 2)}.*`, kind },
    { kind: `${kind}|${kinds[0]}` },
  );
  return fc
    .tuple(fc.array(operation, { minLength: 1, maxLength: 2 }), more, target)
    .map(([first, then, of]) => ({
      target: of,
      patch: text([...first, ...then]),
    }));
}

function withoutName({ name: _name, ...value }: Value): Value {
  return value;
}

/** As YAML 1.1, so that every reader takes texts for texts. */
function text(value: unknown): string {
  return stringify(value, { version: "1.1", aliasDuplicateObjects: false, lineWidth: 0 });
}

function filesOf({ folder, kustomization, files }: Layer): File[] {
  return [
    { path: `${folder}/kustomization.yaml`, text: text(kustomization) },
    ...files.map(({ path, text: content }) => ({ path: `${folder}/${path}`, text: content })),
  ];
}
