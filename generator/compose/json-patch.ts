import { isRecord } from "../record.ts";
import type { Entries } from "../record.ts";
import type { Clash } from "./merge-directives.ts";
import { childAt, entryOf, itemsOf, listOf, withEntries } from "./trace.ts";
import type { At, Placed } from "./trace.ts";

const verbs = ["add", "remove", "replace", "move", "copy", "test"] as const;
type Verb = (typeof verbs)[number];

/** One operation of a JSON 6902 patch. */
export type Operation = {
  readonly op: Verb;
  readonly path: readonly string[];
  readonly from: readonly string[];
  readonly value: Placed | undefined;
  readonly at: At;
};

/** The operations of a parsed patch, or what is wrong with the first that is none. */
export function operations({ value, at }: Placed): { list: Operation[]; clash?: Clash } {
  const list: Operation[] = [];
  for (const item of Array.isArray(value) ? itemsOf(value, at) : []) {
    const found = operation(item);
    if ("message" in found) return { list, clash: found };
    list.push(found);
  }
  return { list };
}

function operation({ value, at }: Placed): Operation | Clash {
  const wrong = (message: string, fix: string): Clash => ({ message, fix, at });
  if (!isRecord(value))
    return wrong("this is no operation", "write op and path, e.g. {op: remove, path: /spec/tls}");
  const op = verbs.find((verb) => verb === value["op"]);
  const { path, from } = value;
  if (op === undefined)
    return wrong(
      value["op"] === undefined
        ? "the operation has no op"
        : `${JSON.stringify(value["op"])} is no operation`,
      `op is one of ${verbs.join(", ")}`,
    );
  if (isPointer(path) && steps(path).includes("__proto__"))
    return wrong(
      "no key may be named __proto__: to JavaScript that is the prototype of an object",
      "take another key",
    );
  if (!isPointer(path))
    return wrong(
      `the path of ${op} does not begin with /`,
      `write a path such as ${typeof path === "string" && path !== "" ? `/${path.replaceAll(".", "/")}` : "/spec/volume/size"}`,
    );
  const moves = op === "move" || op === "copy";
  if (moves && !isPointer(from)) return wrong(`${op} has no from`, "add from: the path of the value to take");
  const valued = op === "add" || op === "replace" || op === "test";
  const given = entryOf(value, at, "value");
  if (valued && given === undefined && op !== "test") return wrong(`${op} has no value`, "add value");
  return {
    op,
    path: steps(path),
    from: isPointer(from) ? steps(from) : [],
    value: valued ? (given ?? { value: null, at }) : undefined,
    at,
  };
}

function isPointer(value: unknown): value is string {
  return typeof value === "string" && (value === "" || value.startsWith("/"));
}

