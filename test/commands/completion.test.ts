import { execFileSync } from "node:child_process";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { run } from "../../generator/commands/program.ts";
import { temporaryFolder, writeTree } from "../adapters/tree.ts";
import { fakeWorld } from "./world.ts";

async function complete(...words: string[]) {
  const dir = temporaryFolder();
  writeTree(join(dir, "clusters"), {
    "orders.yaml": "kind: PostgresCluster\nmetadata: { name: orders }\n",
    "old.yaml": "kind: postgresql\nmetadata:\n  name: old-one\n",
  });
  const { world, written } = fakeWorld();
  const code = await run(["complete", "--", ...words.map((word) => word.replace("DIR", dir))], world, {
    bugs: "",
  });
  return [code, ...written.stdout.split("\n").slice(0, -1)];
}

describe("completion", () => {
  it("knows commands, options, clusters, fields and choices", async () => {
    expect(await complete("re")).toEqual([0, "render"]);
    expect(await complete("")).toEqual(
      expect.arrayContaining(["init", "new", "render", "explain", "completion"]),
    );
    expect(await complete("")).not.toContain("complete");
    expect(await complete("render", "--o")).toEqual([0, "--only", "--output"]);
    expect(await complete("render", "--clusters", "DIR/clusters", "--only", "o")).toEqual([
      0,
      "old-one",
      "orders",
    ]);
    expect(await complete("explain", "spec.patroni.tt")).toEqual([0, "spec.patroni.ttl"]);
    expect(await complete("explain", "--format", "")).toEqual([0, "json", "text"]);
    expect(await complete("completion", "f")).toEqual([0, "fish"]);
    expect(await complete("render", "--output", "x")).toEqual([0]);
  });

  it("works in a real bash", async () => {
    const { world, written } = fakeWorld();
    expect(await run(["completion", "bash"], world, { bugs: "" })).toBe(0);
    const dir = temporaryFolder();
    writeTree(dir, { "completion.bash": written.stdout, pgrender: '#!/bin/sh\nprintf "%s\\n" "$@"\n' });
    chmodSync(join(dir, "pgrender"), 0o755);

    const script = `. ./completion.bash; complete -p pgrender; COMP_WORDS=(pgrender render --on); COMP_CWORD=2; _pgrender; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const said = execFileSync("bash", ["-c", script], {
      cwd: dir,
      encoding: "utf8",
      env: { ...process.env, PATH: `${dir}:${process.env["PATH"] ?? ""}` },
    });

    // The stand-in says what it was asked.
    expect(said.split("\n")).toEqual([
      "complete -o default -F _pgrender pgrender",
      "complete",
      "--",
      "render",
      "--on",
      "",
    ]);
  });
});
