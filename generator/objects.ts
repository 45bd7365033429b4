import { withRunNames } from "./access/run-name.ts";
import type { Cluster } from "./cluster/cluster.ts";
import { components } from "./components.ts";
import { outputPatched } from "./compose/output.ts";
import type { OutputUse } from "./compose/output.ts";
import type { Patch } from "./compose/read-patch.ts";
import type { KubeObject } from "./kube/object.ts";
import type { Source } from "./pipeline/source.ts";
import type { Problem } from "./problem.ts";

/** The objects of a cluster as they are applied, with the patches of its kustomizations laid over them. */
export function objectsOf(
  cluster: Cluster,
  ground: { readonly source: Source; readonly patches: readonly Patch[] },
  uses: OutputUse,
): { objects: readonly KubeObject[]; problems: Problem[] } {
  const made = components.flatMap((component) => component(cluster));
  const { objects, problems } = outputPatched(made, ground, uses);
  return { objects: withRunNames(cluster, objects), problems };
}
