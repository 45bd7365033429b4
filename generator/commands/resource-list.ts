import type { File } from "../file.ts";
import { yaml } from "../kube/yaml.ts";
import { isError } from "../problem.ts";
import type { Problem } from "../problem.ts";
import { isRecord } from "../record.ts";
import { load } from "../pipeline/load.ts";
import type { Path, Source } from "../pipeline/source.ts";

/*
 * What a KRM function reads and writes.
 * https://github.com/kubernetes-sigs/kustomize/blob/master/cmd/config/docs/api-conventions/functions-spec.md
 */

type Item = Readonly<Record<string, unknown>>;

/** One document of the list that is ours, as a file that can be rendered. */
type Fed = { readonly item: Item; readonly file: File; readonly source: Source };

/** A message about one item, in the form of the specification. */
export type Result = {
  readonly message: string;
  readonly severity: "error" | "warning";
  readonly resourceRef?: Readonly<Record<string, string>>;
  readonly field?: { readonly path: string };
  readonly file?: { readonly path: string; readonly index?: number };
  readonly tags: { readonly rule: string; readonly fix: string };
};

type Render = (files: readonly File[]) => {
  readonly files: readonly File[];
  readonly problems: readonly Problem[];
};

export type Called = { readonly list: Item | undefined; readonly results: readonly Result[] };

const ours = /^(pgrender\.dev|cpo\.opensource\.cybertec\.at)\//;
/** Notes of the one who calls the function, and whom it calls; they are no part of a document. */
const notes = /^(internal\.)?config\.(kubernetes|k8s)\.io\//;
const pathNotes = ["config.kubernetes.io/path", "internal.config.kubernetes.io/path"] as const;
const indexNotes = ["config.kubernetes.io/index", "internal.config.kubernetes.io/index"] as const;

/**
 * The answer to a ResourceList: clusters replaced by the objects that are rendered for them, what holds for the fleet taken
 * out, everything else as it was. The function's own configuration may be a document of ours too: then it is a generator.
 * No list where the text is none.
 */
export function called(text: string, render: Render): Called {
  const { sources, problems } = load([{ path: "ResourceList", text }]);
  const [source, second] = sources;
  const value = source?.value;
  if (problems.length > 0) return { list: undefined, results: problems.map((problem) => plain(problem)) };
  if (!isRecord(value) || second !== undefined || value["kind"] !== "ResourceList") return noList();
  const items: readonly unknown[] = Array.isArray(value["items"]) ? value["items"] : [];
  const documents = items.filter(isRecord);
  if (documents.length < items.length || ("items" in value && !Array.isArray(value["items"])))
    return noList();

  const config = value["functionConfig"];
  // kustomize hands a generator its configuration among the items, too.
  const isItem = isRecord(config) && documents.some((item) => identity(item) === identity(config));
  const all = isRecord(config) && !isItem ? [...documents, config] : documents;
  const fed = new Map(
    all.flatMap((item, index) => (isOurs(item) ? [[index, feed(item, index)] as const] : [])),
  );
  const rendered = render([...fed.values()].map(({ file }) => file));
  const results = rendered.problems.map((problem) => result(problem, [...fed.values()]));
  const failed = rendered.problems.some(isError);
  const answer = failed
    ? documents
    : all.flatMap((item, index) => {
        const own = fed.get(index);
        if (own !== undefined) return objects(own, folderOf(index), rendered.files);
        return item === config ? [] : [item];
      });
  return { list: { ...value, items: answer, ...(results.length > 0 ? { results } : {}) }, results };
}

function isOurs(item: Item): boolean {
  return typeof item["apiVersion"] === "string" && ours.test(item["apiVersion"]);
}

function identity({ apiVersion, kind, metadata }: Item): string {
  const { name, namespace } = isRecord(metadata) ? metadata : {};
  return JSON.stringify([apiVersion, kind, namespace, name]);
}

function folderOf(index: number): string {
  return `item-${index}`;
}

