import { groups } from "../cluster/group.ts";
import { once } from "../once.ts";
import { configId } from "../patroni/config.ts";
import { hashEnd } from "./compare.ts";
import type { ObjectChange, UnitChange } from "./compare.ts";
import type { FieldChange } from "./fields.ts";

/** One change of an object, and all clusters that have it: the first of them is the one whose words are shown. */
export type Group = { readonly change: ObjectChange; readonly units: readonly UnitChange[] };

/**
 * The changes of clusters that stay, the same one of many clusters once; the most clusters first, then in the order of the
 * clusters and their objects. Two are the same if they differ in nothing but the cluster's name and namespace.
 */
export function grouped(changes: readonly UnitChange[]): Group[] {
  const found = new Map<string, { change: ObjectChange; units: UnitChange[] }>();
  for (const unit of changes.filter(({ how }) => how === "changed"))
    for (const change of unit.objects) {
      const key = signature(unit, change);
      const group = found.get(key);
      if (group === undefined) found.set(key, { change, units: [unit] });
      else group.units.push(unit);
    }
  return [...found.values()].sort((one, other) => other.units.length - one.units.length);
}

/** What a change is, told without the names and hashes that are its cluster's own. */
function signature(unit: UnitChange, { how, kind, name, fields }: ObjectChange): string {
  const own = ownWords(unit);
  const text = JSON.stringify([
    how,
    kind,
    name,
    fields.map(({ path, ...values }) => [path, ...differing(values)]),
  ]);
  return own === undefined ? text : text.replaceAll(own, "\u0000");
}

/** Two values; of two texts, the lines that only one of them has: around them may stand what is the cluster's own. */
function differing({ before, after }: Pick<FieldChange, "before" | "after">): readonly unknown[] {
  if (typeof before !== "string" || typeof after !== "string") return [before, after];
  const [old, now] = [before.split("\n"), after.split("\n")];
  const lines = [only(old, new Set(now)), only(now, new Set(old))];
  // The same lines in another order.
  return lines.flat().length === 0 ? [before, after] : lines;
}

function only(lines: readonly string[], others: ReadonlySet<string>): readonly string[] {
  return lines.filter((line) => !others.has(line));
}

/** Matches what two clusters have otherwise although they are alike, where it stands by itself. */
const ownWords = once(({ before, after }: UnitChange): RegExp | undefined => {
  const words = [before, after].flatMap((unit) => {
    if (unit?.cluster === undefined) return [];
    const { cluster, objects } = unit;
    const hashes = objects.flatMap(({ metadata }) => hashEnd.exec(metadata.name)?.[1] ?? []);
    return [cluster.name, cluster.namespace ?? "", ...groups(cluster).map(configId), ...hashes];
  });
  const escaped = [...new Set(words)]
    .filter((word) => word !== "")
    .map((word) => word.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  if (escaped.length === 0) return undefined;
  // In the YAML within a text, some of them need quotes and others do not; in JSON these are escaped.
  return new RegExp(`(?:\\\\")?(?<![0-9A-Za-z])(?:${escaped.join("|")})(?![0-9A-Za-z])(?:\\\\")?`, "g");
});
