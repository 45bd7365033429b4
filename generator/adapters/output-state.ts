import { lstatSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Problem } from "../problem.ts";
import { isFault } from "./fault.ts";
import * as record from "./inventory.ts";
import { listing } from "./listing.ts";
import type { Listing } from "./listing.ts";
import * as problem from "./output-problems.ts";

/** What lies in the output folder before a run. `marker` is empty unless the last run was cut off. */
export type OutputState = {
  readonly dir: string;
  readonly find: Listing["find"];
  readonly leftAside: Listing["leftAside"];
  readonly inventoryText: string | undefined;
  readonly inventory: record.Inventory;
  readonly markerText: string | undefined;
  readonly marker: ReadonlySet<string>;
};

/** Reads the records of earlier runs; throws the system's error where something cannot be read. */
export function outputState(dir: string, known?: record.Recorded): OutputState | Problem {
  const lies = folderAt(dir);
  if (typeof lies !== "boolean") return lies;
  const { find, leftAside } = lies ? listing(dir) : nothing;

  const texts = [record.inventoryName, record.markerName].map((name) => {
    const found = find(name);
    if (found.kind === "missing") return undefined;
    return problem.wayProblem(name, found) ?? readFileSync(join(dir, name), "utf8");
  });
  const [inventoryText, markerText] = texts;
  if (typeof inventoryText === "object") return inventoryText;
  if (typeof markerText === "object") return markerText;

  const inventory = inventoryIn(inventoryText, known);
  if (typeof inventory === "string") return problem.invalidInventory(record.inventoryName, inventory);
  const marker = markerText === undefined ? new Set<string>() : record.parseMarker(markerText);
  if (typeof marker === "string") return problem.invalidMarker(record.markerName, marker);
  return { dir, find, leftAside, inventoryText, inventory, markerText, marker };
}

function inventoryIn(text: string | undefined, known?: record.Recorded): record.Inventory | string {
  if (text === undefined) return new Map<string, string>();
  return text === known?.text ? known.files : record.parseInventory(text);
}

const nothing: Listing = { find: (path) => ({ kind: "missing", path }), leftAside: () => [] };

// The folder itself may be a link to a folder: whoever named it knows where it leads.
function folderAt(dir: string): boolean | Problem {
  try {
    return statSync(dir).isDirectory() || problem.inTheWay(".", "the output folder is a file");
  } catch (error) {
    if (isFault(error, "ENOTDIR"))
      return problem.inTheWay(".", "a file lies where a folder on the way to the output folder should be");
    if (!isFault(error, "ENOENT")) throw error;
  }
  return lstatSync(dir, { throwIfNoEntry: false }) === undefined ? false : problem.symlinkInOutput(".");
}
