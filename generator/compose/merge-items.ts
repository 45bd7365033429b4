import { textField } from "./document.ts";
import type { Clash } from "./merge-directives.ts";
import type { Placed } from "./trace.ts";

/** Items that kustomize takes for one, because they differ in no key that both have: the patch's would be lost. */
export function lookalikes(
  patch: readonly Placed[],
  target: readonly Placed[],
  keys: readonly string[],
): Clash[] {
  const tuple = ({ value }: Placed) => keys.map((key) => textField(value, key));
  const all = [...patch, ...target].map(tuple);
  return patch.flatMap((item): Clash[] => {
    const own = tuple(item);
    const isWhole = !own.includes("");
    if (isWhole && target.some((known) => tuple(known).every((value, index) => value === own[index])))
      return [];
    const other = all.find(
      (values) =>
        values.some((value, index) => value !== own[index]) &&
        values.some((value, index) => value === own[index]) &&
        values.every((value, index) => value === own[index] || value === "" || own[index] === ""),
    );
    if (other === undefined) return [];
    const names = keys.join(" and ");
    return [
      {
        message: `the items of this list are told apart by ${names}, and of this one and another not all are given`,
        fix: `write ${names} in each item`,
        at: item.at,
      },
    ];
  });
}

/** What an item is known by in its list; undefined if it has none of the keys. */
export function identityOf({ value }: Placed, keys: readonly string[]): string | undefined {
  const parts = keys.map((key) => textField(value, key));
  return parts.every((part) => part === "") ? undefined : JSON.stringify(parts);
}

/** The items of both lists, each once, in their order. */
export function union(first: readonly Placed[], second: readonly Placed[]): Placed[] {
  const seen = new Map<unknown, Placed>();
  for (const item of [...first, ...second]) if (!seen.has(item.value)) seen.set(item.value, item);
  return [...seen.values()];
}
