import fc from "fast-check";
import { stringify } from "yaml";
import { kinds } from "./random-objects.ts";
import type { Subject } from "./random-objects.ts";

type Value = Readonly<Record<string, unknown>>;

/** As YAML 1.1, so that every reader takes texts for texts. */
export function text(value: unknown): string {
  return stringify(value, { version: "1.1", aliasDuplicateObjects: false, lineWidth: 0 });
}

/** A patch that removes no label and no annotation: with a target, kustomize would set them to "null" (docs/composition.md). */
export function keeping({ metadata, ...rest }: Value): Value {
  const entries = Object.entries(Object(metadata)).map(([key, value]) => [
    key,
    value !== null && typeof value === "object"
      ? Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== null))
      : value,
  ]);
  return { ...rest, metadata: Object.fromEntries(entries) };
}

/** What a patch may be for, besides one object. */
export function target({ kind, name }: Subject): fc.Arbitrary<Value> {
  return fc.constantFrom<Value>(
    { kind, name },
    { kind },
    { kind, name: `${name.slice(0, 2)}.*` },
    { kind, labelSelector: "a" },
    { kind, labelSelector: "a in (1, x),!z" },
    { kind, labelSelector: "b!=1" },
    { kind, annotationSelector: "c" },
  );
}

export function jsonPatch(of: Subject): fc.Arbitrary<{ readonly target: Value; readonly patch: string }> {
  const { kind, name } = of;
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
  const targets = fc.oneof(target(of), fc.constantFrom<Value>({ name }, { kind: `${kind}|${kinds[0]}` }));
  return fc
    .tuple(fc.array(operation, { minLength: 1, maxLength: 2 }), more, targets)
    .map(([first, then, to]) => ({
      target: to,
      patch: text([...first, ...then]),
    }));
}
