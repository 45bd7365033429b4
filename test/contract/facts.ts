/**
 * What CPO 0.9.2 makes of its own manifests: `live` was read off a real API server that it ran against, `chart` and
 * `tutorial` are the output of its generators with the configuration of its chart and of its tutorial.
 *
 * In a file of facts, the first line gives a letter to each manifest; a line without a tab names an object; below it,
 * each line has the manifests for which a fact holds (`*` for all), its path, and its value as JSON. `{name}` is the cluster's name.
 */
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type { File } from "../../generator/file.ts";
import { textAt } from "../support/object.ts";
import type { Leaves } from "./projection.ts";

export type Case = {
  readonly input: string;
  readonly file: File;
  readonly objects: Readonly<Record<string, Leaves>>;
};

const profiles = ["live", "chart", "tutorial"] as const;
export type Profile = (typeof profiles)[number];

export function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), "utf8");
}

/** The manifests of a profile, each with what CPO made of it. */
export function cases(profile: Profile): readonly Case[] {
  const [header = "", ...lines] = read(`facts/${profile}.tsv`).trimEnd().split("\n");
  return header.split("\t").map((entry) => {
    const [letter = "", input = ""] = entry.split("=");
    const file = { path: `${input}.yaml`, text: read(`inputs/${input}.yaml`) };
    return { input, file, objects: objects(lines, letter, textAt(parse(file.text), "metadata", "name")) };
  });
}

function objects(lines: readonly string[], letter: string, name: string): Record<string, Leaves> {
  const found: Record<string, Record<string, unknown>> = {};
  let object = "";
  for (const line of lines.map((text) => text.replaceAll("{name}", name))) {
    const [of = "", path, value] = line.split("\t");
    if (path === undefined) object = of;
    else if (of === "*" || of.includes(letter)) (found[object] ??= {})[path] = JSON.parse(value ?? "");
  }
  return found;
}
