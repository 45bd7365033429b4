import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { validateCommand } from "../../generator/commands/validate.ts";
import { readTree, temporaryFolder, writeTree } from "../adapters/tree.ts";
import type { Tree } from "../adapters/tree.ts";
import { fakeWorld } from "./world.ts";

function validate(clusters: Tree, strict = false) {
  const dir = temporaryFolder();
  writeTree(join(dir, "clusters"), clusters);
  const before = readTree(dir);
  const { world, written } = fakeWorld();
  const code = validateCommand({ clusters: join(dir, "clusters"), strict }, world);
  expect(readTree(dir)).toEqual(before);
  return { code, ...written };
}

describe("pgrender validate", () => {
  it("says nothing when nothing is wrong", () => {
    expect(validate({ "a.yaml": "" })).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  it("prints warnings and ends well", () => {
    expect(validate({ "a.yaml": "warning" })).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/\[bad-word\]\n.*\n1 warning\n$/),
    });
  });

  it("ends with 2 for a warning when it is strict", () => {
    expect(validate({ "a.yaml": "warning" }, true)).toMatchObject({ code: 2 });
    expect(validate({ "a.yaml": "" }, true)).toMatchObject({ code: 0 });
  });

  it("ends with 2 when there is an error, or no cluster", () => {
    expect(validate({ "a.yaml": "error" })).toMatchObject({ code: 2 });
    expect(validate({})).toMatchObject({ code: 2, stderr: expect.stringContaining("[no-clusters]") });
  });
});
