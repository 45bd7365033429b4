import { isRecord } from "../record.ts";
import { childAt } from "./trace.ts";
import type { At, Placed } from "./trace.ts";

/** A patch that cannot be merged: what is wrong, and where in the patch. */
export type Clash = { readonly message: string; readonly fix: string; readonly at: At };

/** What `$patch` in a mapping asks for. */
export function directiveOf(clashes: Clash[], { value, at }: Placed): "merge" | "delete" | "replace" {
  if (!isRecord(value)) return "merge";
  const odd = Object.keys(value).find((key) => key.startsWith("$") && key !== "$patch");
  if (odd !== undefined) {
    clashes.push({
      message: `${odd} is a directive that kustomize does not know: it would become a field of the document`,
      fix: "write the whole list in the order it should have, or use a JSON 6902 patch",
      at: childAt(value, at, odd),
    });
  }
  const directive = value["$patch"];
  if (directive === undefined || directive === "merge") return "merge";
  if (directive === "delete" || directive === "replace") return directive;
  clashes.push({
    message: `$patch is ${JSON.stringify(directive)}`,
    fix: "write merge, delete or replace",
    at: childAt(value, at, "$patch"),
  });
  return "merge";
}

/** `- $patch: replace` as an item of its own is about the list. */
export function listDirective(
  clashes: Clash[],
  items: readonly Placed[],
): { name: "merge" | "delete" | "replace"; items: readonly Placed[] } {
  const first = items.find(({ value }) => isRecord(value) && Object.hasOwn(value, "$patch"));
  if (first === undefined || !isRecord(first.value) || Object.keys(first.value).length > 1) {
    return { name: "merge", items };
  }
  return { name: directiveOf(clashes, first), items: items.filter((item) => item !== first) };
}

/** The clash of a `$patch: replace` that kustomize takes without doing anything. */
export function nowhere({ value, at }: Placed, what: string): Clash {
  return {
    message: `$patch: replace for ${what} has no effect in kustomize`,
    fix: "delete it and add another, or replace the fields inside of it",
    at: isRecord(value) ? childAt(value, at, "$patch") : at,
  };
}