function steps(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** Applies the operations in their order; stops at the first that cannot be done. */
export function patched(
  target: Placed,
  list: readonly Operation[],
): { value: Entries | undefined; clash?: Clash } {
  let current = target;
  for (const operation of list) {
    const next = step(current, operation);
    if (typeof next === "string") {
      const { op, path, at } = operation;
      return {
        value: undefined,
        clash: { message: `${op} /${path.join("/")}: ${next}`, fix: fixOf(operation), at },
      };
    }
    current = next;
  }
  return { value: isRecord(current.value) ? current.value : undefined };
}

function fixOf({ op }: Operation): string {
  if (op === "test") return "the base has changed: check whether the patch still fits";
  if (op === "replace") return "take op: add, which makes the field too, or correct the path";
  return "correct the path; each step has to be there, and an item of a list is named by its number, or by - for its end";
}

/** The changed document, or why it cannot be changed. */
function step(root: Placed, operation: Operation): Placed | string {
  const { op, path, from, value } = operation;
  switch (op) {
    case "test": {
      const found = lookup(root, path);
      return same(found?.value ?? null, value?.value ?? null) ? root : another(root, found);
    }
    case "add":
      return value === undefined ? "it has no value" : edited(root, path, { put: value, fresh: true });
    case "replace":
      if (lookup(root, path) === undefined) return "there is nothing at this path";
      return value === undefined ? "it has no value" : edited(root, path, { put: value, fresh: false });
    case "remove":
      return lookup(root, path) === undefined
        ? "there is nothing at this path"
        : edited(root, path, { fresh: false });
    case "copy":
    case "move": {
      const taken = lookup(root, from);
      if (taken === undefined) return `there is nothing at /${from.join("/")}`;
      const without = op === "move" ? edited(root, from, { fresh: false }) : root;
      return typeof without === "string" ? without : edited(without, path, { put: taken, fresh: true });
    }
  }
}

/** Of a Secret nothing is told. */
function another({ value }: Placed, found: Placed | undefined): string {
  if (found === undefined) return "there is nothing at this path";
  const isShown = typeof found.value !== "object" && isRecord(value) && value["kind"] !== "Secret";
  return isShown ? `the value is ${JSON.stringify(found.value)}` : "the value is another one";
}

function lookup(root: Placed, path: readonly string[]): Placed | undefined {
  let here: Placed | undefined = root;
  for (const key of path) {
    if (here === undefined) return undefined;
    const { value, at }: Placed = here;
    if (Array.isArray(value)) {
      const index = indexIn(value, key);
      here =
        index === undefined || index >= value.length
          ? undefined
          : { value: value[index], at: childAt(value, at, index) };
    } else here = isRecord(value) ? entryOf(value, at, key) : undefined;
  }
  return here;
}

// evanphx/json-patch, which kustomize uses, counts negative indexes from the end.
function indexIn(list: readonly unknown[], key: string): number | undefined {
  if (!/^-?(0|[1-9]\d*)$/.test(key)) return undefined;
  const index = Number(key);
  return index < 0 ? (index + list.length < 0 ? undefined : index + list.length) : index;
}

type Edit = { readonly put?: Placed; readonly fresh: boolean };

function edited({ value, at }: Placed, path: readonly string[], edit: Edit): Placed | string {
  const [key, ...rest] = path;
  if (key === undefined) return edit.put ?? "the whole document cannot be taken out";
  if (Array.isArray(value)) return editedList({ value, at }, path, edit);
  if (!isRecord(value)) return "a step on the way is a single value";
  if (rest.length === 0) return { value: withEntries({ value, at }, [[key, edit.put]]), at };
  const child = entryOf(value, at, key);
  if (child === undefined || child.value === null) return `there is no ${key} on the way`;
  const next = edited(child, rest, edit);
  return typeof next === "string"
    ? next
    : { value: withEntries({ value, at }, [[key, { ...next, at: child.at }]]), at };
}

function editedList({ value, at }: Placed, path: readonly string[], edit: Edit): Placed | string {
  const [key = "", ...rest] = path;
  if (!Array.isArray(value)) return "a step on the way is no list";
  const items = itemsOf(value, at);
  const index = key === "-" && rest.length === 0 && edit.fresh ? items.length : indexIn(value, key);
  if (index === undefined) return `${key} is no number of an item`;
  if (index > items.length || (index === items.length && (!edit.fresh || rest.length > 0)))
    return `the list has ${items.length} items`;
  if (rest.length === 0) {
    const put = edit.put === undefined ? [] : [edit.put];
    return { value: listOf(items.toSpliced(index, edit.fresh ? 0 : 1, ...put), at), at };
  }
  const child = items[index];
  if (child === undefined) return `the list has ${items.length} items`;
  const next = edited(child, rest, edit);
  if (typeof next === "string") return next;
  return { value: listOf(items.with(index, { ...next, at: child.at }), at), at };
}

function same(one: unknown, other: unknown): boolean {
  if (Array.isArray(one)) {
    return (
      Array.isArray(other) && one.length === other.length && one.every((item, i) => same(item, other[i]))
    );
  }
  if (!isRecord(one)) return one === other;
  if (!isRecord(other)) return false;
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && same(one[key], other[key]))
  );
}
