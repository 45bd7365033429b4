import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { memories } from "../../generator/adapters/memory.ts";
import { run } from "../../generator/commands/program.ts";
import { readTree, temporaryFolder, writeTree } from "../adapters/tree.ts";
import { fakeWorld } from "./world.ts";

/** A repository with two specs, and a program that counts how often it renders. */
function repository() {
  const dir = temporaryFolder();
  writeTree(dir, { "clusters/a.yaml": "a\n", "clusters/b.yaml": "b\n" });
  const program = join(dir, "program");
  for (const folder of ["dist", "templates", "generator", "schemas"])
    mkdirSync(join(program, folder), { recursive: true });
  writeFileSync(join(program, "dist/cli.js"), "1");
  let renders = 0;
  const render = async (...more: readonly string[]) => {
    const { world, written } = fakeWorld();
    renders = 0;
    const counting: typeof world = {
      ...world,
      render: (files, scope) => {
        renders += 1;
        return world.render(files, scope);
      },
      memories: memories(new URL(`file://${program}/`), { XDG_CACHE_HOME: join(dir, "cache") }),
    };
    const folders = ["--clusters", join(dir, "clusters"), "--output", join(dir, "out")];
    const code = await run(["render", ...folders, ...more], counting, { bugs: "" });
    return { code, renders, said: written.stderr };
  };
  return { dir, program, render };
}

describe("a second render", () => {
  it("of the same specs renders nothing, reads what is there, and says so", async () => {
    const { dir, render } = repository();
    expect(await render()).toEqual({
      code: 0,
      renders: 1,
      said: "2 clusters, 6 files: 6 written, 0 removed, 0 unchanged\n",
    });
    const before = readTree(join(dir, "out"));

    expect(await render()).toEqual({
      code: 0,
      renders: 0,
      said: "2 clusters, 6 files: 0 written, 0 removed, 6 unchanged\n",
    });
    expect(readTree(join(dir, "out"))).toEqual(before);
  });

  it.each<readonly [what: string, change: (dir: string) => void]>([
    ["another spec", (dir) => writeFileSync(join(dir, "clusters/a.yaml"), "c\n")],
    ["one spec more", (dir) => writeFileSync(join(dir, "clusters/c.yaml"), "c\n")],
    ["one spec less", (dir) => rmSync(join(dir, "clusters/b.yaml"))],
    ["another program", (dir) => writeFileSync(join(dir, "program/dist/cli.js"), "2")],
    ["another template", (dir) => writeFileSync(join(dir, "program/templates/a.hbs"), "2")],
    ["a file edited by hand", (dir) => writeFileSync(join(dir, "out/a/claim.yaml"), "kind: edited\n")],
    ["a file gone", (dir) => rmSync(join(dir, "out/a/claim.yaml"))],
    ["an inventory gone", (dir) => rmSync(join(dir, "out/inventory.json"))],
    ["a memory gone", (dir) => rmSync(join(dir, "cache"), { recursive: true })],
    [
      "a run cut off",
      (dir) => writeFileSync(join(dir, "out/.pgrender-run.json"), '{"version":1,"paths":[]}'),
    ],
  ])("renders all the same with %s", async (_, change) => {
    const { dir, render } = repository();
    await render();
    change(dir);

    expect(await render()).toMatchObject({ code: 0, renders: 1 });
    expect(await render()).toMatchObject({ code: 0, renders: 0 });
  });

  it("says a warning again", async () => {
    const { dir, render } = repository();
    writeFileSync(join(dir, "clusters/a.yaml"), "warning\n");
    const { said } = await render();

    expect(said).toContain("the word warning");
    expect(await render()).toMatchObject({ renders: 1, said: expect.stringContaining("the word warning") });
  });

  it("is done where more is asked than that nothing changes", async () => {
    const { render } = repository();
    await render();

    for (const option of ["--check", "--stdout", "--only=a"])
      expect(await render(option)).toMatchObject({ renders: 1 });
  });

  it("does without a memory that cannot be kept", async () => {
    const { dir, render } = repository();
    writeFileSync(join(dir, "cache"), "");

    expect(await render()).toMatchObject({ code: 0, renders: 1 });
    expect(await render()).toMatchObject({ code: 0, renders: 1 });
  });
});
