import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { upgrading } from "./support/upgrading.ts";

const home = mkdtempSync(join(tmpdir(), "pgrender-upgrade-"));
afterAll(() => rmSync(home, { recursive: true }));
const evaluated = (program: string, given: unknown = null, data?: string) =>
  upgrading(home, program, given, data);

/** What is asked of a primary of that version which answers so, by a part of the question. */
const asked = `
def ask(query):
    return next((answer for part, answer in given.items() if part in query), "")
`;

describe("an upgrade is refused for", () => {
  const clean = { server_version_num: "150018" };

  it("nothing where nothing stands against it", () => {
    expect(evaluated(`${asked}\nshow(preflight.lost(ask))`, clean)).toEqual([]);
  });

  it.each([
    [
      "prepared transactions",
      { pg_prepared_xacts: "'a' in shop\n'b' in postgres" },
      "'a' in shop, 'b' in postgres. Commit",
    ],
    ["logical slots", { pg_replication_slots: "cdc" }, "logical slots do not come along: cdc."],
    [
      "subscriptions",
      { pg_subscription: "from_shop" },
      "subscriptions do not come along whole from this version: from_shop.",
    ],
    [
      "ALTER SYSTEM",
      { pg_file_settings: "work_mem" },
      "ALTER SYSTEM set what does not come along: work_mem.",
    ],
  ])("%s", (_, answers, reason) => {
    const reasons = evaluated(`${asked}\nshow(preflight.lost(ask))`, { ...clean, ...answers }) as string[];

    expect(reasons).toEqual([expect.stringContaining(reason)]);
  });

  it("no subscriptions where they come along", () => {
    const answers = { server_version_num: "170006", pg_subscription: "from_shop" };

    expect(evaluated(`${asked}\nshow(preflight.lost(ask))`, answers)).toEqual([]);
  });

  it.each([
    ["150018", null],
    ["160003", 'the data are of PostgreSQL 16, and spec.postgresql.upgrade.from is 15: write from: "16"'],
    ["170006", "the data are of PostgreSQL 17 already: take spec.postgresql.upgrade out"],
  ])("another version than from: %s", (number, reason) => {
    const answers = { server_version_num: number };

    expect(evaluated(`${asked}\nshow(preflight.version(ask, 15, 17))`, answers)).toBe(reason);
  });

  it("programs that the image lacks", () => {
    mkdirSync(`${home}/15/bin`, { recursive: true });
    writeFileSync(`${home}/15/bin/postgres`, "");

    expect(evaluated("show(preflight.programs(15, 17))")).toMatch(
      /15\/bin\/pg_basebackup is not in this image.*PostgreSQL 15 and 17 in one image/,
    );
  });

  it("an old backup, or none, and not for one of today", () => {
    const program = `
bootstrap.unarchived = lambda address: None
bootstrap.info = lambda restore: ({}, [{"timestamp": {"stop": preflight.time.time() - hours * 3600}} for hours in given], {})
show(preflight.backup({"stanza": "db"}, "10.0.0.1"))`;

    expect(evaluated(program, [300, 25])).toEqual([]);
    expect(evaluated(program, [300, 27])).toEqual([
      expect.stringContaining("the newest backup of db is 27 hours old"),
    ]);
    expect(evaluated(program, [])).toEqual([expect.stringContaining("there is no backup of db")]);
  });

  it("a replica that does not stream", () => {
    const program = `
preflight.backup = lambda former, address: []
bootstrap.sql = lambda *question: "pay-1\\npay-2"
show(preflight.serving({}, "10.0.0.1", given))`;

    expect(evaluated(program, ["pay-2"])).toEqual([]);
    expect(evaluated(program, ["pay-2", "pay-3"])).toEqual(["pay-3 does not stream from the primary"]);
  });
});

describe("a new database is made like the old one", () => {
  const answers = {
    "show lc_": "C",
    data_checksums: "on",
    wal_segment_size: "67108864",
    data_directory_mode: "0700",
  };
  const made = (given: unknown, version: number) =>
    evaluated(`${asked}\nshow(preflight.initdb(ask, ${version}))`, given);
  const same = ["messages", "monetary", "numeric", "time"].map((name) => `--lc-${name}=C`);

  it("with its locale, its checksums and its segments", () => {
    const old = {
      ...answers,
      server_version_num: "150018",
      pg_encoding_to_char: "UTF8|en_US.UTF-8|en_US.UTF-8|i|en_US|",
    };

    expect(made(old, 17)).toEqual([
      "--encoding=UTF8",
      "--lc-collate=en_US.UTF-8",
      "--lc-ctype=en_US.UTF-8",
      "--locale-provider=icu",
      "--icu-locale=en_US",
      ...same,
      "--data-checksums",
      "--wal-segsize=64",
    ]);
  });

  it("without checksums, which 18 would make by itself", () => {
    const old = {
      ...answers,
      data_checksums: "off",
      server_version_num: "130022",
      pg_encoding_to_char: "UTF8|C|C|c||",
    };

    expect(made(old, 18)).toEqual([
      "--encoding=UTF8",
      "--lc-collate=C",
      "--lc-ctype=C",
      "--locale-provider=libc",
      ...same,
      "--no-data-checksums",
      "--wal-segsize=64",
    ]);
    expect(made(old, 14)).not.toContain("--locale-provider=libc");
  });
});

describe("what pg_upgrade says is told", () => {
  it("with the lists that it wrote and the errors of its logs, and no statement", () => {
    const folder = join(home, "told", "log");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(home, "told", "tables.txt"), "In database: shop\n  public.rights.one\n");
    writeFileSync(
      join(folder, "pg_upgrade_dump_5.log"),
      "ERROR:  column x does not exist\nCommand was: secret\n",
    );
    writeFileSync(join(folder, "pg_upgrade_utility.log"), "ERROR:  PASSWORD secret\n");
    const output = "Checking a   ok\nChecking b   fatal\n\nYour installation has b.\nFailure, exiting\n";

    expect(evaluated("show(preflight.why(given[0], [given[1]]))", [output, join(home, "told")])).toBe(
      "Your installation has b. tables.txt: In database: shop public.rights.one ERROR:  column x does not exist",
    );
  });
});