/** Each cluster in a folder of its own; what is for the fleet above them. */
function feed(item: Item, index: number): Fed {
  const { annotations, ...metadata } = isRecord(item["metadata"]) ? item["metadata"] : {};
  const kept = Object.entries(isRecord(annotations) ? annotations : {}).filter(([key]) => !notes.test(key));
  const annotated = kept.length > 0 ? { annotations: Object.fromEntries(kept) } : {};
  const document = { ...item, ...("metadata" in item ? { metadata: { ...metadata, ...annotated } } : {}) };
  const isFleet = item["kind"] === "OperatorConfiguration" || item["kind"] === "Settings";
  const path = isFleet ? `${folderOf(index)}.yaml` : `${folderOf(index)}/cluster.yaml`;
  const file = { path, text: yaml(document) };
  const [source] = load([file]).sources;
  if (source === undefined) throw new Error(`what was read cannot be read again: ${path}`);
  return { item, file, source };
}

/** The objects of one cluster. Where it came from a file, its objects say which files are theirs. */
function objects({ item }: Fed, folder: string, files: readonly File[]): Item[] {
  const [from] = noted(item, pathNotes);
  const own = files.filter(
    ({ path }) => path.startsWith(`${folder}/`) && !path.endsWith("/kustomization.yaml"),
  );
  return load(own).sources.flatMap(({ file, value }) => {
    if (!isRecord(value)) return [];
    return [from === undefined ? value : withPath(value, `${parent(from)}${file.slice(folder.length + 1)}`)];
  });
}

function withPath(object: Item, path: string): Item {
  const metadata = isRecord(object["metadata"]) ? object["metadata"] : {};
  const annotations = {
    ...(isRecord(metadata["annotations"]) ? metadata["annotations"] : {}),
    ...Object.fromEntries(pathNotes.map((key) => [key, path])),
    ...Object.fromEntries(indexNotes.map((key) => [key, "0"])),
  };
  return { ...object, metadata: { ...metadata, annotations } };
}

function parent(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}

function noted(item: Item, keys: readonly string[]): string[] {
  const metadata = isRecord(item["metadata"]) ? item["metadata"] : {};
  const annotations = isRecord(metadata["annotations"]) ? metadata["annotations"] : {};
  return keys.map((key) => annotations[key]).filter((value) => typeof value === "string");
}

function result(problem: Problem, fed: readonly Fed[]): Result {
  const about = fed.find(({ file }) => file.path === problem.at.file);
  if (about === undefined) return plain(problem);
  const { item, source } = about;
  const metadata = isRecord(item["metadata"]) ? item["metadata"] : {};
  const reference = {
    apiVersion: item["apiVersion"],
    kind: item["kind"],
    name: metadata["name"],
    namespace: metadata["namespace"],
  };
  const [path] = noted(item, pathNotes);
  const [index] = noted(item, indexNotes);
  const field = fieldAt(source, problem);
  return {
    ...plain(problem),
    resourceRef: Object.fromEntries(
      Object.entries(reference).flatMap(([key, value]) => (typeof value === "string" ? [[key, value]] : [])),
    ),
    ...(field === undefined ? {} : { field: { path: field } }),
    ...(path === undefined
      ? {}
      : { file: { path, ...(index === undefined ? {} : { index: Number(index) }) } }),
  };
}

function plain({ message, severity, rule, fix }: Problem): Result {
  return { message, severity, tags: { rule, fix } };
}

/** The field that a problem's line and column belong to: the only thing that they say about a document without a file. */
function fieldAt({ value, placeOf }: Source, { at }: Problem): string | undefined {
  const isThere = (path: Path, part: "key" | "value") => {
    const { line, column } = placeOf(path, part);
    return line === at.line && column === at.column;
  };
  const search = (inner: unknown, path: Path): Path | undefined => {
    if (path.length > 0 && (isThere(path, "key") || isThere(path, "value"))) return path;
    const below = Array.isArray(inner) ? [...inner.entries()] : isRecord(inner) ? Object.entries(inner) : [];
    for (const [key, entry] of below) {
      const found = search(entry, [...path, key]);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return search(value, [])
    ?.map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`))
    .join("")
    .slice(1);
}

function noList(): Called {
  const said = {
    message: "standard input is no ResourceList",
    severity: "error" as const,
    tags: {
      rule: "resource-list",
      fix: "let kustomize or kpt call this command: it reads apiVersion: config.kubernetes.io/v1, kind: ResourceList with its items",
    },
  };
  return { list: undefined, results: [said] };
}
