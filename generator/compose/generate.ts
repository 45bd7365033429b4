import { createHash } from "node:crypto";
import type { Kustomization } from "../cluster/spec.ts";
import type { Problem } from "../problem.ts";
import { isRecord } from "../record.ts";
import { everIds, field, newDoc, presentId, remembered, textField } from "./document.ts";
import type { Doc } from "./document.ts";
import { problemAt } from "./kustomization.ts";
import type { Composer } from "./kustomization.ts";
import { childAt, entryOf, withEntries } from "./trace.ts";
import type { At, Entries, Placed } from "./trace.ts";

type ConfigMapArgs = NonNullable<Kustomization["configMapGenerator"]>[number];

/** The text of a file that a generator names, or the problem with it. */
export type ReadText = (path: string, at: At) => { text: string } | { problem: Problem };

/** The documents with the ConfigMaps of a kustomization, which are new ones or change those that are there. */
export function generated(
  composer: Composer,
  docs: readonly Doc[],
  read: ReadText,
): { docs: Doc[]; problems: Problem[] } {
  const problems: Problem[] = [];
  let all = [...docs];
  for (const [index, args] of (composer.spec.configMapGenerator ?? []).entries()) {
    const at: At = { source: composer.source, path: ["configMapGenerator", index] };
    const data = pairs(args, at, read);
    problems.push(...data.problems);
    const made = configMap(composer, args, { at, data: data.entries });
    const placed = placedIn(all, made, { behavior: args.behavior ?? "create", at });
    if ("rule" in placed) problems.push(placed);
    else all = placed;
  }
  return { docs: all, problems };
}

function configMap(
  { spec, source }: Composer,
  { name, namespace, options }: ConfigMapArgs,
  { at, data }: { at: At; data: readonly (readonly [string, Placed])[] },
): Doc {
  const global = spec.generatorOptions;
  const shared: At = { source, path: ["generatorOptions"] };
  const own: At = { source, path: [...at.path, "options"] };
  const map = (key: "labels" | "annotations"): (readonly [string, Placed])[] => {
    const given = {
      ...placedMap(global?.[key], child(shared, key)),
      ...placedMap(options?.[key], child(own, key)),
    };
    return Object.keys(given).length === 0 ? [] : [[key, mapping(Object.entries(given), at)]];
  };
  const metadata: (readonly [string, Placed])[] = [
    ["name", { value: name, at: child(at, "name") }],
    ...(namespace ? [["namespace", { value: namespace, at: child(at, "namespace") }] as const] : []),
    ...map("labels"),
    ...map("annotations"),
  ];
  const immutable = options?.immutable === true || global?.immutable === true;
  const entries: (readonly [string, Placed])[] = [
    ["apiVersion", { value: "v1", at }],
    ["kind", { value: "ConfigMap", at }],
    ["metadata", mapping(metadata, at)],
    ...(data.length === 0 ? [] : [["data", mapping(data, at)] as const]),
    ...(immutable ? [["immutable", { value: true, at }] as const] : []),
  ];
  const { value } = mapping(entries, at);
  const hashed = !(options?.disableNameSuffixHash === true || global?.disableNameSuffixHash === true);
  return { ...newDoc(isRecord(value) ? value : {}, at), hashed };
}

function child({ source, path }: At, key: string | number): At {
  return { source, path: [...path, key] };
}

function mapping(entries: readonly (readonly [string, Placed])[], at: At): Placed {
  return { value: withEntries({ value: {}, at }, entries), at };
}

function placedMap(map: Readonly<Record<string, string>> | undefined, at: At): Record<string, Placed> {
  return Object.fromEntries(
    Object.entries(map ?? {}).map(([key, value]) => [key, { value, at: child(at, key) }]),
  );
}

/** A new ConfigMap goes to the end; one that merges or replaces takes the place and the name of what it changes. */
function placedIn(
  docs: readonly Doc[],
  made: Doc,
  { behavior, at }: { behavior: string; at: At },
): Doc[] | Problem {
  const id = presentId(made);
  const found = [...docs.keys()].filter(
    (index) => docs[index] !== undefined && everIds(docs[index]).includes(id),
  );
  const [index] = found;
  const old = index === undefined ? undefined : docs[index];
  const name = textField(made.value["metadata"], "name");
  const changes = behavior === "merge" || behavior === "replace";
  if (old === undefined || index === undefined) {
    if (!changes) return [...docs, made];
    return problemAt(child(at, "behavior"), {
      rule: "generator-target",
      message: `there is no ConfigMap ${name} to ${behavior}`,
      fix: "list the folder that makes it under resources, or take behavior out",
    });
  }
  if (!changes || found.length > 1) {
    return problemAt(child(at, "name"), {
      rule: "resource-twice",
      message: `there is a ConfigMap ${name} already${found.length > 1 ? ", more than once" : ""}`,
      fix: "give it another name, or write behavior: merge or replace",
    });
  }
  return docs.with(index, laid(old, made, behavior));
}

