import { parse } from "yaml";
import type { Cluster } from "../cluster/cluster.ts";
import type { File } from "../file.ts";
import { isKubeObject } from "../kube/object.ts";
import type { KubeObject } from "../kube/object.ts";
import { objectsOf } from "../objects.ts";
import { identity, wanted } from "../pipeline/wanted.ts";
import type { Problem } from "../problem.ts";
import { render, steps } from "../render.ts";

/** What one state of the clusters folder renders to, as objects. Without clusters if a problem is an error. */
export type Side = { readonly units: ReadonlyMap<string, Unit>; readonly problems: readonly Problem[] };

/** The objects that are applied together: a cluster's, or those that a folder passes through. */
export type Unit = {
  /** What it is known by in both states: `namespace/name` of a cluster, else a folder below the output folder. */
  readonly id: string;
  readonly cluster: Cluster | undefined;
  readonly folder: string;
  readonly objects: readonly KubeObject[];
};

/** Renders files of a clusters folder. No text is made of the objects: that would be most of the time. */
export function sideOf(files: readonly File[]): Side {
  const units = new Map<string, Unit>();
  const rendered = render(files, undefined, {
    ...steps,
    build: (cluster, { source, patches, uses, isWanted }) => {
      const { objects, problems } = objectsOf(cluster, { source, patches }, uses);
      const id = `${cluster.namespace ?? ""}/${cluster.name}`;
      if (isWanted) units.set(id, { id, cluster, folder: cluster.folder, objects });
      return { cluster, things: wanted(cluster, objects.map(identity)), files: [], problems };
    },
  });
  for (const unit of passedThrough(rendered.files)) units.set(unit.id, unit);
  const failed = rendered.problems.some(({ severity }) => severity === "error");
  return { units: failed ? new Map() : units, problems: rendered.problems };
}

/** The folders of objects that are no cluster's, which a render puts out as they are. */
function passedThrough(files: readonly File[]): Unit[] {
  const folders = new Map<string, KubeObject[]>();
  for (const { path, text } of files) {
    const object: unknown = parse(text);
    const folder = path.slice(0, path.lastIndexOf("/"));
    if (!isKubeObject(object) || path.endsWith("/kustomization.yaml")) continue;
    folders.set(folder, [...(folders.get(folder) ?? []), object]);
  }
  return [...folders].map(([folder, objects]) => ({ id: folder, cluster: undefined, folder, objects }));
}
