import { generationOf, generationsOf, isBackedUp, restoreOf, sourceOf } from "../cluster/generation.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { Group } from "../cluster/group.ts";
import { contentHash } from "../kube/hash.ts";
import { dataDirectory, inServiceLabel, paths, podSelector, scopeLabel } from "../naming.ts";
import { text } from "../template.ts";

/**
 * How the first member of a generation gets its data: by a script that asks the repositories first, so that no database
 * starts empty over its own backups. https://patroni.readthedocs.io/en/latest/replica_bootstrap.html#custom-bootstrap
 */
export function generationMethod(cluster: Cluster): Record<string, unknown> | undefined {
  if (!isBackedUp(cluster)) return undefined;
  return {
    method: "generation",
    generation: {
      command: `python3 ${paths.config}/bootstrap.py`,
      no_params: true,
    },
  };
}

/** A member that waits for a restore to be corrected is replaced by the correction. */
export function restoreAnnotation(cluster: Cluster): Readonly<Record<string, string>> {
  const restore = restoreOf(cluster);
  return restore === undefined ? {} : { "pgrender.dev/restore": `${restore.id}.${contentHash(restore)}` };
}

/** The scripts that begin a generation and let it take over, and what they have to know of this cluster. */
export function generationFiles(cluster: Group): Record<string, string> {
  if (!isBackedUp(cluster)) return {};
  return {
    "generation.json": `${JSON.stringify(known(cluster), null, 2)}\n`,
    "generation.py": text("generation.py"),
    "bootstrap.py": text("bootstrap.py"),
  };
}

function known(cluster: Group) {
  const { scope, stanza } = generationOf(cluster);
  const restore = restoreOf(cluster);
  const source = sourceOf(cluster);
  const selector = Object.entries(podSelector(cluster, "postgresql"));
  return {
    scope,
    stanza,
    scopes: generationsOf(cluster).map((generation) => generation.scope),
    data: generationsOf(cluster).map(dataDirectory),
    members: selector.map(([key, value]) => `${key}=${value}`).join(","),
    labels: { scope: scopeLabel, inService: inServiceLabel },
    pool: cluster.pool !== undefined,
    version: cluster.version,
    declared: restore !== undefined,
    clone: cluster.spec.clone !== undefined && restore?.empty !== true,
    ...(source === undefined
      ? {}
      : {
          restore: {
            stanza: source.stanza,
            ...(restore?.repo === undefined ? {} : { repo: Number(restore.repo.replace("repo", "")) }),
            options: restore?.options ?? {},
          },
        }),
  };
}
