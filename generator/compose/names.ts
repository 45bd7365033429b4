import { isRecord } from "../record.ts";
import {
  field,
  groupVersion,
  isClusterWide,
  kindOf,
  nameOf,
  namespaceOf,
  original,
  textField,
  textOf,
} from "./document.ts";
import type { Doc } from "./document.ts";
import { changedField } from "./field-path.ts";
import type { FieldSpec } from "./field-path.ts";
import { ours } from "./field-specs.ts";
import { references } from "./reference-specs.ts";
import type { Reference } from "./reference-specs.ts";
import { childAt, withEntries, withItems } from "./trace.ts";
import type { At, Placed } from "./trace.ts";

/** A name that several documents had, of which each has another now. */
export type Ambiguous = { readonly name: string; readonly kind: string; readonly at: At };

type Referrer = { readonly reference: Reference; readonly spec: FieldSpec };

let known: ReadonlyMap<string, readonly Referrer[]> | undefined;

/** By the kind that refers: which of its fields hold names, and of what. */
function referrers(): ReadonlyMap<string, readonly Referrer[]> {
  if (known !== undefined) return known;
  const byKind = new Map<string, Referrer[]>();
  const all = [
    ...references,
    ...ours().nameReference.map(({ fieldSpecs, ...target }) => ({ ...target, fields: fieldSpecs })),
  ];
  for (const reference of all) {
    for (const spec of reference.fields) {
      const kind = spec.kind ?? "";
      byKind.set(kind, [...(byKind.get(kind) ?? []), { reference, spec }]);
    }
  }
  known = byKind;
  return byKind;
}

/** The documents, with the names of others in them changed to those that the others have now. */
export function withReferences(docs: readonly Doc[]): { docs: Doc[]; ambiguous: Ambiguous[] } {
  const renamed = new Map<string, Doc[]>();
  for (const doc of docs) {
    for (const name of new Set(doc.former.map((former) => former.name))) {
      const known = renamed.get(name);
      if (known === undefined) renamed.set(name, [doc]);
      else known.push(doc);
    }
  }
  const ambiguous: Ambiguous[] = [];
  if (renamed.size === 0) return { docs: [...docs], ambiguous };
  const changed = docs.map((doc) =>
    (referrers().get(original(doc).kind) ?? []).reduce((current, { reference, spec }) => {
      const referral = (name: string, at: At, namespace?: string): Doc | undefined => {
        const found = select(renamed.get(name) ?? [], { referrer: doc, reference, spec, namespace });
        if (found !== "several") return found;
        ambiguous.push({ name, kind: reference.kind, at });
        return undefined;
      };
      return changedField(current, spec, { change: (before) => renaming(before, referral) });
    }, doc),
  );
  return { docs: changed, ambiguous };
}

type Referral = (name: string, at: At, namespace?: string) => Doc | undefined;

function renaming(before: Placed, referral: Referral): Placed | undefined {
  const { value, at } = before;
  if (isRecord(value)) return renamedMapping({ value, at }, referral);
  if (Array.isArray(value)) return withItems(before, (item) => renaming(item, referral) ?? item);
  const name = textOf(value);
  const target = name === "" ? undefined : referral(name, at);
  if (target === undefined || nameOf(target) === name) return undefined;
  return { value: nameOf(target), at: nameAt(target) };
}

/** `{name, namespace}`: both follow. */
function renamedMapping(
  { value, at }: { value: Readonly<Record<string, unknown>>; at: At },
  referral: Referral,
) {
  const name = textField(value, "name");
  const given = field(value, "namespace");
  const target = referral(name, at, given === undefined ? undefined : textOf(given));
  if (target === undefined) return undefined;
  const namespace = textField(target.value["metadata"], "namespace");
  if (nameOf(target) === name && namespace === "") return undefined;
  const changes: [string, Placed][] = [["name", { value: nameOf(target), at: nameAt(target) }]];
  if (namespace !== "") changes.push(["namespace", { value: namespace, at: nameAt(target) }]);
  return { value: withEntries({ value, at }, changes), at };
}

function nameAt({ value, at }: Doc): At {
  const metadata = value["metadata"];
  const inside = childAt(value, at, "metadata");
  return isRecord(metadata) ? childAt(metadata, inside, "name") : inside;
}

type Search = {
  readonly referrer: Doc;
  readonly reference: Reference;
  readonly spec: FieldSpec;
  readonly namespace: string | undefined;
};

/** The one that is meant, by what it was called; kustomize's sieve, in its order. */
function select(candidates: readonly Doc[], search: Search): Doc | undefined | "several" {
  const { referrer, reference, spec, namespace } = search;
  const wide = isClusterWide(referrer);
  const granted = accountNamespaces(referrer);
  let left = candidates.filter((doc) => {
    const { group, version } = groupVersion(textField(doc.value, "apiVersion"));
    if (reference.group && reference.group !== group) return false;
    if (reference.version && reference.version !== version) return false;
    if (!doc.former.some(({ kind }) => kind === reference.kind)) return false;
    if (namespace !== undefined && original(doc).namespace !== namespace && namespaceOf(doc) !== namespace)
      return false;
    if (wide || isClusterWide(doc) || namespaceOf(doc) === namespaceOf(referrer)) return true;
    return kindOf(doc) === "ServiceAccount" && granted.has(namespaceOf(doc));
  });
  if (spec.path.endsWith("roleRef/name")) {
    const role = referrer.value["roleRef"];
    const kind = textField(role, "kind");
    if (kind !== "" && field(role, "apiGroup") !== undefined)
      left = left.filter((doc) => doc.former.some((former) => former.kind === kind));
  }
  if (left.length === 1) return left[0];
  left = left.filter((doc) => sameAffixes(doc, referrer, true));
  if (left.length > 1) left = left.filter((doc) => sameAffixes(doc, referrer, false));
  const [first] = left;
  if (first === undefined || left.every((doc) => nameOf(doc) === nameOf(first))) return first;
  return "several";
}

function accountNamespaces({ value }: Doc): ReadonlySet<string> {
  const subjects = value["kind"] === "RoleBinding" ? value["subjects"] : undefined;
  if (!Array.isArray(subjects)) return new Set();
  const accounts = subjects.filter((subject) => field(subject, "kind") === "ServiceAccount");
  return new Set(accounts.map((subject) => textField(subject, "namespace")));
}

/** Whether two went through the same kustomizations, as far as prefixes and suffixes tell. */
function sameAffixes(one: Doc, other: Doc, emptyFits: boolean): boolean {
  const same = (a: readonly string[], b: readonly string[]): boolean => {
    if (emptyFits && (a.length === 0 || b.length === 0)) return true;
    const [short, long] = a.length <= b.length ? [a, b] : [b, a];
    if (short.length === 0) return long.length === 0;
    return short.every((text, index) => text === long[index + long.length - short.length]);
  };
  return same(one.prefixes, other.prefixes) && same(one.suffixes, other.suffixes);
}
