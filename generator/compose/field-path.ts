import { isRecord } from "../record.ts";
import { groupVersion, kindOf, textField } from "./document.ts";
import type { Doc } from "./document.ts";
import { entryOf, withEntries, withItems } from "./trace.ts";
import type { At, Placed } from "./trace.ts";

/** A field of some kinds, as kustomize's configuration names it: `spec/template/metadata/labels`. */
export type FieldSpec = {
  readonly group?: string;
  readonly version?: string;
  readonly kind?: string;
  readonly path: string;
  readonly create?: boolean;
};

/** Makes the new value of a field; undefined leaves it as it is. */
export type Change = (before: Placed) => Placed | undefined;

/** What is made where a field is missing that may be created. */
type Fresh = { readonly empty: "mapping" | "text"; readonly at: At };

export function isFor(spec: FieldSpec, doc: Doc): boolean {
  if (spec.kind && spec.kind !== kindOf(doc)) return false;
  if (!spec.group && !spec.version) return true;
  const { group, version } = groupVersion(textField(doc.value, "apiVersion"));
  return (!spec.group || spec.group === group) && (!spec.version || spec.version === version);
}

/** The document with a field changed, in every item of the lists on its way. */
export function changedField(
  doc: Doc,
  spec: FieldSpec,
  { change, fresh }: { change: Change; fresh?: Fresh },
): Doc {
  if (!isFor(spec, doc)) return doc;
  const made = spec.create === true ? fresh : undefined;
  const after = walk({ value: doc.value, at: doc.at }, steps(spec.path), { change, made });
  return isRecord(after.value) && after.value !== doc.value ? { ...doc, value: after.value } : doc;
}

type Walk = { readonly change: Change; readonly made: Fresh | undefined };

function walk(here: Placed, path: readonly string[], walked: Walk): Placed {
  const [step, ...rest] = path;
  if (step === undefined) return walked.change(here) ?? here;
  const { value, at } = here;
  if (Array.isArray(value)) return withItems(here, (item) => walk(item, path, walked));
  if (!isRecord(value)) return here;
  const isList = step.endsWith("[]");
  const key = isList ? step.slice(0, -2) : step;
  const own = entryOf(value, at, key);
  const before =
    own === undefined || own.value === null ? fresh(walked.made, { isList, isLast: rest.length === 0 }) : own;
  if (before === undefined) return here;
  const after = walk(before, rest, walked);
  if (after === own) return here;
  return { value: withEntries({ value, at }, [[key, after]]), at };
}

function fresh(
  made: Fresh | undefined,
  { isList, isLast }: { isList: boolean; isLast: boolean },
): Placed | undefined {
  if (made === undefined || isList) return undefined;
  return { value: isLast && made.empty === "text" ? "" : {}, at: made.at };
}

const split = new Map<string, readonly string[]>();

/** The steps of a path with `/` between them; `\/` is a character of a step. The paths are those of tables. */
function steps(path: string): readonly string[] {
  const known = split.get(path);
  if (known !== undefined) return known;
  const found = path
    .replace(/^\/(?=.)/, "")
    .split(/(?<!\\)\//)
    .map((step) => step.replaceAll("\\/", "/"));
  split.set(path, found);
  return found;
}

/** Sets one entry of a mapping; for anything else nothing. */
export function entrySetter(key: string, value: unknown, at: At): Change {
  return (before) =>
    isRecord(before.value)
      ? { value: withEntries({ value: before.value, at: before.at }, [[key, { value, at }]]), at: before.at }
      : undefined;
}
