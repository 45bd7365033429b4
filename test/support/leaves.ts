/**
 * The leaves of a schema, and documents in which one of them has this value or that: what a test needs that goes through
 * all fields and looks whether any does nothing.
 */
import { asset } from "../../generator/assets.ts";
import type { Schema } from "../../generator/cluster/schemas.ts";
import { isTree, type Tree } from "./object.ts";

export type Node = Schema & {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: boolean | Node;
  readonly items?: Node;
  readonly $defs?: Readonly<Record<string, Node>>;
};

/** A field without fields of its own: `*` in its path stands for a key of a mapping, `0` for an item of a list. */
export type Leaf = { readonly path: readonly string[]; readonly node: Node; readonly required: boolean };

export function schema(file: string): Node {
  return JSON.parse(asset(`generator/cluster/${file}`));
}

function resolved(root: Node, node: Node): Node {
  const definition = root.$defs?.[node.$ref?.slice("#/$defs/".length) ?? ""];
  return definition === undefined ? node : { ...definition, ...node };
}

/** Every leaf below a field; what Kubernetes defines is one leaf. */
export function leaves(root: Node, given: Node, path: readonly string[] = [], required = false): Leaf[] {
  const node = resolved(root, given);
  const foreign = node["x-kubernetes-value"] !== undefined || node["x-kubernetes-type"] !== undefined;
  const { properties, additionalProperties: values, items } = node;
  if (properties !== undefined && !(foreign && values === true)) {
    return Object.entries(properties).flatMap(([key, child]) =>
      leaves(root, child, [...path, key], node.required?.includes(key) ?? false),
    );
  }
  if (typeof values === "object") return leaves(root, values, [...path, "*"]);
  if (items !== undefined) return leaves(root, items, [...path, "0"]);
  return [{ path, node, required }];
}

/** Texts of which some have any form that a field may need. */
const texts = [
  "sample",
  "other",
  "1Gi",
  "2Gi",
  "300m",
  "400m",
  "17",
  "16",
  "7m",
  "9m",
  "repo1",
  "repo2",
  "/some/path/",
  "/other/path/",
  "10.1.0.0/16",
  "10.2.0.0/16",
  "etcd.example.com:2379",
  "Sat:01:00-06:00",
  "30 2 * * *",
  "2026-01-02T03:04:05+00:00",
  "01234567-89ab-cdef-0123-456789abcdef",
  "{username}.{cluster}",
  "{username}-in-{cluster}",
  "{cluster}-budget",
  "budget-{cluster}",
];

/** Values that the schema of a leaf takes. */
export function candidates(node: Node): readonly unknown[] {
  if (node.enum !== undefined) return node.enum;
  const type = [node.type].flat().find((name) => name !== "null");
  if (type === "boolean") return [true, false];
  if (type === "object") return [{}, { sample: "value" }];
  if (type === "integer") {
    const least = Math.max(node.minimum ?? 1, 1);
    return [least + 1, least + 3].map((value) => Math.min(value, node.maximum ?? value));
  }
  const form = new RegExp(node.pattern ?? "", "u");
  return texts.filter((text) => form.test(text) && text.length <= (node.maxLength ?? 1000)).slice(0, 2);
}

/** The least that a field needs to be there. */
function least(root: Node, given: Node): unknown {
  const node = resolved(root, given);
  if (node.properties === undefined) {
    return node.items === undefined ? candidates(node)[0] : [];
  }
  return Object.fromEntries(
    (node.required ?? []).map((key) => [key, least(root, node.properties?.[key] ?? {})]),
  );
}

/** A document with a value at the path, and with what the schema wants beside it on the way there. */
export function withValue(root: Node, document: Tree, path: readonly string[], value: unknown): Tree {
  const grown = grow(root, root, document, path, value);
  return isTree(grown) ? grown : document;
}

function grow(root: Node, given: Node, current: unknown, path: readonly string[], value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  const node = resolved(root, given);
  if (node.items !== undefined) {
    const list: readonly unknown[] = Array.isArray(current) ? current : [];
    return [grow(root, node.items, list[0] ?? least(root, node.items), rest, value), ...list.slice(1)];
  }
  const child =
    node.properties?.[step] ??
    (typeof node.additionalProperties === "object" ? node.additionalProperties : {});
  const here = isTree(current) ? current : {};
  const inner =
    here[step] ?? (rest.length === 0 || node.items !== undefined ? undefined : least(root, child));
  const next = grow(root, child, inner, rest, value);
  if (next === undefined) {
    const { [step]: _gone, ...others } = here;
    return others;
  }
  return { ...here, [step]: next };
}
