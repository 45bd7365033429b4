import type { Kustomization } from "../cluster/spec.ts";
import { mostErrors } from "../pipeline/finding.ts";
import { show } from "../pipeline/messages.ts";
import type { Problem } from "../problem.ts";
import { problemAt } from "./kustomization.ts";
import { atKey } from "./trace.ts";
import type { At, Placed } from "./trace.ts";

export type ConfigMapArgs = NonNullable<Kustomization["configMapGenerator"]>[number];

/** The text of a file that a generator names, or the problem with it. */
export type ReadText = (path: string, at: At) => { text: string } | { problem: Problem };

type Pairs = { entries: (readonly [string, Placed])[]; problems: Problem[] };

/** The entries of a ConfigMap that is generated, in the order of its sources. */
export function pairs(args: ConfigMapArgs, at: At, read: ReadText): Pairs {
  const problems: Problem[] = [];
  const entries = new Map<string, Placed>();
  const add = (key: string, value: string, where: At): void => {
    if (!/^[-._a-zA-Z0-9]+$/.test(key) || key === "." || key === "..") {
      problems.push(
        source(where, `${show(key)} is no key of a ConfigMap`, "take letters, digits, -, _ and ."),
      );
    } else if (entries.has(key)) {
      problems.push(
        source(where, `the ConfigMap ${args.name} has two values for ${key}`, "take one of them out"),
      );
    } else entries.set(key, { value, at: where });
  };
  const file = (path: string, where: At): string | undefined => {
    const found = read(path, where);
    if ("text" in found) return found.text;
    problems.push(found.problem);
    return undefined;
  };
  const envs = [
    ...(args.envs ?? []).map((path, index) => [path, atKey(at, "envs", index)] as const),
    ...(args.env ? [[args.env, atKey(at, "env")] as const] : []),
  ];
  for (const [path, where] of envs) {
    for (const line of (file(path, where) ?? "").split(/\r?\n/)) {
      const text = line.trimStart();
      if (text === "" || text.startsWith("#")) continue;
      const [key = "", ...rest] = text.split("=");
      add(key, rest.join("="), where);
    }
  }
  for (const [index, literal] of (args.literals ?? []).entries()) {
    const where = atKey(at, "literals", index);
    const equals = literal.indexOf("=");
    if (equals < 1)
      problems.push(source(where, `${show(literal)} is no key=value`, "write one, as in level=debug"));
    else add(literal.slice(0, equals), unquoted(literal.slice(equals + 1)), where);
  }
  for (const [index, entry] of (args.files ?? []).entries()) {
    const where = atKey(at, "files", index);
    const [key = "", path, ...more] = entry.includes("=")
      ? entry.split("=")
      : [entry.split("/").at(-1) ?? "", entry];
    if (key === "" || path === undefined || path === "" || more.length > 0) {
      problems.push(source(where, `${JSON.stringify(entry)} names no file`, "write file, or key=file"));
      continue;
    }
    const text = file(path, where);
    if (text !== undefined) add(key, text, where);
  }
  return { entries: [...entries], problems: problems.slice(0, mostErrors) };
}

function source(at: At, message: string, fix: string): Problem {
  return problemAt(at, { rule: "generator-source", message, fix });
}

function unquoted(text: string): string {
  const [first] = text;
  return text.length >= 2 && (first === '"' || first === "'") && text.endsWith(first)
    ? text.slice(1, -1)
    : text;
}
