import type { KubeObject } from "../kube/object.ts";
import { changedFields } from "./fields.ts";
import type { FieldChange } from "./fields.ts";
import type { Side, Unit } from "./side.ts";

/** An object that differs; `name` is the newer one's. One whose name is made of its content is the same one with another name. */
export type ObjectChange = {
  readonly how: "added" | "removed" | "changed" | "renamed";
  readonly kind: string;
  readonly name: string;
  /** Of a renamed one: its name before. */
  readonly formerly?: string;
  /** None of one that was added or removed. */
  readonly fields: readonly FieldChange[];
};

/** A cluster, or a folder of other objects, of which something differs. */
export type UnitChange = {
  readonly how: "added" | "removed" | "changed";
  readonly before: Unit | undefined;
  readonly after: Unit | undefined;
  readonly objects: readonly ObjectChange[];
};

/** The end of a name that is made of the object's content. */
export const hashEnd = /-([0-9a-f]{8})$/;

/** What differs between two renders, by cluster, sorted by what each is known by. */
export function compare(before: Side, after: Side): UnitChange[] {
  const ids = [...new Set([...before.units.keys(), ...after.units.keys()])].sort();
  return ids.flatMap((id) => unitChange(before.units.get(id), after.units.get(id)) ?? []);
}

function unitChange(before: Unit | undefined, after: Unit | undefined): UnitChange | undefined {
  const [old, now] = [before?.objects ?? [], after?.objects ?? []];
  const objects = objectChanges(old, now);
  const moved = before !== undefined && after !== undefined && before.folder !== after.folder;
  if (objects.length === 0 && !moved) return undefined;
  const how = before === undefined ? "added" : after === undefined ? "removed" : "changed";
  return { how, before, after, objects };
}

function objectChanges(old: readonly KubeObject[], now: readonly KubeObject[]): ObjectChange[] {
  const [was, is] = [new Map(old.map(known)), new Map(now.map(known))];
  const gone = old.filter((object) => !is.has(known(object)[0]));
  const come = now.filter((object) => !was.has(known(object)[0]));
  const former = renamed(gone, come);
  const renames = [...former].map(([after, before]) => [before.metadata.name, after.metadata.name] as const);
  const paired = new Set(former.values());
  return [
    ...now.flatMap((object): ObjectChange[] => {
      const { kind, metadata } = object;
      const same = was.get(known(object)[0]);
      const before = same ?? former.get(object);
      if (before === undefined) return [{ how: "added", kind, name: metadata.name, fields: [] }];
      const fields = changedFields(before, object).filter((field) => !isOnlyRenamed(field, renames));
      if (same === undefined)
        return [{ how: "renamed", kind, name: metadata.name, formerly: before.metadata.name, fields }];
      return fields.length === 0 ? [] : [{ how: "changed", kind, name: metadata.name, fields }];
    }),
    ...gone
      .filter((object) => !paired.has(object))
      .map(({ kind, metadata }) => ({ how: "removed" as const, kind, name: metadata.name, fields: [] })),
  ];
}

function known(object: KubeObject): readonly [string, KubeObject] {
  const { apiVersion, kind, metadata } = object;
  return [`${apiVersion.replace(/\/.*/, "")} ${kind} ${metadata.namespace ?? ""} ${metadata.name}`, object];
}

/** Which of the objects that went is which of those that came: of one kind and name, but for the hash at its end. */
function renamed(
  gone: readonly KubeObject[],
  come: readonly KubeObject[],
): ReadonlyMap<KubeObject, KubeObject> {
  const stems = new Map(gone.map((object) => [stem(object), object]));
  return new Map(
    come.flatMap((object) => {
      const before = stems.get(stem(object));
      return before === undefined || !hashEnd.test(object.metadata.name) ? [] : [[object, before] as const];
    }),
  );
}

function stem({ kind, metadata }: KubeObject): string {
  return `${kind} ${metadata.namespace ?? ""} ${metadata.name.replace(hashEnd, "")}`;
}

/** Whether a value differs by nothing but names that are made of contents: the object of that name says what differs. */
function isOnlyRenamed(
  { before, after }: FieldChange,
  renames: readonly (readonly [string, string])[],
): boolean {
  return (
    typeof before === "string" &&
    typeof after === "string" &&
    renames.some(([old, now]) => before.includes(old) && before.replaceAll(old, now) === after)
  );
}
