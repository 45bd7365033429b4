import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { Cause } from "../../generator/explain/causes.ts";
import { groundsOf } from "../../generator/explain/ground.ts";
import { explainedOf } from "../../generator/explain/object.ts";
import type { ExplainedObject } from "../../generator/explain/object.ts";
import type { File } from "../../generator/file.ts";
import { render } from "../../generator/render.ts";
import { filesIn } from "../support/files.ts";

const golden = fileURLToPath(new URL("../golden", import.meta.url));

/** Each cause that is named anywhere, once. */
function causesIn(objects: readonly ExplainedObject[]): ReadonlyMap<string, Cause> {
  const all = objects.flatMap(({ rows, existence }) => [
    ...rows.flatMap(({ causes = [] }) => causes),
    ...existence,
  ]);
  return new Map(all.map((cause) => [`${cause.at.file}:${cause.at.line} ${cause.field}`, cause]));
}

/** Whether what is named at a line stands there: the key, or for an item of a list its value. */
function standsAt(files: readonly File[], { at, field }: Cause): boolean {
  const line = files.find(({ path }) => path === at.file)?.text.split("\n")[at.line - 1] ?? "";
  const key = field.split(/[.[\]"]+/).findLast((part) => part !== "") ?? "";
  // A kustomization's key does to the field of a document what has another name there.
  const ofKustomization =
    /name(space|Prefix|Suffix)|newTag|digest|newName|count|patch|pairs|value|op:|target/.test(line);
  return line.includes(key) || /^\d+$/.test(key) || ofKustomization;
}

describe("what is said of the objects of golden", () => {
  it.each(readdirSync(golden).filter((name) => name !== "rich-pod"))("%s is complete", (name) => {
    const files = filesIn(`${golden}/${name}/in`);
    const objects = groundsOf(files).flatMap((ground) => explainedOf(ground, () => true));
    const rendered = new Set(render(files).files.map(({ path }) => path));
    const explained = new Set(objects.map(({ file }) => file));

    // Every value has something said of it: what made it, or that nothing in the input did.
    expect([...rendered].filter((path) => /-.*\.yaml$/.test(path) && !/(^|\/)shared\//.test(path))).toEqual(
      expect.arrayContaining([...explained]),
    );
    for (const { rows, file } of objects) {
      const bare = rows.filter(
        ({ text, causes }) =>
          causes === undefined && /^\s*(- )?[\w./"-]+: \S/.test(text) && !/[|>][-+]?$/.test(text),
      );
      expect([file, bare.map(({ text }) => text).filter((text) => !inText(rows, text))]).toEqual([file, []]);
    }

    // What is named stands at that line.
    const found = [...causesIn(objects)];
    expect(found.filter(([, cause]) => !standsAt(files, cause)).map(([key]) => key)).toEqual([]);
    expect(found.length).toBeGreaterThan(3);

    // And what moves something is named: each line whose loss changes the output; not one that takes something
    // away, and leaves no value behind to ask of.
    const causes = found.map(([, cause]) => `${cause.at.file}:${cause.at.line}`);
    const before = outputOf(files);
    const ours = files.filter(({ path }) => objects.length > 0 && !path.endsWith("queries.yaml"));
    const unnamed = ours.flatMap(({ path, text }) =>
      text.split("\n").flatMap((line, index) => {
        if (!/^\s+[\w.-]+: [^#{[|>]/.test(line) || line.endsWith(": null")) return [];
        if (causes.includes(`${path}:${index + 1}`)) return [];
        const changed = text.split("\n").toSpliced(index, 1).join("\n");
        const after = outputOf(files.map((one) => (one.path === path ? { path, text: changed } : one)));
        return after === "" || includes(after, before) ? [] : [`${path}:${index + 1} ${line}`];
      }),
    );
    expect(unnamed).toEqual([]);
  });
});

function outputOf(files: readonly File[]): string {
  return render(files)
    .files.map(({ path, text }) => `${path}\n${text}`)
    .join("");
}

function inText(rows: ExplainedObject["rows"], text: string): boolean {
  return rows.some((row) => row.text === text && row.path.startsWith("data."));
}

/** Whether all lines of one output are in another. */
function includes(output: string, other: string): boolean {
  const lines = new Set(output.split("\n"));
  return other.split("\n").every((line) => lines.has(line));
}
