import { hash } from "node:crypto";
import { isRecord, parsedJson } from "../record.ts";

/** What the output folder holds of ours: path to SHA-256 of its bytes, in hex. */
export type Inventory = ReadonlyMap<string, string>;

/** An inventory and its text. */
export type Recorded = { readonly text: string; readonly files: Inventory };

export const inventoryName = "inventory.json";

/** Lists the paths of a run that is under way. Still there after it: the run was cut off. */
export const markerName = ".pgrender-run.json";

/** SHA-256 of the bytes (of text: as UTF-8), in hex. */
export function digest(content: string | Uint8Array): string {
  return hash("sha256", content);
}

/** The name, in the same folder, under which a file is written before it is moved to its place. */
export function asidePath(path: string): string {
  const slash = path.lastIndexOf("/") + 1;
  // A digest and no suffix: a name may have 255 bytes, and the file's own can be that long.
  return `${path.slice(0, slash)}.pgrender-${digest(path.slice(slash)).slice(0, 16)}.tmp`;
}

export function isAsideName(name: string): boolean {
  return /^\.pgrender-[0-9a-f]{16}\.tmp$/.test(name);
}

// Nearly all paths: names that begin with a letter, a digit or _. There are tens of thousands of them.
const ORDINARY = /^\w[\w.-]*(?:\/\w[\w.-]*)+$/;

/** True for a relative path with `/` that stays in its folder on every system and is none of our own records. */
export function isOutputPath(path: string): boolean {
  if (ORDINARY.test(path)) return true;
  if (/[\\\0\p{Cs}]/u.test(path) || /^[A-Za-z]:/.test(path) || path === inventoryName || path === markerName)
    return false;
  const parts = path.split("/");
  return parts.every((part) => part !== "" && part !== "." && part !== ".." && !isAsideName(part));
}

/** One line a file, so that git merges and shows it by the line. */
export function inventoryText(files: Inventory): string {
  // Not JSON.stringify of an object: it would put keys that look like numbers first.
  const lines = sorted(files.keys()).map((path) => `    ${quoted(path)}: "${files.get(path)}"`);
  const body = lines.length === 0 ? "{}" : `{\n${lines.join(",\n")}\n  }`;
  return `{\n  "version": 1,\n  "files": ${body}\n}\n`;
}

function quoted(path: string): string {
  return ORDINARY.test(path) ? `"${path}"` : JSON.stringify(path);
}

/** The inventory in a text, or (a string) what is wrong with it. */
export function parseInventory(text: string): Inventory | string {
  const record = parseRecord(text);
  if (typeof record === "string") return record;
  if (!isRecord(record["files"])) return '"files" is no map of paths';
  const files = new Map<string, string>();
  for (const [path, value] of Object.entries(record["files"])) {
    if (!isOutputPath(path)) return `${JSON.stringify(path)} is no path that a render writes`;
    if (typeof value !== "string" || !/^[0-9a-f]{64}$/.test(value))
      return `${JSON.stringify(path)} has no SHA-256 digest`;
    files.set(path, value);
  }
  return files;
}

export function markerText(paths: Iterable<string>): string {
  return `${JSON.stringify({ version: 1, paths: sorted(paths) }, undefined, 2)}\n`;
}

/** The paths in a marker, or (a string) what is wrong with it. */
export function parseMarker(text: string): ReadonlySet<string> | string {
  const record = parseRecord(text);
  if (typeof record === "string") return record;
  if (!Array.isArray(record["paths"])) return '"paths" is no list';
  const paths = new Set<string>();
  for (const path of record["paths"]) {
    if (typeof path !== "string" || !isOutputPath(path))
      return `${JSON.stringify(path)} is no path that a render writes`;
    paths.add(path);
  }
  return paths;
}

function parseRecord(text: string): Readonly<Record<string, unknown>> | string {
  const value = parsedJson(text);
  if (!isRecord(value)) return "it is no JSON object";
  return value["version"] === 1 ? value : `version is ${JSON.stringify(value["version"])}, not 1`;
}

function sorted(paths: Iterable<string>): string[] {
  return [...paths].sort((a, b) => (a < b ? -1 : 1));
}
