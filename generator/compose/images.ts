import { isRecord } from "../record.ts";
import { kindOf } from "./document.ts";
import type { Doc } from "./document.ts";
import { changedField } from "./field-path.ts";
import { ours } from "./field-specs.ts";
import { atKey, entryOf, withEntries, withItems } from "./trace.ts";
import type { At, Placed } from "./trace.ts";

/** What to change in an image, as `images` has it. */
export type ImageChange = {
  readonly name: string;
  readonly newName?: string;
  readonly newTag?: string;
  readonly digest?: string;
  readonly tagSuffix?: string;
};

/** The test for an image's name, which is a regular expression to kustomize; undefined if it is none. */
export function imagePattern(name: string): RegExp | undefined {
  try {
    return new RegExp(`^${name}(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?$`);
  } catch {
    return undefined;
  }
}

/** The document with another image wherever it has this one. */
export function withImage(doc: Doc, image: ImageChange, { pattern, at }: { pattern: RegExp; at: At }): Doc {
  if (kindOf(doc) === "CustomResourceDefinition") return doc;
  const key = (["newTag", "digest", "newName", "tagSuffix"] as const).find((name) => image[name]);
  const written = key === undefined ? at : atKey(at, key);
  const change = (before: Placed): Placed | undefined => {
    if (typeof before.value !== "string" || !pattern.test(before.value)) return undefined;
    return { value: changed(before.value, image), at: written };
  };
  const whole = { value: doc.value, at: doc.at };
  const everywhere = hasContainers(doc.value) ? inContainers(whole, change) : whole;
  const value = isRecord(everywhere.value) ? everywhere.value : doc.value;
  return ours().images.reduce((current, spec) => changedField(current, spec, { change }), { ...doc, value });
}

function hasContainers(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasContainers);
  return (
    isRecord(value) &&
    ("containers" in value || "initContainers" in value || Object.values(value).some(hasContainers))
  );
}

/** In `containers` and `initContainers` of whatever kind, at whatever depth. */
function inContainers(here: Placed, change: (before: Placed) => Placed | undefined): Placed {
  const { value, at } = here;
  if (Array.isArray(value)) return withItems(here, (item) => inContainers(item, change));
  if (!isRecord(value)) return here;
  const changes: [string, Placed][] = [];
  for (const key of Object.keys(value)) {
    if (typeof value[key] !== "object" || value[key] === null) continue;
    const before = entryOf(value, at, key);
    if (before === undefined) continue;
    const inside = inContainers(before, change);
    const after = key === "containers" || key === "initContainers" ? ofContainers(inside, change) : inside;
    if (after !== before) changes.push([key, after]);
  }
  return changes.length === 0 ? here : { value: withEntries({ value, at }, changes), at };
}

function ofContainers(list: Placed, change: (before: Placed) => Placed | undefined): Placed {
  return withItems(list, (item) => {
    const image = isRecord(item.value) ? entryOf(item.value, item.at, "image") : undefined;
    const next = image === undefined ? undefined : change(image);
    if (next === undefined || !isRecord(item.value)) return item;
    return { value: withEntries({ value: item.value, at: item.at }, [["image", next]]), at: item.at };
  });
}

function changed(text: string, { newName, newTag, digest: newDigest, tagSuffix }: ImageChange): string {
  let { name, tag, digest } = split(text);
  if (newName) name = newName;
  if (newTag || newDigest) {
    tag = newTag ?? "";
    digest = newDigest ?? "";
  } else if (tagSuffix) {
    tag += tagSuffix;
    digest = "";
  }
  return `${name}${tag === "" ? "" : `:${tag}`}${digest === "" ? "" : `@${digest}`}`;
}

/** A colon before the first slash belongs to the registry's port. */
function split(text: string): { name: string; tag: string; digest: string } {
  const slash = Math.max(text.indexOf("/"), 0);
  const at = text.indexOf("@", slash);
  const colon = text.indexOf(":", slash);
  if (at >= 0 && (colon < 0 || at < colon))
    return { name: text.slice(0, at), tag: "", digest: text.slice(at + 1) };
  if (colon < 0) return { name: text, tag: "", digest: "" };
  const end = at < 0 ? text.length : at;
  return {
    name: text.slice(0, colon),
    tag: text.slice(colon + 1, end),
    digest: at < 0 ? "" : text.slice(at + 1),
  };
}
