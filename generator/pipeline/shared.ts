import type { Root } from "../compose/index.ts";
import type { File } from "../file.ts";
import { isKubeObject } from "../kube/object.ts";
import type { KubeObject } from "../kube/object.ts";
import type { Place, Problem } from "../problem.ts";
import { isRecord } from "../record.ts";
import { emitObjects } from "./emit.ts";
import type { Source } from "./source.ts";
import { isForeign } from "./validate.ts";

/** An object of the user's that a kustomization lists or makes, and that is put out as it is. */
export type Shared = { readonly object: KubeObject; readonly folder: string; readonly at: () => Place };

/** The objects of a root that are no specs, and what is wrong with them. */
export function shared({ documents }: Root): { shared: Shared[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const found = documents
    .filter(({ value }) => isForeign(value))
    .flatMap((source): Shared[] => {
      if (hasSecret(source.value)) problems.push(plainSecret(source));
      return isKubeObject(source.value)
        ? [{ object: source.value, folder: source.folder, at: () => source.placeOf(["metadata", "name"]) }]
        : [];
    });
  return { shared: found, problems };
}

/** Their files: those of a root in one folder, `shared`. */
export function emitShared(all: readonly Shared[]): File[] {
  const folders = new Map<string, KubeObject[]>();
  for (const { folder, object } of all) {
    const objects = folders.get(folder);
    if (objects === undefined) folders.set(folder, [object]);
    else objects.push(object);
  }
  return [...folders].flatMap(([folder, objects]) => emitObjects(sharedFolder(folder), objects));
}

/** The folder below the output folder for what a root passes through. */
export function sharedFolder(folder: string): string {
  return folder === "" ? "shared" : `${folder}/shared`;
}

/** What SOPS has encrypted may be in git; it says so at the top of the document. */
function hasSecret(value: unknown): boolean {
  if (!isRecord(value) || value["kind"] !== "Secret" || isRecord(value["sops"])) return false;
  return ["data", "stringData"].some((key) => isRecord(value[key]) && Object.keys(value[key]).length > 0);
}

function plainSecret(source: Source): Problem {
  return {
    rule: "secret-in-git",
    severity: "error",
    message: "a Secret with its values must not be in git, or in what is rendered",
    fix: "encrypt it with SOPS, let the cluster make it (spec.secrets), or take it from a store, e.g. with an ExternalSecret",
    at: source.placeOf(["kind"], "key"),
  };
}
