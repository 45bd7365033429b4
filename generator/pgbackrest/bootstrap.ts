import {
  discardedOf,
  generationOf,
  generationsOf,
  isBackedUp,
  restoreOf,
  sourceOf,
  upgradeOf,
  type Generation,
} from "../cluster/generation.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { Group } from "../cluster/group.ts";
import { contentHash } from "../kube/hash.ts";
import { dataDirectory, inServiceLabel, paths, podSelector, scopeLabel, walDirectory } from "../naming.ts";
import { tablespaceDirectories } from "../postgres/volumes.ts";
import { text } from "../template.ts";
import { beginningOf, type Origin } from "./origin.ts";

/**
 * How the first member of a generation gets its data: by a script that asks the repositories first, so that no database
 * starts empty over its own backups. https://patroni.readthedocs.io/en/latest/replica_bootstrap.html#custom-bootstrap
 */
export function generationMethod(cluster: Cluster): Record<string, unknown> | undefined {
  if (!begins(cluster)) return undefined;
  return {
    method: "generation",
    generation: {
      command: `python3 ${paths.config}/${upgradeOf(cluster) === undefined ? "bootstrap" : "upgrade"}.py`,
      no_params: true,
    },
  };
}

/** Whether there are backups that a generation begins with, or could: its own, or another cluster's. */
function begins(cluster: Cluster): boolean {
  return isBackedUp(cluster) || beginningOf(cluster) !== undefined;
}

/** A member that waits for a restore to be corrected is replaced by the correction. */
export function restoreAnnotation(cluster: Cluster): Readonly<Record<string, string>> {
  const begins = upgradeOf(cluster) ?? restoreOf(cluster);
  return begins === undefined ? {} : { "pgrender.dev/restore": `${begins.id}.${contentHash(begins)}` };
}

/** The scripts that begin a generation and let it take over, and what they have to know of this cluster. */
export function generationFiles(cluster: Group): Record<string, string> {
  if (!begins(cluster)) return {};
  return {
    "generation.json": `${JSON.stringify(known(cluster), null, 2)}\n`,
    "generation.py": text("generation.py"),
    "bootstrap.py": text("bootstrap.py"),
    ...(upgradeOf(cluster) === undefined
      ? {}
      : Object.fromEntries(ofUpgrade.map((program) => [program, text(program)]))),
  };
}

const ofUpgrade = ["upgrade.py", "follower.py", "preflight.py", "upgraded.py"];

function known(cluster: Group) {
  const { scope, stanza } = generationOf(cluster);
  const restore = restoreOf(cluster);
  const upgrade = upgradeOf(cluster);
  const origin = beginningOf(cluster);
  const selector = Object.entries(podSelector(cluster, "postgresql"));
  return {
    scope,
    ...(isBackedUp(cluster) ? { stanza } : {}),
    scopes: generationsOf(cluster).map((generation) => generation.scope),
    data: generationsOf(cluster).map(dataDirectory),
    members: selector.map(([key, value]) => `${key}=${value}`).join(","),
    labels: { scope: scopeLabel, inService: inServiceLabel },
    pool: cluster.pool !== undefined,
    version: cluster.version,
    discard: discardedOf(cluster).flatMap((generation) => directories(cluster, generation)),
    declared: restore !== undefined || upgrade !== undefined,
    empty: restore?.empty === true,
    clone:
      cluster.spec.clone !== undefined &&
      origin === undefined &&
      restore?.empty !== true &&
      upgrade === undefined,
    ...(upgrade === undefined
      ? {}
      : {
          upgrade: {
            from: Number(upgrade.from),
            reindex: upgrade.reindex === true,
            generations: before(cluster),
          },
        }),
    ...beginning(cluster, origin),
  };
}

/** The generations that an upgrade may begin with: the one that serves is found out. */
function before(cluster: Group) {
  return generationsOf(cluster)
    .slice(1)
    .map((generation) => ({
      scope: generation.scope,
      stanza: generation.stanza,
      data: dataDirectory(generation),
    }));
}

/** All that a member has of a generation. */
function directories(cluster: Group, generation: Generation): string[] {
  return [
    dataDirectory(generation),
    ...(cluster.spec.walVolume === undefined ? [] : [walDirectory(generation)]),
    ...tablespaceDirectories(cluster, generation),
  ];
}

/** The backup to begin with where the generation has none of its own. */
function beginning(cluster: Cluster, origin: Origin | undefined) {
  const restore = restoreOf(cluster);
  const source = sourceOf(cluster);
  if (source !== undefined) {
    const repo = restore?.repo === undefined ? {} : { repo: Number(restore.repo.replace("repo", "")) };
    return { restore: { stanza: source.stanza, ...repo, options: restore?.options ?? {} } };
  }
  if (origin === undefined) return {};
  return { restore: { stanza: origin.stanza, config: paths.originConfig, options: origin.target } };
}
