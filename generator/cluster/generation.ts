import { contentHash } from "../kube/hash.ts";
import { once } from "../once.ts";
import type { Cluster } from "./cluster.ts";

/**
 * One life of a cluster's data. A restore begins another one beside it: with a scope of its own in Patroni, directories of its
 * own on the same volumes, and a stanza of its own in the repositories, so that neither can take the other's WAL,
 * timelines or leader for its own.
 */
export type Generation = {
  readonly id: string;
  /** Prefix of every object that Patroni makes, and the value of the label by which it finds its members. */
  readonly scope: string;
  /** pgBackRest's name for its backups. */
  readonly stanza: string;
  /** What stands before the name of a directory of its; the first one's are where CPO has them. */
  readonly folder: "" | `${string}/`;
};

/** The generation that a cluster begins with. */
export const firstGeneration = "0";

/** The generation that the cluster is to live in. */
export function generationOf(cluster: Cluster): Generation {
  return named(cluster, upgradeOf(cluster)?.id ?? restoreOf(cluster)?.id ?? firstGeneration);
}

/**
 * All that the spec knows of: the one to live in, the one that serves until then, the one to restore from, the first one. Before an
 * upgrade the cluster lived in that of a restore, or in that of the upgrade before.
 */
export const generationsOf = once((cluster: Cluster): readonly Generation[] => {
  const upgrade = upgradeOf(cluster);
  const restore = declared(cluster);
  const ids = [
    ...(upgrade === undefined ? [] : [upgrade.id, upgrade.previous]),
    restore?.id,
    restore?.previous,
    restore?.source,
    ...(upgrade === undefined ? [] : [upgraded(upgrade.from)]),
    firstGeneration,
  ];
  return [...new Set(ids)].flatMap((id) => (id === undefined || id === "" ? [] : [named(cluster, id)]));
});

/** The generation whose backups are restored; undefined if none are. */
export function sourceOf(cluster: Cluster): Generation | undefined {
  const restore = restoreOf(cluster);
  if (restore === undefined || restore.empty === true || restore.id === firstGeneration) return undefined;
  return named(cluster, restore.source ?? restore.previous ?? firstGeneration);
}

/** Those whose data and backups go. */
export function discardedOf(cluster: Cluster): readonly Generation[] {
  const { discard = [] } = upgradeOf(cluster) ?? restoreOf(cluster) ?? {};
  return discard.map((id) => named(cluster, id));
}

/** Whether there is anything that another generation could begin with. */
export function isBackedUp({ spec }: Cluster): boolean {
  return (spec.backup?.pgbackrest?.repos ?? []).length > 0;
}

/** How the generation to live in begins with that of an older major version; undefined if it does not. */
export function upgradeOf(cluster: Cluster) {
  const { upgrade, version } = cluster.spec.postgresql;
  if (upgrade === undefined || !isBackedUp(cluster)) return undefined;
  const previous = upgrade.previous ?? declared(cluster)?.id ?? firstGeneration;
  return { ...upgrade, id: upgrade.id ?? upgraded(version), previous };
}

/** The generation that begins with an upgrade, if nothing else is said. */
function upgraded(version: string): string {
  return `pg${version}`;
}

/** What the spec says of a restore that the generation to live in begins with. */
export function restoreOf(cluster: Cluster) {
  return upgradeOf(cluster) === undefined ? declared(cluster) : undefined;
}

/** What it says of any restore; without an id, as with CPO, it says nothing. */
function declared(cluster: Cluster) {
  const { restore } = cluster.spec.backup?.pgbackrest ?? {};
  const { id } = restore ?? {};
  return !isBackedUp(cluster) || id === undefined || id === "" ? undefined : { ...restore, id };
}

/** The name of a generation's backups. */
export function stanzaOf(id: string): string {
  return id === firstGeneration ? "db" : `db-${id}`;
}

function named({ name }: Cluster, id: string): Generation {
  if (id === firstGeneration) return { id, scope: name, stanza: stanzaOf(id), folder: "" };
  return { id, scope: scope(name, id), stanza: stanzaOf(id), folder: `generation-${id}/` };
}

/** A label's value and the beginning of names of objects: other characters become `-`, and a hash tells them apart then. */
function scope(name: string, id: string): string {
  const plain = `${name}-${id.toLowerCase().replaceAll(/[^a-z0-9-]/g, "-")}`;
  return plain === `${name}-${id}` && plain.length <= longest
    ? plain
    : `${plain.slice(0, longest - 9).replace(/-+$/, "")}-${contentHash(id)}`;
}

/** Of a label's value. */
const longest = 63;
