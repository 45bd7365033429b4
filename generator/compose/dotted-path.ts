import { isRecord } from "../record.ts";
import { field, textOf } from "./document.ts";
import { childAt, entryOf, itemsOf, listOf, withEntries } from "./trace.ts";
import type { Placed } from "./trace.ts";

/**
 * The steps of a path such as `spec.env.[name=TZ].value`. In brackets with an equals sign is an item of a list, in
 * brackets without one a key that has dots; `\.` is a character of a step.
 */
export function fieldPath(path: string): string[] {
  const split = path.replace(/^\.(?=.)/, "").split(/(?<!\\)\./);
  const result: string[] = [];
  for (let index = 0; index < split.length; index++) {
    let step = split[index] ?? "";
    if (step.startsWith("[")) {
      while (!step.endsWith("]") && index + 1 < split.length) step += `.${split[++index] ?? ""}`;
      if (!step.includes("=")) step = step.replace(/^\[+|\]+$/g, "");
    }
    result.push(step.replaceAll("\\.", "."));
  }
  return result;
}

const ITEM = /^\[([^=]*)=(.*)\]$/;

/** The value at a path, the first where a step selects several. */
export function valueAt(root: Placed, path: readonly string[]): Placed | undefined {
  return path.reduce<Placed | undefined>(
    (here, step) => (here === undefined ? undefined : below(here, step)),
    root,
  );
}

function below({ value, at }: Placed, step: string): Placed | undefined {
  if (!Array.isArray(value)) return isRecord(value) ? entryOf(value, at, step) : undefined;
  const [, key, wanted] = ITEM.exec(step) ?? [];
  const index =
    key === undefined
      ? numberOf(step, value.length)
      : value.findIndex((item) => textIn(item, key) === wanted);
  return index in value ? { value: value[index], at: childAt(value, at, index) } : undefined;
}

function numberOf(step: string, length: number): number {
  if (step === "-") return length - 1;
  return /^\d+$/.test(step) ? Number(step) : -1;
}

/** The text of an item, or of its key; undefined for what is no single value. */
function textIn(item: unknown, key: string): string | undefined {
  const found = key === "" ? item : field(item, key);
  return typeof found === "object" || found === undefined ? undefined : textOf(found);
}

export type Change = {
  readonly path: readonly string[];
  /** The new value, or why there is none. `value: undefined` is a field that is made. */
  readonly change: (before: Placed) => Placed | string;
  readonly create: boolean;
};

/** Why nothing was changed; `isAbsent` if there is only nothing at the path, which one of several items may lack. */
type Failure = { readonly reason: string; readonly isAbsent: boolean };

function failed(reason: string): Failure {
  return { reason, isAbsent: false };
}

function absent(reason: string): Failure {
  return { reason, isAbsent: true };
}

/** The value with what is at a path changed, in all items that a step selects; or why there is nothing to change. */
export function changedPaths(here: Placed, { path, change, create }: Change): Placed | Failure {
  const [step, ...rest] = path;
  if (step === undefined) {
    const after = change(here);
    return typeof after === "string" ? failed(after) : after;
  }
  const inside = (child: Placed): Placed | Failure => changedPaths(child, { path: rest, change, create });
  const { value, at } = here;
  if (step === "__proto__") return failed("no key may be named __proto__");
  if (
    step === "*" ||
    ITEM.test(step) ||
    (Array.isArray(value) && /^\d+$/.test(step)) ||
    (value === undefined && /^\d+$/.test(step))
  )
    return changedItems(here, step, { inside, create });
  if (!isRecord(value) && !(value === undefined && create)) return failed(`there is no ${step}`);
  const map = isRecord(value) ? value : {};
  const own = entryOf(map, at, step);
  if (own === undefined && !create) return absent(`there is no ${step}`);
  const after = inside(own ?? { value: undefined, at });
  if ("reason" in after) return after;
  return { value: withEntries({ value: map, at }, [[step, after]]), at };
}

type Inside = { readonly inside: (child: Placed) => Placed | Failure; readonly create: boolean };

function changedItems({ value, at }: Placed, step: string, { inside, create }: Inside): Placed | Failure {
  if (!Array.isArray(value) && !(value === undefined && create))
    return failed(`${step} asks for an item, and there is no list`);
  const items = Array.isArray(value) ? itemsOf(value, at) : [];
  const chosen = selection(items, step);
  if (typeof chosen === "string") return failed(chosen);
  const made = chosen.length === 0 && create ? newItem(items.length, { step, at }) : undefined;
  if (chosen.length === 0 && made === undefined) return absent(`no item is ${step}`);
  const all = made === undefined ? items : [...items, made];
  const after: Placed[] = [];
  let lacking: Failure | undefined;
  let changed = 0;
  for (const [index, item] of all.entries()) {
    const next = chosen.includes(index) || item === made ? inside(item) : item;
    if ("reason" in next && !next.isAbsent) return next;
    if ("reason" in next) lacking = next;
    else if (next !== item) changed += 1;
    after.push("reason" in next ? item : next);
  }
  return lacking !== undefined && changed === 0 ? lacking : { value: listOf(after, at), at };
}

/** The numbers of the items that a step selects. A value in brackets is a regular expression, found anywhere in it. */
function selection(items: readonly Placed[], step: string): number[] | string {
  if (step === "*") return [...items.keys()];
  const [, key, pattern] = ITEM.exec(step) ?? [];
  if (key === undefined || pattern === undefined) {
    const index = Number(step);
    if (index > items.length) return `there are ${items.length} items`;
    return index < items.length ? [index] : [];
  }
  let expression: RegExp;
  try {
    expression = new RegExp(pattern);
  } catch {
    return `${step} is no regular expression`;
  }
  return [...items.keys()].filter((index) => {
    const text = textIn(items[index]?.value, key);
    return text !== undefined && expression.test(text);
  });
}

function newItem(count: number, { step, at }: { step: string; at: Placed["at"] }): Placed | undefined {
  const [, key, value] = ITEM.exec(step) ?? [];
  if (key === undefined)
    return /^\d+$/.test(step) && Number(step) === count ? { value: undefined, at } : undefined;
  return key === "" ? { value, at } : { value: { [key]: value }, at };
}
