import { schemaOf } from "../cluster/schemas.ts";
import type { Kustomization } from "../cluster/spec.ts";
import { folderOf, isKustomization } from "../file.ts";
import { mostErrors } from "../pipeline/finding.ts";
import { explain } from "../pipeline/messages.ts";
import type { Path, Source } from "../pipeline/source.ts";
import type { Problem } from "../problem.ts";
import type { At } from "./trace.ts";
import type { Workspace } from "./workspace.ts";

/** A kustomization.yaml that has the form it needs. */
export type Composer = {
  readonly folder: string;
  readonly isComponent: boolean;
  readonly spec: Kustomization;
  readonly source: Source;
};

const group = "kustomize.config.k8s.io";

/** The kustomizations of a clusters folder by their folders, and what is wrong with those that are none. */
export function kustomizations(files: Workspace): {
  composers: Map<string, Composer>;
  folders: ReadonlySet<string>;
  problems: Problem[];
} {
  const byFolder = new Map<string, string[]>();
  for (const path of files.paths) {
    const folder = folderOf(path);
    if (isKustomization(path)) byFolder.set(folder, [...(byFolder.get(folder) ?? []), path]);
  }
  const composers = new Map<string, Composer>();
  const problems: Problem[] = [];
  for (const [folder, paths] of byFolder) {
    const [first = "", second] = paths;
    const documents = paths.flatMap((path) => files.documents(path));
    const [source] = documents;
    if (second !== undefined) problems.push(twice(first, second));
    if (source === undefined) {
      if (!files.problems().some(({ at }) => at.file === first))
        problems.push(empty(folder, { file: first, line: 1, column: 1 }));
      continue;
    }
    const found = composer(source, folder);
    if (second === undefined) problems.push(...documents.slice(1).map(secondDocument));
    problems.push(...found.problems);
    if (found.composer !== undefined) composers.set(folder, found.composer);
  }
  return { composers, folders: new Set(byFolder.keys()), problems };
}

function composer(source: Source, folder: string): { composer?: Composer; problems: Problem[] } {
  const { schema, validate } = schemaOf("kustomization");
  const accepts = (given: unknown): given is Kustomization => validate(given) === true;
  const value: unknown = source.value;
  if (!accepts(value)) {
    const problems = (validate.errors ?? [])
      .filter(({ keyword }) => keyword !== "propertyNames")
      .slice(0, mostErrors)
      .map((error): Problem => {
        const { path, part, ...said } = explain(error);
        return problemAt({ source, path }, said, part);
      });
    return { problems };
  }
  const { kind = "Kustomization", apiVersion } = value;
  const version = kind === "Component" ? `${group}/v1alpha1` : `${group}/v1beta1`;
  const problems: Problem[] = [];
  if (kind !== "Kustomization" && kind !== "Component") {
    problems.push(
      wrongValue(source, {
        path: ["kind"],
        message: `kind is ${JSON.stringify(kind)}`,
        fix: "write Kustomization or Component",
      }),
    );
  } else if (apiVersion !== undefined && apiVersion !== version) {
    const message = `apiVersion is ${JSON.stringify(apiVersion)}, of a ${kind} it is ${version}`;
    problems.push(wrongValue(source, { path: ["apiVersion"], message, fix: `write ${version}` }));
  }
  for (const key of Object.keys(value)) {
    const refused = schema.properties?.[key]?.["x-refused"];
    if (refused !== undefined) problems.push(unsupported(source, key, refused));
  }
  const content = Object.keys(value).filter((key) => key !== "apiVersion" && key !== "kind");
  if (content.length === 0) problems.push(empty(folder, source.placeOf([])));
  if (problems.length > 0) return { problems };
  return { composer: { folder, isComponent: kind === "Component", spec: value, source }, problems };
}

/** A problem in words, before it has a place. */
export type Said = Omit<Problem, "at" | "severity">;

/** A problem at a place of a kustomization's, or of a patch's. */
export function problemAt({ source, path }: At, said: Said, of: "key" | "value" = "value"): Problem {
  return { ...said, severity: "error", at: source.placeOf(path, of) };
}

export function warningAt(at: At, said: Said, of: "key" | "value" = "value"): Problem {
  return { ...problemAt(at, said, of), severity: "warning" };
}

function wrongValue(source: Source, said: { path: Path; message: string; fix: string }): Problem {
  const { path, message, fix } = said;
  return problemAt({ source, path }, { rule: "wrong-value", message, fix });
}

function unsupported(source: Source, key: string, fix: string): Problem {
  return problemAt(
    { source, path: [key] },
    { rule: "composition-unsupported", message: `${key} is not supported`, fix },
    "key",
  );
}

function empty(folder: string, at: Problem["at"]): Problem {
  return {
    rule: "kustomization-empty",
    severity: "error",
    message: `the kustomization of ${folder === "" ? "the clusters folder" : folder} says nothing`,
    fix: "list the files that belong to it under resources",
    at,
  };
}

function twice(first: string, second: string): Problem {
  return {
    rule: "kustomization-twice",
    severity: "error",
    message: `the folder has two kustomizations, ${first} and ${second}`,
    fix: "put them together into kustomization.yaml",
    at: { file: second, line: 1, column: 1 },
  };
}

function secondDocument(source: Source): Problem {
  return {
    rule: "kustomization-twice",
    severity: "error",
    message: "the file has a second document; a kustomization is one",
    fix: "put them together",
    at: source.placeOf([]),
  };
}
