import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";

/** Seconds since 1970 of a moment in UTC. */
const at = (text: string) => Date.parse(`${text}Z`) / 1000;

function backup(label: string, stop: string, repository: number, lsn: string) {
  return {
    label,
    timestamp: { stop: at(stop) },
    database: { "repo-key": repository, id: 1 },
    lsn: { stop: lsn },
  };
}

const backups = [
  backup("20261101-010000F", "2026-11-01T01:10:00", 1, "0/3000100"),
  backup("20261108-010000F", "2026-11-08T01:10:00", 1, "0/7000100"),
  backup("20261110-010000F", "2026-11-10T01:10:00", 2, "1/1000100"),
];

/** What `expression` gives where bootstrap.py is imported and it is noon of 2026-11-20; a refusal is its reason. */
function evaluated(expression: string, given: unknown = null): unknown {
  const program = `
import json, sys, types
sys.modules["yaml"] = types.ModuleType("yaml")
sys.path.insert(0, "templates")
import bootstrap
bootstrap.time.time = lambda: ${at("2026-11-20T12:00:00")}
given = json.load(sys.stdin)
try:
    print(json.dumps(${expression}))
except bootstrap.Refused as reason:
    print(json.dumps("refused: %s" % reason))
`;
  const own = { PGDATA: "/data/pgroot/data", PATRONI_SCOPE: "pay", POD_NAME: "pay-0" };
  const { stdout, stderr } = spawnSync("python3", ["-c", program], {
    input: JSON.stringify(given),
    env: { ...process.env, ...own, PYTHONDONTWRITEBYTECODE: "1" },
    encoding: "utf8",
  });
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout);
}

function chosen(options: Readonly<Record<string, string>>, repo?: number): unknown {
  const restore = { stanza: "db", options, ...(repo === undefined ? {} : { repo }) };
  const said = evaluated('bootstrap.fitting(given["backups"], given["restore"])', { backups, restore });
  return typeof said === "string" ? said : (said as { label: string }).label;
}

describe("a restore begins with", () => {
  it.each([
    ["the newest backup", {}, undefined, "20261110-010000F"],
    ["the newest of its repository", { type: "immediate" }, 1, "20261108-010000F"],
    ["the one it names", { set: "20261101-010000F" }, undefined, "20261101-010000F"],
    [
      "the newest before its time",
      { type: "time", target: "2026-11-10 01:09:59+00" },
      undefined,
      "20261108-010000F",
    ],
    [
      "the newest that ended then",
      { type: "time", target: "2026-11-10 02:10:00+01" },
      undefined,
      "20261110-010000F",
    ],
    ["the newest before its LSN", { type: "lsn", target: "0/FFFFFFFF" }, undefined, "20261108-010000F"],
  ])("%s", (_, options, repo, label) => {
    expect(chosen(options, repo)).toBe(label);
  });
});

describe("a restore is refused", () => {
  it.each([
    ["to a time to come", { type: "time", target: "2026-11-20 12:00:01+00" }, undefined, "has not come yet"],
    [
      "to a time before the first backup",
      { type: "time", target: "2026-10-31 23:59:59+00" },
      undefined,
      "before the end of the first backup that could lead there (2026-11-01 01:10:00+00, 0/3000100)",
    ],
    [
      "of a backup that there is not",
      { set: "20261111-010000F" },
      undefined,
      "there is no backup 20261111-010000F",
    ],
    ["from a repository without one", {}, 3, "there is no backup of db in repo3"],
  ])("%s", (_, options, repo, reason) => {
    expect(chosen(options, repo)).toContain(reason);
    expect(chosen(options, repo)).toMatch(/^refused: /);
  });
});

describe("a target's time is read", () => {
  it.each([
    ["2026-11-20 08:30:00+00", "2026-11-20T08:30:00"],
    ["2026-11-20 08:30:00+02", "2026-11-20T06:30:00"],
    ["2026-11-20 08:30:00.5+0530", "2026-11-20T03:00:00.5"],
    ["2026-11-20 08:30:00.123456-05:00", "2026-11-20T13:30:00.123456"],
  ])("%s", (text, utc) => {
    expect(evaluated(`bootstrap.moment(given)`, text)).toBeCloseTo(at(utc), 2);
  });
});
