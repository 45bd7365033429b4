import { isRecord } from "../record.ts";
import { everNamed, isClusterWide, kindOf, original, remembered, textField } from "./document.ts";
import type { Doc } from "./document.ts";
import { changedField, entrySetter, isFor } from "./field-path.ts";
import type { FieldSpec } from "./field-path.ts";
import { annotations, namespaces, ours, replicas, selectorLabels, templateLabels } from "./field-specs.ts";
import { withEntries, withItems } from "./trace.ts";
import type { At, Placed } from "./trace.ts";

/** A value of a kustomization, and where it stands there. */
export type Given<T> = { readonly value: T; readonly at: At };

/** The document in another namespace. */
export function inNamespace(doc: Doc, { value: namespace, at }: Given<string>): Doc {
  const text = { change: () => ({ value: namespace, at }), fresh: { empty: "text", at } } as const;
  let after = remembered(doc);
  if (!isClusterWide(doc)) after = changedField(after, { path: "metadata/namespace", create: true }, text);
  after = namespaces.reduce((current, spec) => changedField(current, spec, text), after);
  return kindOf(doc) === "RoleBinding" || kindOf(doc) === "ClusterRoleBinding"
    ? changedField(after, { path: "subjects" }, { change: (before) => defaultAccount(before, namespace, at) })
    : after;
}

/** kustomize moves the subject that is named default, and no other. */
function defaultAccount({ value, at: own }: Placed, namespace: string, at: At): Placed | undefined {
  if (Array.isArray(value))
    return withItems({ value, at: own }, (item) => defaultAccount(item, namespace, at) ?? item);
  if (!isRecord(value) || value["name"] !== "default") return undefined;
  return { value: withEntries({ value, at: own }, [["namespace", { value: namespace, at }]]), at: own };
}

/** Kinds whose names mean something to others than us. */
function keepsItsName({ value }: Doc, kind: string): boolean {
  if (kind === "CustomResourceDefinition" || kind === "Namespace") return true;
  return kind === "APIService" && textField(value, "apiVersion").startsWith("apiregistration.k8s.io/");
}

export function withPrefix(doc: Doc, { value: prefix, at }: Given<string>): Doc {
  if (keepsItsName(doc, original(doc).kind)) return doc;
  const marked = { ...remembered(doc), prefixes: [...doc.prefixes, prefix] };
  const change = (before: Placed): Placed => ({ value: `${prefix}${String(before.value)}`, at });
  return changedField(marked, { path: "metadata/name" }, { change });
}

export function withSuffix(doc: Doc, { value: suffix, at }: Given<string>): Doc {
  if (keepsItsName(doc, original(doc).kind)) return doc;
  const marked = { ...remembered(doc), suffixes: [...doc.suffixes, suffix] };
  const change = (before: Placed): Placed => ({ value: `${String(before.value)}${suffix}`, at });
  return changedField(marked, { path: "metadata/name" }, { change });
}

/** Where the labels of one entry go; `conflict` if two of its fields say differently whether they may be made. */
export function labelFields(entry: {
  readonly includeSelectors?: boolean;
  readonly includeTemplates?: boolean;
  readonly fields?: readonly FieldSpec[];
}): { specs: FieldSpec[]; conflict: boolean } {
  const specs: FieldSpec[] = [...(entry.fields ?? [])];
  let conflict = false;
  const more = entry.includeSelectors
    ? selectorLabels
    : [...(entry.includeTemplates ? templateLabels : []), { path: "metadata/labels", create: true }];
  for (const spec of more) {
    const known = specs.find((other) => covers(spec, other));
    if (known === undefined) specs.push(spec);
    else conflict ||= (known.create ?? false) !== (spec.create ?? false);
  }
  return { specs, conflict };
}

/** Whether a field is one that is listed already. */
function covers(spec: FieldSpec, { group, version, kind, path }: FieldSpec): boolean {
  return (
    path === spec.path &&
    (!spec.group || spec.group === group) &&
    (!spec.version || spec.version === version) &&
    (!spec.kind || spec.kind === kind)
  );
}

export type Pair = readonly [key: string, value: string, at: At];

export function withLabels(doc: Doc, pairs: readonly Pair[], specs: readonly FieldSpec[]): Doc {
  const own = specs.filter((spec) => isFor(spec, doc));
  return pairs.reduce(
    (labelled, [key, value, at]) =>
      own.reduce(
        (current, spec) =>
          changedField(current, spec, {
            change: entrySetter(key, value, at),
            fresh: { empty: "mapping", at },
          }),
        labelled,
      ),
    doc,
  );
}

export function withAnnotations(doc: Doc, pairs: readonly Pair[]): Doc {
  return withLabels(doc, pairs, annotations);
}

/** With another number of instances; undefined if the document is not the one that is meant. */
export function withReplicas(
  doc: Doc,
  { value, at }: Given<{ name: string; count: number }>,
): Doc | undefined {
  const fields = [...replicas, ...ours().replicas].filter(
    (spec) =>
      isFor(spec, doc) && everNamed(doc).some(({ name, kind }) => name === value.name && kind === spec.kind),
  );
  if (fields.length === 0) return undefined;
  const change = () => ({ value: value.count, at });
  return fields.reduce(
    (current, spec) => changedField(current, spec, { change, fresh: { empty: "text", at } }),
    doc,
  );
}
