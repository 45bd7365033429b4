import { posix } from "node:path";
import { fileURLToPath } from "node:url";
import { load } from "../../../generator/pipeline/load.ts";
import { filesIn } from "../../support/files.ts";
import { sections } from "../../support/fixtures.ts";
import { at, isTree, textAt } from "../../support/object.ts";
import type { KustomizeTree } from "./tree.ts";

/*
 * A fixture is one text: `=== path ===` before each file of a tree, the kustomization that is built being the first, and
 * `=== kubectl ===` before what `kubectl kustomize` gave. test/cluster/conformance.test.ts records.
 */
export const folder = fileURLToPath(new URL("../conformance", import.meta.url));

export type Fixture = { readonly name: string; readonly tree: KustomizeTree; readonly recorded: string };

export function fixtures(): readonly Fixture[] {
  return filesIn(folder).map(({ path, text }) => {
    const parts = sections(text);
    const files = parts.filter((part) => part.path !== "kubectl");
    const root = posix.dirname(files[0]?.path ?? "");
    return {
      name: path.replace(/\.txt$/, ""),
      tree: { root: root === "." ? "" : root, files },
      recorded: parts.find((part) => part.path === "kubectl")?.text ?? "",
    };
  });
}

/** The fixture's text with another record. */
export function fixtureText({ tree }: Fixture, recorded: string): string {
  const files = tree.files.map(({ path, text }) => `=== ${path} ===\n${text}`);
  return `${files.join("")}=== kubectl ===\n${recorded}`;
}

/**
 * Documents by what they are: two of one kind, namespace and name are the same object. Without `annotations: {}` and
 * `labels: {}`: kustomize drops them from what some transformers have met, and leaves them elsewhere.
 */
export function byId(documents: readonly unknown[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    documents.map((document) => {
      const [apiVersion, kind] = [textAt(document, "apiVersion"), textAt(document, "kind")];
      const [namespace, name] = [
        textAt(document, "metadata", "namespace"),
        textAt(document, "metadata", "name"),
      ];
      return [`${apiVersion} ${kind} ${namespace}/${name}`, withoutEmpty(document)];
    }),
  );
}

function withoutEmpty(document: unknown): unknown {
  const metadata = at(document, "metadata");
  if (!isTree(document) || !isTree(metadata)) return document;
  const rest = Object.entries(metadata).filter(
    ([key, value]) => !/^(annotations|labels)$/.test(key) || JSON.stringify(value) !== "{}",
  );
  return { ...document, metadata: Object.fromEntries(rest) };
}

/** The documents of a text, read as kubectl reads them. */
export function documentsOf(text: string): readonly unknown[] {
  const { sources, problems } = load([{ path: "kubectl.yaml", text }]);
  if (problems.length > 0) throw new Error(`kubectl's output is unreadable: ${JSON.stringify(problems[0])}`);
  return sources.map(({ value }) => value);
}
