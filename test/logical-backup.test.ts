import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { left, logicalBackup, runsIn, sandbox } from "./support/dumps.ts";

let { folder, drop } = sandbox();
drop();
beforeEach(() => ({ folder, drop } = sandbox()));
afterEach(() => drop());

const whole = ["a.dump", "b.dump", "manifest.json", "roles.sql"];
const files = (store: number) => Object.values(runsIn(folder, store));

describe("a logical backup", () => {
  it("puts the roles, every database and a manifest into each store", () => {
    const { status, stderr } = logicalBackup(folder, ["dump"]);

    expect(stderr).toMatch(/^logical-backup: repo1 has \S+: 3 files, \d+ bytes\nlogical-backup: repo2 has /);
    expect(status).toBe(0);
    expect([files(1), files(2)]).toEqual([[whole], [whole]]);
  });

  it("reads from a replica, and from the primary what a replica does not give", () => {
    logicalBackup(folder, ["dump"]);
    const [run = ""] = Object.keys(runsIn(folder, 1));
    expect(logicalBackup(folder, ["get", run, "a"]).stdout).toContain("host='pay-repl,pay' dbname='a'");

    const { status, stderr } = logicalBackup(folder, ["dump"], { BROKEN_HOST: "pay-repl,pay" });
    expect(stderr).toContain("a.dump: pg_dump ended with 1; once more from the primary");
    expect(status).toBe(0);
    const newest = Object.keys(runsIn(folder, 1)).toSorted().at(-1) ?? "";
    expect(logicalBackup(folder, ["get", newest, "a"]).stdout).toContain("host='pay' dbname='a'");
  });

  it("keeps apart databases with any name, in files with names that every store takes", () => {
    const names = ["a", "A", "Weird \"na'me/", "..", "x=y", "a~41", "größe\\"];
    logicalBackup(folder, ["dump"], { DATABASES: JSON.stringify(names) });
    const [run = "", found = []] = Object.entries(runsIn(folder, 1))[0] ?? [];

    expect(found.filter((file) => file.endsWith(".dump"))).toHaveLength(names.length);
    expect(found.filter((file) => !/^[-\w~.]+$/.test(file) || file.startsWith("."))).toEqual([]);
    expect(logicalBackup(folder, ["get", run, "größe\\"]).stdout).toContain(String.raw`dbname='größe\\'`);
    expect(logicalBackup(folder, ["list"]).stdout.split("\n")).toContain(
      `repo2 ${run} ${JSON.stringify(names).replaceAll(",", ", ").replace("ö", "\\u00f6").replace("ß", "\\u00df")}`,
    );
  });

  it("fails and leaves nothing if a database cannot be dumped, though pg_dump had begun to write", () => {
    const { status, stderr } = logicalBackup(folder, ["dump"], {
      DROPPED: "b",
      PGHOST: "pay",
      DATABASES: '["b"]',
    });
    expect(status).toBe(0);
    expect(stderr).toContain('the database "b" was dropped meanwhile');

    const broken = logicalBackup(folder, ["dump"], { BROKEN_HOST: "pay", PGHOST: "pay" });
    expect(broken.status).toBe(1);
    expect(broken.stderr).toContain(
      'logical-backup: the database "a" was not dumped: pg_dump ended with 1\n',
    );
    expect(files(1)).toHaveLength(1);
  });

  it("fails if a store does not take it or has something else, and is whole in the other one", () => {
    for (const trouble of [{ FULL: "2" }, { ROTTEN: "2" }]) {
      const { status, stderr } = logicalBackup(folder, ["dump"], trouble);
      expect(stderr).toContain("logical-backup: not in repo2\n");
      expect(status).toBe(1);
      expect(files(2)).toEqual([]);
    }
    expect(files(1).every((run) => run.join() === whole.join())).toBe(true);
    expect(logicalBackup(folder, ["dump"], { FULL: "1", STORES: "1" }).stderr).toContain(
      "no store has logical/prod/pay/",
    );
  });

  it("does nothing while another one runs, and does not count if it cannot tell", () => {
    const second = logicalBackup(folder, ["dump"], { LOCKED: "f" });
    expect([second.status, second.stderr]).toEqual([1, "logical-backup: another run is under way\n"]);
    const nobody = logicalBackup(folder, ["dump"], { LOCKED: "" });
    expect([nobody.status, nobody.stderr]).toEqual([1, "logical-backup: pay does not answer\n"]);

    const lost = logicalBackup(folder, ["dump"], { HELD: "0" });
    expect(lost.stderr).toContain("the primary went away");
    expect([lost.status, files(1), files(2)]).toEqual([1, [], []]);
  });
});

describe("retention", () => {
  it("removes what is too old, and what was cut off long ago, and nothing that is no run", () => {
    left(folder, 1, "20200101T000000Z/manifest.json");
    left(folder, 1, "20200101T000000Z/a.dump");
    left(folder, 1, "20200102T000000Z/a.dump");
    left(folder, 1, "notes/manifest.json");
    logicalBackup(folder, ["dump"], { RETENTION: "3600" });

    expect(Object.keys(runsIn(folder, 1)).filter((run) => run.startsWith("2020"))).toEqual([]);
    expect(files(1)).toEqual(expect.arrayContaining([["manifest.json"], whole]));
    expect(files(1)).toHaveLength(2);
  });

  it("keeps all that is not too old, and everything where no time is given", () => {
    left(folder, 1, "20200101T000000Z/manifest.json");
    logicalBackup(folder, ["dump"]);
    expect(files(1)).toHaveLength(2);
    logicalBackup(folder, ["dump"], { RETENTION: "999999999" });
    expect(Object.keys(runsIn(folder, 1))).toContain("20200101T000000Z");
  });

  it("keeps old dumps when there is no new one, and in a store that has not got it", () => {
    left(folder, 2, "20200101T000000Z/manifest.json");
    logicalBackup(folder, ["dump"], { RETENTION: "1", BROKEN_HOST: "pay", PGHOST: "pay" });
    logicalBackup(folder, ["dump"], { RETENTION: "1", FULL: "2" });

    expect(runsIn(folder, 2)).toEqual({ "20200101T000000Z": ["manifest.json"] });
  });
});

describe("a dump that is asked for", () => {
  it("comes from another store if one has lost it or has it damaged, and from none if it is in none", () => {
    logicalBackup(folder, ["dump"]);
    const [run = ""] = Object.keys(runsIn(folder, 1));
    const file = (store: number) => join(folder, "stores", String(store), "logical/prod/pay", run, "a.dump");
    const good = readFileSync(file(2), "utf8");
    writeFileSync(file(1), "rot");

    const { stdout, stderr } = logicalBackup(folder, ["get", run, "a"]);
    expect([stdout, stderr.includes("is not what was put there")]).toEqual([good, true]);
    writeFileSync(file(2), "rot");
    const none = logicalBackup(folder, ["get", run, "a"]);
    expect([none.status, none.stdout]).toEqual([1, ""]);
    expect(none.stderr).toContain(`no store has a whole run ${run} with "a"`);
  });

  it("has the roles beside it", () => {
    logicalBackup(folder, ["dump"]);
    const [run = ""] = Object.keys(runsIn(folder, 1));
    expect(logicalBackup(folder, ["roles", run]).stdout).toBe("roles\n");
  });
});
