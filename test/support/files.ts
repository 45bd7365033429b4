import { readdirSync, readFileSync, statSync } from "node:fs";
import type { File } from "../../generator/file.ts";
import { byCodePoint } from "./object.ts";

/** All files below a folder, sorted by code point, with paths relative to it. */
export function filesIn(folder: string): readonly File[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => statSync(`${folder}/${path}`).isFile())
    .toSorted(byCodePoint)
    .map((path) => ({ path, text: readFileSync(`${folder}/${path}`, "utf8") }));
}
