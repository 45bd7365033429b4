import fc from "fast-check";
import type { File } from "../../../generator/file.ts";
import { mergePatch, object } from "./random-objects.ts";
import type { Subject } from "./random-objects.ts";
import { jsonPatch, keeping, target, text } from "./random-patches.ts";
import { replacements } from "./random-replacements.ts";
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
  /** The names of ConfigMaps that it, and the layers below, generate. */
  readonly made: readonly string[];
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
  const made = listed.flatMap((one) => one.made);
  const folders = (components: boolean) =>
    listed.filter((one) => one.isComponent === components).map((one) => `../${one.folder}`);
  return own(folder, below).chain((objects) => {
    const subjects = [...below, ...objects.map(({ apiVersion, kind, name }) => ({ apiVersion, kind, name }))];
    return changes({ subjects, made, index }).map((changed) => ({
      folder,
      isComponent,
      kustomization: {
        ...(isComponent ? { apiVersion: "kustomize.config.k8s.io/v1alpha1", kind: "Component" } : {}),
        resources: [...folders(false), ...objects.map((_, at) => `object${at}.yaml`)],
        ...(folders(true).length > 0 ? { components: folders(true) } : {}),
        ...changed,
      },
      files: [
        ...objects.map((value, at) => ({ path: `object${at}.yaml`, text: text(withoutName(value)) })),
        { path: "words.txt", text: "one\ntwo words\n" },
        { path: "pairs.env", text: "# pairs\nE=1\n F=x=y \n\n" },
      ],
      lists: listed.map((one) => one.folder),
      subjects,
      made: [...made, ...namesIn(changed["configMapGenerator"])],
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

function namesIn(generators: unknown): string[] {
  const list: readonly unknown[] = Array.isArray(generators) ? generators : [];
  return list.map((args) => String(Reflect.get(Object(args), "name")));
}

type Ground = {
  readonly subjects: readonly Subject[];
  readonly made: readonly string[];
  readonly index: number;
};

/** What a kustomization says beside its resources. */
function changes({ subjects, made, index }: Ground): fc.Arbitrary<Value> {
  const names = fc.constantFrom(...subjects.map(({ name }) => name), "elsewhere");
  const subject = fc.constantFrom(...subjects);
  const merge = subject.chain((of) => mergePatch(of, names)).map((value) => ({ patch: text(value) }));
  const widely = subject.chain((of) =>
    fc
      .tuple(mergePatch(of, names), target(of))
      .map(([value, to]) => ({ patch: text(keeping(value)), target: { ...to, kind: of.kind } })),
  );
  const json = subject.chain((of) => jsonPatch(of));
  const optional: Record<string, fc.Arbitrary<unknown>> = {
    namePrefix: fc.constantFrom("p-", "x", "q1-"),
    nameSuffix: fc.constantFrom("-s", "0"),
    namespace: fc.constantFrom("shop", "other"),
    labels: labels(index),
    commonAnnotations: fc.dictionary(fc.constantFrom(`n${index}`, `m${index}`), labelValue, { minKeys: 1 }),
    images: fc.array(image(), { minLength: 1, maxLength: 2 }),
    replicas: replicas(subjects),
    patches: fc.array(fc.oneof(merge, json, widely), { minLength: 1, maxLength: 3 }),
    configMapGenerator: generator(made),
    commonLabels: fc.dictionary(fc.constantFrom(`c${index}`, `d${index}`), labelValue, { minKeys: 1 }),
    replacements: replacements(subjects),
    generatorOptions: fc.record(
      { labels: map(labelValue), annotations: map(labelValue), immutable: fc.boolean() },
      { requiredKeys: [] },
    ),
    patchesStrategicMerge: fc.array(
      subject.chain((of) => mergePatch(of, names)).map((value) => text(keeping(value))),
      { minLength: 1, maxLength: 2 },
    ),
    patchesJson6902: fc.array(
      subject.chain((of) => json.map(({ patch }) => ({ patch, target: { kind: of.kind, name: of.name } }))),
      { minLength: 1, maxLength: 2 },
    ),
  };
  return fc
    .record({
      optional: fc.record(optional, { requiredKeys: [] }),
      keep: fc
        .tuple(...[0, 1].map(() => fc.integer({ min: 0, max: 2 ** Object.keys(optional).length - 1 })))
        .map(([one = 0, other = 0]) => one & other),
    })
    .map(({ optional: all, keep }) =>
      // An eighth of what there is: a layer that does all of it fails more often than not.
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

/** New ConfigMaps, and changes of those that are made below. */
function generator(made: readonly string[]): fc.Arbitrary<unknown> {
  const literal = fc
    .tuple(word, fc.constantFrom("1", "two words", "x=y", "'q'", "ä"))
    .map(([key, value]) => `${key}=${value}`);
  const literals = fc.uniqueArray(literal, { minLength: 1, maxLength: 3, selector: (given) => given[0] });
  const fresh = fc.constantFrom("made", "settings9").map((name) => ({ name }));
  const change = fc.record({
    name: fc.constantFrom(...made, "made"),
    behavior: fc.constantFrom("merge", "replace"),
  });
  const sources = fc.record(
    {
      literals,
      files: fc.constantFrom(["words.txt"], ["w=words.txt"]),
      envs: fc.constant(["pairs.env"]),
      options: fc.record(
        { disableNameSuffixHash: fc.boolean(), labels: map(labelValue), annotations: map(labelValue) },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: ["literals"] },
  );
  const weight = made.length > 0 ? 4 : 0;
  const one = fc.oneof({ weight: 1, arbitrary: fresh }, { weight, arbitrary: change });
  return fc.tuple(one, sources).map(([named, args]) => [{ ...named, ...args }]);
}

function withoutName({ name: _name, ...value }: Value): Value {
  return value;
}

function filesOf({ folder, kustomization, files }: Layer): File[] {
  return [
    { path: `${folder}/kustomization.yaml`, text: text(kustomization) },
    ...files.map(({ path, text: content }) => ({ path: `${folder}/${path}`, text: content })),
  ];
}
