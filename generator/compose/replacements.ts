import type { Kustomization } from "../cluster/spec.ts";
import type { Problem } from "../problem.ts";
import { isRecord } from "../record.ts";
import { called, textOf } from "./document.ts";
import type { Doc } from "./document.ts";
import { changedPaths, fieldPath, valueAt } from "./dotted-path.ts";
import { problemAt } from "./kustomization.ts";
import { exactTest } from "./select.ts";
import type { Selector, Test } from "./select.ts";
import { atKey } from "./trace.ts";
import type { At, Placed } from "./trace.ts";

export type Replacement = NonNullable<Kustomization["replacements"]>[number];
type Target = NonNullable<Replacement["targets"]>[number];
type Options = NonNullable<Target["options"]>;

/** The documents with a value of one copied to others. */
export function replaced(
  docs: readonly Doc[],
  { source, targets }: Replacement,
  at: At,
): { docs: readonly Doc[]; problems: Problem[] } {
  const fail = (message: string, fix: string, where: At): { docs: readonly Doc[]; problems: Problem[] } => ({
    docs,
    problems: [problemAt(where, { rule: "replacement", message, fix })],
  });
  if (source === undefined || targets === undefined || targets.length === 0)
    return fail("a replacement has a source and targets", "add both", at);
  const from = atKey(at, "source");
  const test = exactTest(source);
  if (typeof test !== "function") return fail(test.message, test.fix, atKey(from, test.key));
  const [found, second] = docs.filter(test);
  if (found === undefined)
    return fail(
      `there is no ${selected(source)} to take a value from`,
      "correct the source, or list the file that has it under resources",
      from,
    );
  if (second !== undefined)
    return fail(`the source is ${called(found)}, and ${called(second)}, too`, "name it more closely", from);
  const path = source.fieldPath ?? "metadata.name";
  const value = valueAt({ value: found.value, at: found.at }, fieldPath(path));
  if (value === undefined || value.value === null || value.value === "" || isEmpty(value.value))
    return fail(`${called(found)} has no ${path}`, "correct fieldPath", atKey(from, "fieldPath"));
  const part = refined(value, source.options);
  if (typeof part === "string") return fail(part, "correct the options", atKey(from, "options"));
  return targets.reduce<{ docs: readonly Doc[]; problems: Problem[] }>(
    (all, target, index) => {
      const next = copied(all.docs, { target, value: part, at: atKey(at, "targets", index) });
      return { docs: next.docs, problems: [...all.problems, ...next.problems] };
    },
    { docs, problems: [] },
  );
}

/** For a message: `PostgresCluster orders`. */
function selected({ kind = "", name = "", namespace = "", labelSelector = "" }: Selector): string {
  const what = [kind || "document", name].filter(Boolean).join(" ");
  const where = namespace === "" ? "" : ` in namespace ${namespace}`;
  return `${what}${where}${labelSelector === "" ? "" : ` with ${labelSelector}`}`;
}

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

/** The part of a value that the options name, or why there is none. */
function refined(value: Placed, options: Options | undefined): Placed | string {
  const { delimiter = "", index = 0 } = options ?? {};
  if (delimiter === "") return value;
  if (typeof value.value === "object") return "only a single value has parts";
  const parts = textOf(value.value).split(delimiter);
  const part = parts[index];
  return part === undefined
    ? `${JSON.stringify(textOf(value.value))} has ${parts.length} parts`
    : { value: part, at: value.at };
}

type Copy = { readonly target: Target; readonly value: Placed; readonly at: At };

function copied(
  docs: readonly Doc[],
  { target, value, at }: Copy,
): { docs: readonly Doc[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const fail = (message: string, fix: string, where: At): void => {
    problems.push(problemAt(where, { rule: "replacement", message, fix }));
  };
  const tests: Test[] = [];
  for (const selector of [target.select, ...(target.reject ?? []).flatMap(halves)]) {
    const test = exactTest(selector);
    if (typeof test === "function") tests.push(test);
    else fail(test.message, test.fix, at);
  }
  const [select, ...rejected] = tests;
  if (select === undefined || problems.length > 0) return { docs, problems };
  let matches = 0;
  const after = docs.map((doc) => {
    if (!select(doc) || rejected.some((test) => test(doc))) return doc;
    matches += 1;
    return (target.fieldPaths ?? ["metadata.name"]).reduce((current, path, index) => {
      const change = (before: Placed): Placed | string => put(before, value, target.options);
      const create = target.options?.create === true;
      const next = changedPaths(
        { value: current.value, at: current.at },
        { path: fieldPath(path), change, create },
      );
      if (!("reason" in next)) return isRecord(next.value) ? { ...current, value: next.value } : current;
      fail(
        `${called(doc)}, ${path}: ${next.reason}`,
        next.isAbsent
          ? "correct the path, or write options: {create: true}"
          : "correct the path, or take a source of the kind that goes there",
        atKey(at, "fieldPaths", index),
      );
      return current;
    }, doc);
  });
  if (matches === 0)
    problems.push(
      problemAt(atKey(at, "select"), {
        rule: "replacement-target",
        message: `there is no ${selected(target.select)} to put the value into`,
        fix: "correct select, or take the target out",
      }),
    );
  return { docs: after, problems };
}

/** To kustomize, either half of what is to be left out is enough: group, kind, name and the like, or the selectors. */
function halves({ labelSelector = "", annotationSelector = "", ...named }: Selector): Selector[] {
  return [
    ...(Object.values(named).some(Boolean) ? [named] : []),
    ...(labelSelector !== "" || annotationSelector !== "" ? [{ labelSelector, annotationSelector }] : []),
  ];
}

/** The value for a target, whose type stays what it was, or why it cannot take it. */
function put(before: Placed, value: Placed, options: Options | undefined): Placed | string {
  const { delimiter = "", index = 0 } = options ?? {};
  let next = value.value;
  if (delimiter !== "") {
    if (typeof before.value === "object" && before.value !== null) return "only a single value has parts";
    const parts = textOf(before.value).split(delimiter);
    const part = textOf(next);
    if (index < 0) parts.unshift(part);
    else if (index >= parts.length) parts.push(part);
    else parts[index] = part;
    next = parts.join(delimiter);
  }
  const at = value.at;
  if (typeof before.value === "object" || before.value === undefined) return { value: next, at };
  if (typeof next === "object") return "a list or a mapping cannot go where a single value is";
  const own = typed(textOf(next), typeof before.value);
  return own === undefined
    ? `${JSON.stringify(textOf(next))} is no ${typeof before.value}, which this field is`
    : { value: own, at };
}

function typed(value: string, type: string): string | number | boolean | undefined {
  if (type === "string") return value;
  if (type === "boolean") return value === "true" ? true : value === "false" ? false : undefined;
  const number = Number(value);
  return value.trim() !== "" && Number.isFinite(number) ? number : undefined;
}
