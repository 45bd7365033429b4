import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { foldersOverlap } from "../../generator/adapters/folders.ts";
import { temporaryFolder } from "./tree.ts";

function ruleFor(clusters: string, output: string): string | undefined {
  const dir = temporaryFolder();
  mkdirSync(join(dir, "repo/clusters"), { recursive: true });
  mkdirSync(join(dir, "repo/rendered"));
  symlinkSync("repo", join(dir, "link"));
  symlinkSync("clusters", join(dir, "repo/specs"));
  return foldersOverlap(join(dir, clusters), join(dir, output))?.rule;
}

describe("the clusters folder and the output folder", () => {
  it.each([
    ["are the same", "repo/clusters", "repo/clusters/"],
    ["are the same through a link above", "repo/clusters", "link/clusters"],
    ["are the same through a link", "repo/specs", "repo/clusters"],
    ["lie one in the other", "repo/clusters", "repo/clusters/out"],
    ["lie one in the other, through a link, and do not exist yet", "repo/clusters", "link/clusters/a/b"],
    ["lie one around the other", "repo/clusters", "repo"],
    ["lie one around the other, through a link", "repo/specs", "link"],
  ])("are refused when they %s", (_how, clusters, output) => {
    expect(ruleFor(clusters, output)).toBe("folders-overlap");
  });

  it.each([
    ["repo/clusters", "repo/rendered"],
    ["repo/clusters", "repo/clusters-rendered"],
    ["repo/clusters", "link/new/folder"],
    ["repo/clusters", "elsewhere"],
  ])("are taken when they are %s and %s", (clusters, output) => {
    expect(ruleFor(clusters, output)).toBeUndefined();
  });
});