function laid(old: Doc, made: Doc, behavior: string): Doc {
  const metadata = entryOf(old.value, old.at, "metadata");
  if (!isRecord(metadata?.value)) return made;
  const own = entryOf(made.value, made.at, "metadata");
  const kept: [string, Placed | undefined][] = ["labels", "annotations"].map((key) => [
    key,
    joined(entryIn(metadata, key), entryIn(own, key)),
  ]);
  const changes: [string, Placed | undefined][] = [
    ["metadata", { value: withEntries({ value: metadata.value, at: metadata.at }, kept), at: metadata.at }],
  ];
  if (behavior === "merge") {
    for (const key of ["data", "binaryData"])
      changes.push([key, joined(entryOf(old.value, old.at, key), entryOf(made.value, made.at, key))]);
  }
  const value = withEntries({ value: made.value, at: made.at }, changes);
  return { ...old, value, at: made.at, hashed: old.hashed && made.hashed };
}

function entryIn(placed: Placed | undefined, key: string): Placed | undefined {
  return isRecord(placed?.value) ? entryOf(placed.value, placed.at, key) : undefined;
}

/** Both maps in one, the second counting where both have a key. */
function joined(one: Placed | undefined, other: Placed | undefined): Placed | undefined {
  if (!isRecord(one?.value)) return other;
  if (!isRecord(other?.value)) return one;
  const { value, at } = other;
  const changes = Object.entries(value).map(
    ([key, entry]) => [key, { value: entry, at: childAt(value, at, key) }] as const,
  );
  return { value: withEntries({ value: one.value, at: one.at }, changes), at: one.at };
}

type Pairs = { entries: (readonly [string, Placed])[]; problems: Problem[] };

function pairs(args: ConfigMapArgs, at: At, read: ReadText): Pairs {
  const problems: Problem[] = [];
  const entries = new Map<string, Placed>();
  const add = (key: string, value: string, where: At): void => {
    if (!/^[-._a-zA-Z0-9]+$/.test(key) || key === "." || key === "..") {
      problems.push(
        source(where, `${JSON.stringify(key)} is no key of a ConfigMap`, "take letters, digits, -, _ and ."),
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
    ...(args.envs ?? []).map((path, index) => [path, child(child(at, "envs"), index)] as const),
    ...(args.env ? [[args.env, child(at, "env")] as const] : []),
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
    const where = child(child(at, "literals"), index);
    const equals = literal.indexOf("=");
    if (equals < 1) problems.push(source(where, "a literal is no key=value", "write key=value"));
    else add(literal.slice(0, equals), unquoted(literal.slice(equals + 1)), where);
  }
  for (const [index, entry] of (args.files ?? []).entries()) {
    const where = child(child(at, "files"), index);
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
  return { entries: [...entries], problems };
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

/** The document with the hash of its content at the end of its name, if it is to have one. */
export function withHash(doc: Doc): Doc {
  const metadata = entryOf(doc.value, doc.at, "metadata");
  if (!doc.hashed || !isRecord(metadata?.value)) return doc;
  const name = entryOf(metadata.value, metadata.at, "name");
  if (name === undefined) return doc;
  const hash = contentHash(doc.value);
  const renamed = withEntries({ value: metadata.value, at: metadata.at }, [
    ["name", { value: `${String(name.value)}-${hash}`, at: name.at }],
  ]);
  const value = withEntries({ value: doc.value, at: doc.at }, [
    ["metadata", { value: renamed, at: metadata.at }],
  ]);
  return { ...remembered(doc), value };
}

// kustomize means to hash the name too, but looks for a field that is called "metadata/name", and finds none.
// https://github.com/kubernetes-sigs/kustomize/blob/api/v0.18.0/api/hasher/hasher.go
function contentHash(value: Entries): string {
  const binary = field(value, "binaryData");
  const data = field(value, "data");
  const content = [
    ...(isRecord(binary) ? [`"binaryData":${goJson(binary)}`] : []),
    `"data":${goJson(data ?? "")},"kind":"ConfigMap","name":""`,
  ];
  const letters: Readonly<Record<string, string>> = { "0": "g", "1": "h", "3": "k", a: "m", e: "t" };
  const hex = createHash("sha256")
    .update(`{${content.join(",")}}`)
    .digest("hex");
  return hex.slice(0, 10).replaceAll(/[013ae]/g, (digit) => letters[digit] ?? digit);
}

/** JSON as Go writes it: keys in order, and safe inside of HTML. */
function goJson(value: unknown): string {
  if (isRecord(value)) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, entry]) => `${goJson(key)}:${goJson(entry)}`).join(",")}}`;
  }
  return JSON.stringify(value).replaceAll(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
