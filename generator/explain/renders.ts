import { schemaOf, type Documents } from "../cluster/schemas.ts";
import type { KubeObject } from "../kube/object.ts";
import { fieldName } from "../pipeline/messages.ts";
import type { Path, Source } from "../pipeline/source.ts";
import type { Place } from "../problem.ts";
import { isRecord } from "../record.ts";
import type { Document } from "./causes.ts";
import type { Field } from "./fields.ts";
import { leaves } from "./flat.ts";
import { made } from "./ground.ts";
import type { Ground } from "./ground.ts";
import { schemaAt, valueAt, variants, withValue } from "./vary.ts";

/** What a field moves in one object: some of its fields, or whether it is there. */
export type Effect = {
  readonly object: string;
  readonly fields: readonly string[];
  readonly isWhole: boolean;
};

/** What a field was found to render to, by changing it where it stands, or by adding it to a document. */
export type Renders = {
  readonly effects: readonly Effect[];
  readonly at: Place;
  /** Whether the field stands there; otherwise it was tried in that document. */
  readonly isGiven: boolean;
};

/** Clusters that are tried, before nothing is said: they are much alike. */
const mostTried = 5;

/** What a field renders to in the first of the clusters where it has an effect; undefined if it has none in them. */
export function rendersTo(field: Field, grounds: readonly Ground[]): Renders | undefined {
  const giving = grounds.filter((ground) => places(ground, field).some(({ isGiven }) => isGiven));
  const tried = [...giving.slice(0, mostTried), ...grounds.slice(0, mostTried)];
  for (const ground of new Set(tried)) {
    const before = made(ground)?.objects;
    if (before === undefined) continue;
    for (const place of places(ground, field)) {
      const effects = effectsAt(ground, place, before);
      if (effects.length > 0) return { effects, at: placeOf(place), isGiven: place.isGiven };
    }
  }
  return undefined;
}

type Spot = {
  readonly document: Document;
  readonly index: number;
  readonly path: Path;
  readonly isGiven: boolean;
};

function placeOf({ document: { source }, path, isGiven }: Spot): Place {
  return source.placeOf(isGiven ? path : path.slice(0, 1), "key");
}

/** Where the field stands in the documents, and where it could. */
function places({ documents }: Ground, { path, kinds }: Field): readonly Spot[] {
  const steps = path.replaceAll("[]", ".[]").split(".");
  const able = [...documents.entries()].filter(([, { source }]) => kinds.includes(kindOf(source)));
  const given = able.flatMap(([index, document]) =>
    found(document.source.value, steps).map((at) => ({ document, index, path: at, isGiven: true })),
  );
  const missing = able.map(([index, document]) => ({
    document,
    index,
    path: steps.map((step) => (step === "[]" ? 0 : step === "<name>" ? "name" : step)),
    isGiven: false,
  }));
  return [...given, ...missing];
}

function kindOf({ value }: Source): string {
  return isRecord(value) ? String(value["kind"]) : "";
}

/** The paths in a value that a path with `[]` and `<name>` means. */
function found(value: unknown, [step, ...rest]: readonly string[]): readonly Path[] {
  if (step === undefined) return [[]];
  const entries: readonly (readonly [string | number, unknown])[] =
    step === "[]"
      ? Array.isArray(value)
        ? value.map((item: unknown, index) => [index, item] as const)
        : []
      : isRecord(value)
        ? Object.entries(value).filter(([key]) => step === "<name>" || key === step)
        : [];
  return entries.flatMap(([key, entry]) => found(entry, rest).map((path) => [key, ...path]));
}

