import { resolved } from "../file.ts";
import type { Path, Source } from "../pipeline/source.ts";
import type { Problem } from "../problem.ts";
import { problemAt } from "./kustomization.ts";
import type { Said } from "./kustomization.ts";
import { isRemote, isWithin } from "./paths.ts";
import type { ReadText } from "./generator-data.ts";
import type { ReadPatch } from "./read-patch.ts";
import type { At, Placed, Written } from "./trace.ts";
import type { Workspace } from "./workspace.ts";

/** Finds the file that a kustomization names: below its own folder, as kustomize wants it. */
export function fileFinder(
  files: Workspace,
  folder: string,
): (name: string, at: At) => { path: string } | { problem: Problem } {
  return (name, at) => {
    const fail = (said: Said) => ({ problem: problemAt(at, said) });
    if (isRemote(name)) return { problem: remote(name, at) };
    const path = name.startsWith("/") ? undefined : resolved(folder, name);
    if (path === undefined)
      return fail({
        rule: "outside-folder",
        message: `${name} leaves the clusters folder`,
        fix: "copy the file to below the kustomization",
      });
    if (!isWithin(path, folder)) {
      const message = `the file ${name} is not below its kustomization's folder, and kustomize takes no file from elsewhere`;
      return fail({
        rule: "outside-folder",
        message,
        fix: "put a kustomization beside the file, and list its folder",
      });
    }
    if (files.has(path)) return { path };
    return fail({
      rule: "file-missing",
      message: files.isFolder(path) ? `${name} is a folder` : `there is no file ${name}`,
      fix: "correct the path; links, files over 1 MiB and files that are no UTF-8 text are not read",
    });
  };
}

export function remote(name: string, at: At): Problem {
  return problemAt(at, {
    rule: "remote-base",
    message: `${name} would be fetched: what a build gives must not depend on a network, or on what lies there today`,
    fix: "copy what it has into the clusters folder, e.g. with git subtree, and list that folder",
  });
}

export function textReader(files: Workspace, folder: string): ReadText {
  const find = fileFinder(files, folder);
  return (name, at) => {
    const found = find(name, at);
    return "problem" in found ? found : { text: files.text(found.path) ?? "" };
  };
}

/** Reads the patches of a kustomization: from files, or from the text that stands in it. */
export function patchReader(files: Workspace, folder: string): ReadPatch {
  const find = fileFinder(files, folder);
  return ({ path = "", patch = "" }, at) => {
    if ((path === "") === (patch.trim() === "")) {
      const message =
        path === "" ? "the patch has neither path nor patch" : "the patch has a path, and a patch, too";
      return problemAt(at, { rule: "patch-form", message, fix: "write one of the two" });
    }
    if (path === "") return inlineDocuments(files, patch, { ...at, path: [...at.path, "patch"] });
    const found = find(path, { ...at, path: [...at.path, "path"] });
    return "problem" in found ? found.problem : files.documents(found.path).map(asPlaced);
  };
}

export function asPlaced(source: Source): Placed {
  return { value: source.value, at: { source, path: [] } };
}

/** The documents of a text that stands in a kustomization, whose places are lines of the kustomization. */
function inlineDocuments(files: Workspace, text: string, at: At): Placed[] | Problem {
  const { sources, problems } = files.load({ path: at.source.file, text: text.trimEnd() }, "any");
  const shift = lineShift(files.text(at.source.file) ?? "", at);
  const [first] = problems;
  if (first !== undefined) return { ...first, at: shift(first.at) };
  return sources.map(({ value, placeOf }) => {
    const source: Written = {
      file: at.source.file,
      placeOf: (path: Path, part?: "key" | "value") => shift(placeOf(path, part)),
    };
    return { value, at: { source, path: [] } };
  });
}

/** From a place in a text to that in the file where the text stands, as `|` or in quotes. */
function lineShift(file: string, { source, path }: At): (place: Problem["at"]) => Problem["at"] {
  let start: Problem["at"] | undefined;
  let lines: readonly string[] = [];
  return (place) => {
    start ??= source.placeOf(path, "value");
    if (lines.length === 0) lines = file.split("\n");
    const head = lines[start.line - 1]?.slice(start.column - 1) ?? "";
    if (!/^(?:[&!]\S*\s+)*[|>]/.test(head)) return start;
    const line = start.line + place.line;
    const first = lines.slice(start.line).find((text) => text.trim() !== "") ?? "";
    const indent = first.length - first.trimStart().length;
    return { file: place.file, line, column: place.column + indent };
  };
}
