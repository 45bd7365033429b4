import { parse } from "yaml";
import { bytes } from "../kube/quantity.ts";
import { isRecord } from "../record.ts";
import type { Entries } from "../record.ts";

/**
 * What Kubernetes refuses of a change to a claim that exists; undefined if nothing. Of a claim's spec only the size may change,
 * and only to more. https://kubernetes.io/docs/concepts/storage/persistent-volumes/#expanding-persistent-volumes-claims
 * Both are texts of manifests; what is no claim is not looked at.
 */
export function claimRefusal(before: string, after: string): string | undefined {
  if (!after.includes("\nkind: PersistentVolumeClaim\n")) return undefined;
  const [old, now] = [specOf(before), specOf(after)];
  if (old === undefined || now === undefined) return undefined;
  const [had, wanted] = [sizeOf(old), sizeOf(now)];
  if (isLess(wanted, had)) return `its size would go from ${had} to ${wanted}, and no volume shrinks`;
  const field = fixed.find((key) => isOther(key, old[key], now[key]));
  return field === undefined
    ? undefined
    : `its ${field} would go from ${shown(old[field])} to ${shown(now[field])}, and of a claim only the size can change`;
}

const fixed = ["storageClassName", "accessModes", "volumeMode", "selector"];

function specOf(text: string): Entries | undefined {
  try {
    const claim: unknown = parse(text);
    return isRecord(claim) && claim["kind"] === "PersistentVolumeClaim" && isRecord(claim["spec"])
      ? claim["spec"]
      : undefined;
  } catch {
    // Somebody has edited the file into no YAML: that is said of it elsewhere.
    return undefined;
  }
}

function sizeOf({ resources }: Entries): string | undefined {
  const requests = isRecord(resources) ? resources["requests"] : undefined;
  const storage = isRecord(requests) ? requests["storage"] : undefined;
  return typeof storage === "string" || typeof storage === "number" ? String(storage) : undefined;
}

function isLess(one: string | undefined, other: string | undefined): boolean {
  const [a, b] = [one, other].map((size) => (size === undefined ? undefined : bytes(size)));
  return a !== undefined && b !== undefined && a < b;
}

/** A class that was left out is the default one in the cluster: to name it then may change nothing. */
function isOther(key: string, old: unknown, now: unknown): boolean {
  if (key === "storageClassName" && old === undefined) return false;
  return JSON.stringify(old) !== JSON.stringify(now);
}

function shown(value: unknown): string {
  return value === undefined ? "none" : JSON.stringify(value);
}
