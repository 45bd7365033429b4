import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { allFields } from "../../generator/explain/fields.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const pages = [
  "README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name)),
];
const textOf = (page: string) => readFileSync(join(root, page), "utf8");

/** What can stand behind a # for a page: its headings as GitHub spells them, and the anchors that are written out. */
function anchors(page: string): readonly string[] {
  const text = textOf(page).replaceAll(/^```.*?^```$/gms, "");
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replaceAll(" ", "-"),
  );
  return [...headings, ...[...text.matchAll(/<a id="([^"]+)">/g)].map(([, id = ""]) => id)];
}

describe("a page of the docs", () => {
  it.each(pages)("has links that lead somewhere: %s", (page) => {
    const broken = [...textOf(page).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, link = ""]) => link)
      .filter((link) => !/^[a-z]+:/.test(link))
      .filter((link) => {
        const [path = "", anchor] = link.split("#");
        const target = path === "" ? page : relative(root, join(root, dirname(page), path));
        if (!existsSync(join(root, target))) return true;
        return anchor !== undefined && !anchors(target).includes(anchor);
      });

    expect(broken).toEqual([]);
  });

  it("has a place of its own for every field that can be explained", () => {
    const found = anchors("docs/fields.md");
    const there = new Set(found);
    const prefixes: Readonly<Record<string, string>> = {
      OperatorConfiguration: "operator.",
      Settings: "settings.",
    };
    const all = allFields().filter(({ children }) => children.length === 0);
    const ids = all.map(
      ({ path, kinds: [kind = ""] }) => `${prefixes[kind] ?? ""}${path.replaceAll(/[<>]/g, "")}`,
    );

    expect(ids.filter((id) => !there.has(id))).toEqual([]);
    expect(ids.length).toBeGreaterThan(500);
    const own = [...textOf("docs/fields.md").matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id);
    expect(own.filter((id, index) => own.indexOf(id) !== index)).toEqual([]);
  });
});
