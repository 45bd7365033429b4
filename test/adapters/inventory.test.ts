import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  asidePath,
  digest,
  inventoryText,
  isOutputPath,
  markerText,
  parseInventory,
  parseMarker,
} from "../../generator/adapters/inventory.ts";

const some = digest("some text");
const outputPath = fc
  .array(fc.string({ unit: "binary", minLength: 1 }), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join("/"))
  .filter(isOutputPath);

describe("the inventory", () => {
  it("has one line a file, sorted by code point, also for names that look like numbers", () => {
    const files = new Map([
      ["b", some],
      ["10", some],
      ["B", some],
      ["9", some],
    ]);

    expect(inventoryText(files)).toBe(
      `{\n  "version": 1,\n  "files": {\n    "10": "${some}",\n    "9": "${some}",\n    "B": "${some}",\n    "b": "${some}"\n  }\n}\n`,
    );
  });

  it("is read back as it was written", () => {
    const anyInventory = fc
      .uniqueArray(outputPath)
      .map((paths) => new Map(paths.map((path) => [path, digest(path)])));

    fc.assert(
      fc.property(anyInventory, (files) => {
        expect(parseInventory(inventoryText(files))).toEqual(files);
        expect(parseMarker(markerText(files.keys()))).toEqual(new Set(files.keys()));
      }),
    );
  });

  it.each([
    "/etc/passwd",
    "../x",
    "a/../../x",
    "a\\b",
    "a\0b",
    "\uD800",
    "",
    "a//b",
    "./a",
    "a/",
    "C:/x",
    "inventory.json",
    ".pgrender-run.json",
    asidePath("a/b"),
  ])("names no file outside the folder and none of its own records: %j", (path) => {
    expect(isOutputPath(path)).toBe(false);
    expect(parseInventory(JSON.stringify({ version: 1, files: { [path]: some } }))).toBeTypeOf("string");
    expect(parseMarker(JSON.stringify({ version: 1, paths: [path] }))).toBeTypeOf("string");
  });

  it.each([
    ["<<<<<<< HEAD", "it is no JSON object"],
    ["[]", "it is no JSON object"],
    ["null", "it is no JSON object"],
    ['{ "files": {} }', "version is undefined, not 1"],
    ['{ "version": 2, "files": {} }', "version is 2, not 1"],
    ['{ "version": 1, "files": [] }', '"files" is no map of paths'],
    ['{ "version": 1, "files": { "a": "1234" } }', '"a" has no SHA-256 digest'],
    ['{ "version": 1, "files": { "a": 5 } }', '"a" has no SHA-256 digest'],
  ])("refuses %s", (text, reason) => {
    expect(parseInventory(text)).toBe(reason);
  });

  it("writes a file aside in its own folder, under a name that always fits", () => {
    const aside = asidePath(`prod/${"x".repeat(255)}`);

    expect(aside).toMatch(/^prod\/\.pgrender-[0-9a-f]{16}\.tmp$/);
    expect(asidePath("prod/y")).not.toBe(aside);
  });
});
