import { describe, expect, it } from "vitest";
import { compare } from "../../generator/diff/compare.ts";
import { reportMarkdown } from "../../generator/diff/markdown.ts";
import { isEmpty, report } from "../../generator/diff/report.ts";
import type { Report } from "../../generator/diff/report.ts";
import { sideOf } from "../../generator/diff/side.ts";
import { reportText } from "../../generator/diff/text.ts";
import type { File } from "../../generator/file.ts";

type Spec = Readonly<Record<string, unknown>>;

function cluster(path: string, name: string, spec: Spec = {}): File {
  const rest = { numberOfInstances: 1, postgresql: { version: "17" }, volume: { size: "1Gi" }, ...spec };
  const metadata = { name, namespace: "prod" };
  return {
    path,
    text: JSON.stringify({ apiVersion: "pgrender.dev/v1", kind: "PostgresCluster", metadata, spec: rest }),
  };
}

function between(before: readonly File[], after: readonly File[]): Report {
  return report(compare(sideOf(before), sideOf(after)));
}

const parameters = (settings: Spec) => ({ postgresql: { version: "17", parameters: settings } });

describe("the difference between two renders", () => {
  it("is empty where they are the same, whatever their files are called", () => {
    const found = between([cluster("a.yaml", "pay")], [cluster("b.yaml", "pay")]);

    expect(isEmpty(found)).toBe(true);
    expect(reportText(found)).toBe("no cluster differs\n");
  });

  it("names what came, went and moved", () => {
    const found = between(
      [cluster("gone.yaml", "gone"), cluster("moved.yaml", "moved")],
      [cluster("come.yaml", "come"), cluster("eu/moved.yaml", "moved")],
    );

    expect(found).toMatchObject({
      added: [{ name: "prod/come" }],
      removed: [{ name: "prod/gone" }],
      moved: [{ name: "prod/moved", from: "", to: "eu" }],
      groups: [],
    });
    expect(reportText(found).split("\n")).toContain("prod/moved: moved from the top folder to eu");
    expect(reportMarkdown(found)).toContain("- moved `prod/moved` from the top folder to `eu`");
  });

  it("says the same change of many clusters once, and another one of some of them by itself", () => {
    const names = ["a", "b", "c", "d", "postgres"];
    const before = names.map((name) => cluster(`${name}.yaml`, name));
    const after = names.map((name) =>
      cluster(`${name}.yaml`, name, {
        ...parameters({ work_mem: "8MB" }),
        ...(name === "c" ? { teamId: "x" } : {}),
      }),
    );

    const { groups, changed } = between(before, after);

    const sets = groups.filter(({ name }) => name.endsWith("-patroni"));
    expect(changed).toBe(5);
    expect(sets.map(({ clusters }) => clusters)).toEqual([
      ["prod/a", "prod/b", "prod/d", "prod/postgres"],
      ["prod/c"],
    ]);
    expect(sets[0]?.fields.map(({ path }) => path)).toEqual(['data["patroni.yml"]']);
  });

  it("takes an object whose name is made of its content for the same one, and shows what of it differs", () => {
    const after = [cluster("a.yaml", "a", { numberOfInstances: 2 })];

    const { groups } = between([cluster("a.yaml", "a")], after);

    const read = groups.find(({ kind, name }) => kind === "ConfigMap" && name.startsWith("a-converge-"));
    expect(read).toMatchObject({
      how: "renamed",
      formerly: expect.stringMatching(/^a-converge-[0-9a-f]{8}$/),
    });
    expect(read?.fields.map(({ path }) => path)).toEqual(['data["state.json"]']);
    // That the CronJob reads the other one says nothing more.
    expect(groups.filter(({ kind }) => kind === "CronJob")).toEqual([]);
  });

  it("shows the changed lines of a text with those around them", () => {
    const { groups } = between(
      [cluster("a.yaml", "a")],
      [cluster("a.yaml", "a", parameters({ work_mem: "8MB" }))],
    );

    const lines = groups.find(({ name }) => name === "a-patroni")?.fields[0]?.lines ?? [];
    expect(lines).toContain("+     work_mem: 8MB");
    expect(lines.filter((line) => line.startsWith("@@")).length).toBe(2);
    expect(lines.length).toBeLessThan(16);
  });

  it("is empty of clusters where one side has a mistake, which is told", () => {
    const { units, problems } = sideOf([cluster("a.yaml", "a", { nosuch: 1 })]);

    expect([units.size, problems[0]?.rule]).toEqual([0, "unknown-field"]);
  });
});

describe("a report in Markdown", () => {
  const block = (lines: string[], clusters = ["prod/a"]): Report => ({
    added: [],
    removed: [],
    moved: [],
    changed: clusters.length,
    groups: [
      {
        how: "changed",
        kind: "ConfigMap",
        name: "a<b",
        clusters,
        fields: [{ path: "data", before: 1, after: 2, lines }],
      },
    ],
  });

  it("cannot be ended by what it shows", () => {
    const text = reportMarkdown(block(["+ ```", "+ ````x", "+ </details>"]));

    expect(text).toContain("`````diff\n@@ data @@\n+ ```\n+ ````x\n+ </details>\n`````\n");
    expect(text).toContain("<summary>ConfigMap a&lt;b changed — prod/a</summary>");
  });

  it("counts clusters in the title where they are many, and names them below", () => {
    const text = reportMarkdown(block([], ["prod/a", "prod/b", "prod/c", "prod/d"]));

    expect(text).toContain("— 4 clusters</summary>\n\n`prod/a`, `prod/b`, `prod/c`, `prod/d`\n");
  });
});
