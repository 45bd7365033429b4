import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { upgrading } from "./support/upgrading.ts";

const home = mkdtempSync(join(tmpdir(), "pgrender-upgrade-"));
afterAll(() => rmSync(home, { recursive: true }));
const evaluated = (program: string, given: unknown = null, data?: string) =>
  upgrading(home, program, given, data);

describe("a copy has all that was written", () => {
  const look = (answer: object, reached: number) =>
    evaluated(
      `
generation.ask = lambda address, path: given[0]
follower.reached = lambda private: given[1]
try:
    show(follower.caught_up("", {"address": "", "timeline": 3}))
except bootstrap.Refused as reason:
    show("refused: %s" % reason)`,
      [answer, reached],
    );
  const led = { role: "standby_leader", state: "running", timeline: 3, xlog: { replayed_location: 1000 } };

  it("when it has come as far as the primary that handed over", () => {
    expect(look(led, 1000)).toBe(true);
    expect(look(led, 999)).toBe(false);
  });

  it("and not while that one still leads, or starts", () => {
    expect(look({ ...led, role: "primary" }, 2000)).toBe(false);
    expect(look({ ...led, state: "starting" }, 2000)).toBe(false);
  });

  it("never of another timeline, whatever its length", () => {
    expect(look({ ...led, timeline: 4 }, 2000)).toMatch(/^refused: another primary was elected/);
  });
});

describe("what was handed over", () => {
  const marks = `
generation.configuration = lambda scope: given["marks"].get(scope, {})
generation.pods = lambda: [
    {"metadata": {"name": "pay-0", "labels": {"pgrender.dev/scope": "pay", "pgrender.dev/in-service": "false"}}, "status": {"podIP": "10.0.0.1"}},
    {"metadata": {"name": "pay-1", "labels": {"pgrender.dev/scope": "pay-pg17"}}, "status": {}},
]
generation.configure = lambda scope, patch: done.append([scope, patch])
generation.ask = lambda *question: done.append(list(question))
generation.kube = lambda method, path, body, kind: done.append([path.split("/")[-1], body["metadata"]["labels"]])
`;
  const mark = (attempt?: string) => ({
    pgrender: { handed_over: true, ...(attempt === undefined ? {} : { attempt }) },
  });
  const back = { standby_cluster: null, pgrender: null };

  it("is given back by the member that it was handed over to, to whoever handed over to it", () => {
    const given = { marks: { pay: mark("pay-1 abc"), "pay-r1": mark() } };

    expect(evaluated(`${marks}\nupgraded.give_back()\nshow(done)`, given)).toEqual([
      ["pay", back],
      ["10.0.0.1", "/config", back, "PATCH"],
      ["pay-0", { "pgrender.dev/in-service": "true" }],
    ]);
  });

  it("is left alone by another member, and where the data are whole or there", () => {
    const give = `${marks}\nupgraded.give_back()\nshow(done)`;
    const given = { marks: { pay: mark("pay-1 abc") } };
    mkdirSync(`${home}/there/data`, { recursive: true });
    writeFileSync(`${home}/there/data/PG_VERSION`, "17\n");
    mkdirSync(`${home}/whole`);
    writeFileSync(`${home}/whole/data.recovered`, "");

    expect(evaluated(give, { marks: { pay: mark("pay-10 abc") } })).toEqual([]);
    expect(evaluated(give, given, `${home}/there/data`)).toEqual([]);
    expect(evaluated(give, given, `${home}/whole/data`)).toEqual([]);
  });

  it("is marked with the attempt", () => {
    const fence = `${marks}\ngeneration.fence("pay", [], "pay-1 abc")\nshow(done)`;

    expect(evaluated(fence, { marks: { pay: { ttl: 30 } } })).toEqual([
      ["pay", { standby_cluster: { restore_command: "false" }, ...mark("pay-1 abc") }],
    ]);
    expect(evaluated(fence, { marks: { pay: mark("pay-2 def") } })).toEqual([]);
  });

  it("is held while every other generation has handed over to the attempt, or to none that gives back", () => {
    const held = (found: object) => evaluated(`${marks}\nshow(upgrade.held("pay-1 abc"))`, { marks: found });

    expect(held({ pay: mark("pay-1 abc"), "pay-r1": mark() })).toBe(true);
    expect(held({ pay: mark("pay-1 abc"), "pay-r1": { ttl: 30 } })).toBe(false);
    expect(held({ pay: mark("pay-1 def") })).toBe(false);
  });

  describe("to another one", () => {
    beforeAll(() => {
      mkdirSync(`${home}/left/data`, { recursive: true });
      writeFileSync(`${home}/left/data/PG_VERSION`, "17\n");
    });
    const left = (found: object, data: string) =>
      evaluated(`${marks}\nshow(upgraded.left())`, { marks: found }, data);

    it("is no upgrade of that one", () => {
      expect(left({ "pay-pg17": mark() }, `${home}/left/data`)).toMatch(
        /choose another spec\.postgresql\.upgrade\.id/,
      );
    });

    it("concerns nobody who has no data, or whose generation serves", () => {
      expect(left({ "pay-pg17": mark() }, `${home}/none`)).toBe(null);
      expect(left({ "pay-pg17": { ttl: 30 } }, `${home}/left/data`)).toBe(null);
    });
  });
});

describe("a generation that was begun and taken back", () => {
  it("leaves nothing on the volumes, and one that has data stays", () => {
    const root = `${home}/pgroot`;
    const [wal, tablespace] = [`${home}/pgwal`, `${home}/tablespaces/fast`];
    const folders = [
      "generation-r1/data",
      "generation-cut/data.source",
      "generation-cut/data",
      "generation-own/data.new",
    ];
    for (const folder of folders) mkdirSync(`${root}/${folder}`, { recursive: true });
    writeFileSync(`${root}/generation-r1/data/PG_VERSION`, "15\n");
    for (const place of [wal, tablespace])
      for (const name of ["generation-r1", "generation-cut"])
        mkdirSync(`${place}/${name}`, { recursive: true });
    const tidy = `
generation.os.environ["WAL_DIRECTORY"] = given[0] + "/generation-own/pg_wal"
generation.os.environ["TABLESPACE_DIRECTORIES"] = given[1] + "/generation-own/data"
generation.tidy()
show([sorted(generation.os.listdir(place)) for place in given])`;

    expect(evaluated(tidy, [wal, tablespace, root], `${root}/generation-own/data`)).toEqual([
      ["generation-r1"],
      ["generation-r1"],
      ["generation-own", "generation-r1"],
    ]);
  });
});
