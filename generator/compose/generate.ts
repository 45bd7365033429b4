import type { Problem } from "../problem.ts";
import { isRecord } from "../record.ts";
import { everIds, newDoc, presentId, textField } from "./document.ts";
import type { Doc } from "./document.ts";
import { pairs } from "./generator-data.ts";
import type { ConfigMapArgs, ReadText } from "./generator-data.ts";
import { problemAt } from "./kustomization.ts";
import type { Composer } from "./kustomization.ts";
import { atKey, childAt, entryOf, withEntries } from "./trace.ts";
import type { At, Placed } from "./trace.ts";

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
      ...placedMap(global?.[key], atKey(shared, key)),
      ...placedMap(options?.[key], atKey(own, key)),
    };
    return Object.keys(given).length === 0 ? [] : [[key, mapping(Object.entries(given), at)]];
  };
  const metadata: (readonly [string, Placed])[] = [
    ["name", { value: name, at: atKey(at, "name") }],
    ...(namespace ? [["namespace", { value: namespace, at: atKey(at, "namespace") }] as const] : []),
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

function mapping(entries: readonly (readonly [string, Placed])[], at: At): Placed {
  return { value: withEntries({ value: {}, at }, entries), at };
}

function placedMap(map: Readonly<Record<string, string>> | undefined, at: At): Record<string, Placed> {
  return Object.fromEntries(
    Object.entries(map ?? {}).map(([key, value]) => [key, { value, at: atKey(at, key) }]),
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
    return problemAt(atKey(at, "behavior"), {
      rule: "generator-target",
      message: `there is no ConfigMap ${name} to ${behavior}`,
      fix: "list the folder that makes it under resources, or take behavior out",
    });
  }
  if (!changes || found.length > 1) {
    return problemAt(atKey(at, "name"), {
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
