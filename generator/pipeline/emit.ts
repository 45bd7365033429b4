import type { Cluster } from "../cluster/cluster.ts";
import type { File } from "../file.ts";
import type { KubeObject } from "../kube/object.ts";
import { yaml } from "../kube/yaml.ts";

const header = "# Rendered by pgrender. Change the spec, not this file.\n";

/** The folder of a cluster below the output folder. */
export function outputFolder(cluster: Cluster): string {
  return cluster.folder === "" ? cluster.name : `${cluster.folder}/${cluster.name}`;
}

/** One file per object, and a kustomization that lists them in the order in which they are applied. */
export function emit(cluster: Cluster, objects: readonly KubeObject[]): File[] {
  return emitObjects(outputFolder(cluster), objects);
}

export function emitObjects(folder: string, objects: readonly KubeObject[]): File[] {
  const taken = new Set<string>();
  const files = objects.map((object) => {
    const short = fileName(object, object.metadata.name);
    const name = taken.has(short)
      ? fileName(object, `${object.metadata.namespace ?? ""}-${object.metadata.name}`)
      : short;
    taken.add(name);
    return { name, object };
  });
  const kustomization = {
    apiVersion: "kustomize.config.k8s.io/v1beta1",
    kind: "Kustomization",
    resources: files.map(({ name }) => name),
  };
  return [
    ...files.map(({ name, object }) => ({ path: `${folder}/${name}`, text: header + yaml(object) })),
    { path: `${folder}/kustomization.yaml`, text: header + yaml(kustomization) },
  ];
}

/** Kind and name: no two objects of a cluster share both. Others may be of several namespaces. */
function fileName({ kind }: KubeObject, name: string): string {
  return `${kind.toLowerCase()}-${name}.yaml`;
}