function effectsAt(ground: Ground, spot: Spot, before: readonly KubeObject[]): readonly Effect[] {
  const { document, index, path } = spot;
  const effects = new Map<string, Effect>();
  for (const value of values(document.kind, spot)) {
    const source = { ...document.source, value: filled(document.source.value, path, value) };
    const after = made({ ...ground, documents: ground.documents.with(index, { ...document, source }) });
    if (after === undefined) continue;
    for (const effect of differences(before, after.objects)) {
      const known = effects.get(effect.object);
      const fields = [...new Set([...(known?.fields ?? []), ...effect.fields])];
      effects.set(effect.object, { ...effect, fields, isWhole: effect.isWhole || known?.isWhole === true });
    }
  }
  return [...effects.values()];
}

/** What to try: nothing, and the values next to the one that is there; or what the schema allows, where none is. */
function values(kind: keyof Documents, { document, path, isGiven }: Spot): readonly unknown[] {
  const { schema } = schemaOf(kind);
  const own = schemaAt(schema, path);
  if (isGiven) return [undefined, ...variants(valueAt(document.source.value, path), own)];
  const given = own.default;
  const type = [own.type ?? []].flat();
  return [
    ...(given === undefined ? [] : variants(given, own)),
    ...(own.enum ?? []),
    ...(type.includes("boolean") ? [true, false] : []),
    ...(type.includes("integer") || type.includes("number") ? [1, 2, own.minimum ?? 60] : []),
    ...(type.includes("string") ? ["1Gi", "1", "example", "10.0.0.0/8", "registry.example/image:1"] : []),
    ...(type.includes("object") ? [{ name: "example" }] : []),
  ];
}

/** The document with a value at a path, which is made where it is not there. */
function filled(document: unknown, path: Path, value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (value === undefined) return withValue(document, path, undefined);
  if (typeof step === "number") {
    const items: readonly unknown[] = Array.isArray(document) ? document : [];
    return Object.assign([...items], { [step]: filled(items[step], rest, value) });
  }
  return {
    ...(isRecord(document) ? document : {}),
    [step]: filled(isRecord(document) ? document[step] : undefined, rest, value),
  };
}

function differences(before: readonly KubeObject[], after: readonly KubeObject[]): readonly Effect[] {
  const named = (objects: readonly KubeObject[]) =>
    new Map(objects.map((object) => [nameOf(object), object]));
  const [old, fresh] = [named(before), named(after)];
  const gone = before.filter((object) => !fresh.has(nameOf(object)));
  const come = after.filter((object) => !old.has(nameOf(object)));
  // A Job whose content changes has another name: it is the same to who asks.
  const renamed = gone.flatMap((object) => {
    const peers = (all: readonly KubeObject[]) => all.filter(({ kind }) => kind === object.kind);
    const next =
      peers(gone).length === peers(come).length ? peers(come)[peers(gone).indexOf(object)] : undefined;
    return next === undefined ? [] : [[object, next] as const];
  });
  const paired = new Set(renamed.flat());
  const whole = [...gone, ...come]
    .filter((object) => !paired.has(object))
    .map((object): Effect => ({ object: nameOf(object), fields: [], isWhole: true }));
  const kept = [...old].flatMap(([name, was]) => {
    const is = fresh.get(name);
    return is === undefined ? [] : [[was, is] as const];
  });
  const changed = [...kept, ...renamed].flatMap(([was, is]): Effect[] => {
    const fields = changedFields(was, is);
    return fields.length === 0 ? [] : [{ object: nameOf(was), fields, isWhole: false }];
  });
  return [...changed, ...whole];
}

function nameOf({ kind, metadata }: KubeObject): string {
  return `${kind}/${metadata.name}`;
}

function changedFields(was: KubeObject, is: KubeObject): readonly string[] {
  const [first, second] = [leaves(was), leaves(is)];
  const values = new Map(first.map(({ key, value }) => [key, value]));
  const keys = new Set(second.map(({ key }) => key));
  const moved = [
    ...second.filter(({ key, value }) => values.get(key) !== value),
    ...first.filter(({ key }) => !keys.has(key)),
  ];
  return [...new Set(moved.map(({ path }) => fieldName(path)))];
}
