import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { filesIn } from "../support/files.ts";

const path = (relative: string) => fileURLToPath(new URL(`../../${relative}`, import.meta.url));
const score = process.env["KUBE_SCORE"] ?? "";

type Scored = {
  readonly type_meta: { readonly kind: string };
  readonly object_meta: { readonly name: string };
  readonly checks: readonly {
    readonly check: { readonly id: string };
    readonly grade: number;
    readonly skipped: boolean;
  }[];
};

/** What kube-score has against the rendered objects of a golden case, as `check kind`, and of which object. */
function findings(golden: string): { finding: string; object: string }[] {
  const folder = path(`test/golden/${golden}/out`);
  const files = filesIn(folder)
    .map((file) => join(folder, file.path))
    .filter((file) => file.endsWith(".yaml") && !file.endsWith("/kustomization.yaml"));
  const { stdout, stderr } = spawnSync(score, ["score", "-o", "json", ...files], { encoding: "utf8" });
  expect(stderr).toBe("");
  const scored: readonly Scored[] = JSON.parse(stdout);
  return scored.flatMap(({ type_meta: { kind }, object_meta: { name }, checks }) =>
    checks
      .filter(({ grade, skipped }) => !skipped && grade < 10)
      .map(({ check }) => ({ finding: `${check.id} ${kind}`, object: `${golden}: ${name}` })),
  );
}

/** The findings that the page explains: the first two columns of its tables. */
function explained(): string[] {
  const rows = readFileSync(path("docs/linters.md"), "utf8").matchAll(
    /^\| `([a-z-]+)` +\| ([A-Za-z, ]+?) +\|/gm,
  );
  return [...rows].flatMap(([, check, kinds]) => (kinds ?? "").split(", ").map((kind) => `${check} ${kind}`));
}

describe.skipIf(score === "")("kube-score", () => {
  it("finds in all golden cases what docs/linters.md explains, and nothing else", () => {
    const found = readdirSync(path("test/golden")).flatMap(findings);
    const known = explained();

    expect(found.filter(({ finding }) => !known.includes(finding))).toEqual([]);
    expect(known.filter((finding) => !found.some((one) => one.finding === finding))).toEqual([]);
  });
});
