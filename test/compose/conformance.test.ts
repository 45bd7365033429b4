import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isError } from "../../generator/problem.ts";
import { at, byCodePoint } from "../support/object.ts";
import { differences } from "./differences.ts";
import { composed } from "./support/composed.ts";
import { byId, documentsOf, fixtures } from "./support/fixtures.ts";

const all = fixtures();

describe("composes as kubectl kustomize did", () => {
  it.each(all.filter(({ name }) => !(name in differences)))("$name", ({ tree, recorded }) => {
    expect(recorded).not.toBe("");
    const { documents, problems } = composed(tree);
    const errors = problems.filter(isError);

    if (recorded.startsWith("error: ")) {
      expect(errors).not.toEqual([]);
      return;
    }
    expect(errors).toEqual([]);
    expect(byId(documents)).toEqual(byId(documentsOf(recorded)));
  });
});

describe("differs on purpose", () => {
  it.each(Object.entries(differences))("%s", (name, difference) => {
    const fixture = all.find((one) => one.name === name);
    if (fixture === undefined) throw new Error(`there is no fixture ${name}`);
    const { documents, problems } = composed(fixture.tree);
    const errors = problems.filter(isError).map(({ rule }) => rule);

    expect(fixture.recorded).not.toMatch(/^error: /);
    if ("refused" in difference) {
      expect(errors).toContain(difference.refused);
      return;
    }
    expect(errors).toEqual([]);
    const { object, path, ours } = difference;
    expect(at(byId(documents), object, ...path)).toEqual(ours);
    expect(at(byId(documentsOf(fixture.recorded)), object, ...path)).not.toEqual(ours);
  });

  it("as docs/composition.md says, and nowhere else", () => {
    const page = readFileSync(new URL("../../docs/composition.md", import.meta.url), "utf8");
    const shown = [...page.matchAll(/`([a-z]+(?:-[a-z]+)*\/[a-z-]+)`/g)].map(([, name]) => name ?? "");
    const named = shown.filter((name) => name !== "test/compose");
    expect(named.toSorted(byCodePoint)).toEqual(Object.keys(differences).toSorted(byCodePoint));
  });

  it("in few places, of many that are compared", () => {
    const refused = all.filter(({ recorded }) => recorded.startsWith("error: ")).length;
    expect(all.length).toBeGreaterThanOrEqual(300);
    process.stdout.write(
      `composition: ${all.length} recorded trees, ${all.length - refused - Object.keys(differences).length} composed alike, ${refused} refused by both, ${Object.keys(differences).length} different on purpose\n`,
    );
  });
});
