import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { run } from "../../generator/commands/program.ts";
import { readTree, temporaryFolder, writeTree } from "../adapters/tree.ts";
import { fakeWorld } from "./world.ts";

const about = { bugs: "https://example.org/bugs" };

async function pgrender(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { world, written } = fakeWorld(env);
  return { code: await run(args, world, about), ...written };
}

describe("the command line", () => {
  it("takes the folders from the options", async () => {
    const dir = temporaryFolder();
    writeTree(dir, { "specs/a.yaml": "" });
    const folders = ["--clusters", join(dir, "specs"), "--output", join(dir, "out")];

    expect((await pgrender(["render", ...folders, "--check"])).code).toBe(1);
    expect((await pgrender(["render", ...folders])).code).toBe(0);
    expect((await pgrender(["render", ...folders, "--check"])).code).toBe(0);
    expect((await pgrender(["render", "--stdout", "--clusters", join(dir, "specs")])).stdout).toContain(
      "# a/claim.yaml\n",
    );
    expect((await pgrender(["validate", "--clusters", join(dir, "specs")])).code).toBe(0);
    expect(Object.keys(readTree(dir))).toContain("out/a/claim.yaml");
  });

  it("prints help and version on stdout", async () => {
    expect(await pgrender(["--version"])).toEqual({ code: 0, stdout: "1.2.3\n", stderr: "" });
    expect(await pgrender(["--help"])).toMatchObject({
      code: 0,
      stderr: "",
      stdout: expect.stringContaining("render"),
    });
    expect((await pgrender(["render", "--help"])).stdout).toMatch(
      /--clusters <DIR> .*"clusters"[^]*--output <DIR> .*"rendered"/,
    );
  });

  it.each([
    [[], "Usage: pgrender"],
    [["rendr"], "Did you mean render?"],
    [["render", "--outptu", "x"], "Did you mean --output?"],
    [["render", "--check", "--stdout"], "cannot be used with"],
    [["render", "--output", ""], "names no folder"],
    [["render", "--clusters"], "argument missing"],
    [["render", "clusters"], "too many arguments"],
    [["validate", "--output", "x"], "unknown option"],
  ])("calls %j wrong usage", async (args, words) => {
    expect(await pgrender(args)).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringContaining(words),
    });
  });

  it("reports a bug of its own in one line, and the stack only when asked", async () => {
    const dir = temporaryFolder();
    writeTree(dir, { "a.yaml": "crash" });
    const args = ["validate", "--clusters", dir];

    const { code, stderr } = await pgrender(args);

    expect(code).toBe(2);
    expect(stderr.split("\n")).toEqual([
      String.raw`pgrender 1.2.3 failed, which is a bug: no such thing\nas this; please report it at https://example.org/bugs`,
      "  fix: run it again with PGRENDER_DEBUG=1 to see where, and add that to the report",
      "",
    ]);
    expect((await pgrender(args, { PGRENDER_DEBUG: "1" })).stderr).toMatch(/\n {4}at /);
  });
});
