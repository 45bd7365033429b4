import { symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readInput } from "../../generator/adapters/input.ts";
import { makePipe, temporaryFolder, writeTree } from "./tree.ts";

function input(prepare: (dir: string) => void) {
  const dir = temporaryFolder();
  writeTree(dir, { "prod/orders.yaml": "a: 1\n" });
  prepare(dir);
  const { files, problems } = readInput(dir);
  return {
    paths: files.map((file) => file.path),
    problems: problems.map(
      ({ rule, severity, at }) => `${severity} ${rule} ${at.file}:${at.line}:${at.column}`,
    ),
  };
}

describe("reading the clusters folder", () => {
  it("finds all YAML files, hidden ones left out, sorted by code point", () => {
    const found = input((dir) =>
      writeTree(dir, {
        "prod/Z.yml": "",
        "prod/ä.yaml": "",
        "prod/.hidden.yaml": "",
        ".git/x.yaml": "",
        "prod/readme.md": "",
        "base.yaml/b.yaml": "",
        "[x]/c.yaml": "",
      }),
    );

    expect(found.paths).toEqual([
      "[x]/c.yaml",
      "base.yaml/b.yaml",
      "prod/Z.yml",
      "prod/orders.yaml",
      "prod/ä.yaml",
    ]);
    expect(found.problems).toEqual([]);
  });

  it("takes a byte order mark off and keeps everything else", () => {
    const dir = temporaryFolder();
    writeTree(dir, { "a.yaml": "\uFEFFname: ä\r\n" });

    expect(readInput(dir).files).toEqual([{ path: "a.yaml", text: "name: ä\r\n" }]);
  });

  it("refuses links to files, to folders, to nothing, and loops, and does not follow them", () => {
    const found = input((dir) => {
      symlinkSync("orders.yaml", join(dir, "prod/link.yaml"));
      symlinkSync("prod", join(dir, "twin"));
      symlinkSync("nowhere", join(dir, "dangling"));
      symlinkSync("..", join(dir, "prod/loop"));
    });

    expect(found.paths).toEqual(["prod/orders.yaml"]);
    expect(found.problems).toEqual([
      "error symlink dangling:1:1",
      "error symlink prod/link.yaml:1:1",
      "error symlink prod/loop:1:1",
      "error symlink twin:1:1",
    ]);
  });

  it("takes a file of 1 MiB, and refuses a larger one without reading it", () => {
    const found = input((dir) => {
      writeFileSync(join(dir, "most.yaml"), "#".repeat(1024 * 1024));
      writeFileSync(join(dir, "more.yaml"), "");
      // A hole of 1 TiB: reading it would never end.
      truncateSync(join(dir, "more.yaml"), 2 ** 40);
    });

    expect(found.paths).toEqual(["most.yaml", "prod/orders.yaml"]);
    expect(found.problems).toEqual(["error file-too-large more.yaml:1:1"]);
  });

  it("refuses what is not UTF-8", () => {
    const found = input((dir) => {
      writeFileSync(join(dir, "latin.yaml"), Buffer.from("name: \xE4\n", "latin1"));
      writeFileSync(join(dir, "wide.yaml"), Buffer.from("\uFEFFa: 1\n", "utf16le"));
    });

    expect(found.problems).toEqual(["error not-utf8 latin.yaml:1:1", "error not-utf8 wide.yaml:1:1"]);
  });

  it("does not pass over a spec whose ending is in capitals", () => {
    expect(input((dir) => writeTree(dir, { "shop.YAML": "" })).problems).toEqual([
      "error file-ending shop.YAML:1:1",
    ]);
  });

  it("does not hang on a pipe that is named like a spec", () => {
    const found = input((dir) => makePipe(join(dir, "pipe.yaml")));

    expect(found.problems).toEqual(["error unreadable pipe.yaml:1:1"]);
  });

  it("says so when the folder is missing, is a file, or lies below a file", () => {
    const dir = temporaryFolder();
    writeTree(dir, { file: "" });

    for (const name of ["missing", "file", "file/below"]) {
      expect(readInput(join(dir, name)).problems).toMatchObject([
        { rule: "no-clusters-folder", at: { file: "." } },
      ]);
    }
  });

  it("brings other text files along beside and below a kustomization, and none elsewhere", () => {
    const dir = temporaryFolder();
    writeTree(dir, {
      "prod/kustomization.yaml": "",
      "prod/sql/queries.sql": "select 1",
      "dev/Kustomization": "",
      "dev/app.env": "A=b",
      "plain/notes.txt": "",
    });
    writeFileSync(join(dir, "prod/logo.png"), Buffer.from([0x89, 0x50, 0xff]));

    const { files, problems } = readInput(dir);
    expect(files.map(({ path }) => path)).toEqual([
      "dev/Kustomization",
      "dev/app.env",
      "prod/kustomization.yaml",
      "prod/sql/queries.sql",
    ]);
    expect(problems).toEqual([]);
  });

  it("takes a folder that is named through a link", () => {
    const dir = temporaryFolder();
    writeTree(dir, { "real/a.yaml": "" });
    symlinkSync("real", join(dir, "link"));

    expect(readInput(join(dir, "link"))).toEqual({ files: [{ path: "a.yaml", text: "" }], problems: [] });
  });
});
