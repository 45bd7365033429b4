import type { ObjectChange, UnitChange } from "./compare.ts";
import type { FieldChange } from "./fields.ts";
import { grouped } from "./group.ts";
import { changedLines } from "./lines.ts";
import type { Unit } from "./side.ts";

/** A difference between two renders as it is shown: clusters that came, went or moved, and what changes in those that stay. */
export type Report = {
  readonly added: readonly Listed[];
  readonly removed: readonly Listed[];
  readonly moved: readonly { readonly name: string; readonly from: string; readonly to: string }[];
  /** How many clusters stay, and differ. */
  readonly changed: number;
  readonly groups: readonly Block[];
};

/** A cluster by its name, and how many objects it has. */
type Listed = { readonly name: string; readonly objects: number };

/** One change of an object, in the words of the first of the clusters that have it; `lines` are for people. */
export type Block = Omit<ObjectChange, "fields"> & {
  readonly clusters: readonly string[];
  readonly fields: readonly (FieldChange & { readonly lines: readonly string[] })[];
};

export function report(changes: readonly UnitChange[]): Report {
  const of = (how: UnitChange["how"]) => changes.filter((change) => change.how === how);
  return {
    added: of("added").map(listed),
    removed: of("removed").map(listed),
    moved: of("changed").flatMap(({ before, after }) =>
      before === undefined || after === undefined || before.folder === after.folder
        ? []
        : [{ name: nameOf(after), from: before.folder, to: after.folder }],
    ),
    changed: of("changed").length,
    groups: grouped(changes).map(({ change, units }) => ({
      ...change,
      clusters: units.map(({ before, after }) => nameOf(after ?? before)),
      fields: change.fields.map((field) => ({ ...field, lines: changedLines(field) })),
    })),
  };
}

export function isEmpty({ added, removed, moved, groups }: Report): boolean {
  return added.length + removed.length + moved.length + groups.length === 0;
}

/** `StatefulSet orders changed`. */
export function title({ how, kind, name, formerly }: Omit<ObjectChange, "fields">): string {
  return how === "renamed" ? `${kind} ${name}, in the place of ${formerly ?? ""}` : `${kind} ${name} ${how}`;
}

function listed({ before, after }: UnitChange): Listed {
  const unit = after ?? before;
  return { name: nameOf(unit), objects: unit?.objects.length ?? 0 };
}

/** As a person calls it: the folder of objects that are no cluster's; else `namespace/name`. */
function nameOf(unit: Unit | undefined): string {
  return unit === undefined ? "" : unit.id.replace(/^\//, "");
}

/** `1 cluster added, 80 changed, 1 removed`. */
export function totals({ added, removed, moved, changed }: Report): string {
  const counts = [
    [added.length, "added"],
    [removed.length, "removed"],
    [changed, "changed"],
    [moved.length, "moved"],
  ] as const;
  const said = counts.filter(([amount]) => amount > 0);
  return said.length === 0
    ? "no cluster differs"
    : said
        .map(([amount, what], index) =>
          index === 0 ? `${amount} ${amount === 1 ? "cluster" : "clusters"} ${what}` : `${amount} ${what}`,
        )
        .join(", ");
}
