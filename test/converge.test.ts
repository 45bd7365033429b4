import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";

const declared = {
  ttl: 30,
  failsafe_mode: true,
  synchronous_mode: false,
  postgresql: { use_slots: true, parameters: { max_connections: "100", wal_level: "replica" } },
};
const owned = "max_connections max_prepared_transactions wal_level";

/** What `expression` gives where converge.py is imported, for a cluster whose configuration is `given`. */
function evaluated(expression: string, given: unknown, says: unknown = declared): unknown {
  const program = `
import json, sys
sys.path.insert(0, "templates")
import converge
given = json.load(sys.stdin)
print(json.dumps(${expression}))
`;
  const own = { DECLARED: JSON.stringify(says), OWNED: owned, SCOPE: "pay", MEMBERS: "pay-0" };
  const { stdout, stderr } = spawnSync("python3", ["-c", program], {
    input: JSON.stringify(given),
    env: { ...process.env, ...own, PYTHONDONTWRITEBYTECODE: "1" },
    encoding: "utf8",
  });
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout);
}

const patch = (current: unknown, says: unknown = declared) =>
  evaluated(
    "converge.merged(converge.difference(converge.DECLARED, given), converge.gone(given))",
    current,
    says,
  );

describe("what a running cluster is told", () => {
  it("is nothing, if it has it all, numbers as texts too", () => {
    expect(patch({ ...declared, ttl: "30" })).toEqual({});
  });

  it("is what differs, and no more", () => {
    const parameters = { max_connections: 50, wal_level: "replica" };
    expect(patch({ ...declared, ttl: 20, postgresql: { use_slots: true, parameters } })).toEqual({
      ttl: 30,
      postgresql: { parameters: { max_connections: "100" } },
    });
  });

  it.each([
    [true, { synchronous_mode: false }],
    ["quorum", { synchronous_mode: false }],
    [0, { synchronous_mode: false }],
    [undefined, { synchronous_mode: false }],
  ])("takes %j for no false", (had, expected) => {
    expect(patch({ ...declared, synchronous_mode: had })).toEqual(expected);
  });

  it("takes a parameter back that left the spec, and leaves those that never were of it", () => {
    const parameters = { ...declared.postgresql.parameters, max_prepared_transactions: 10, work_mem: "1GB" };
    expect(patch({ ...declared, postgresql: { use_slots: true, parameters } })).toEqual({
      postgresql: { parameters: { max_prepared_transactions: null } },
    });
  });

  it("promotes a standby cluster whose spec follows nobody any more", () => {
    expect(patch({ ...declared, standby_cluster: { host: "main", port: 5432 } })).toEqual({
      standby_cluster: null,
    });
  });

  it("takes out what a standby cluster no longer follows by", () => {
    const followed = {
      host: "main",
      port: 5432,
      restore_command: "pgbackrest …",
      create_replica_methods: ["a"],
    };
    const standby_cluster = { host: "main", port: 5432, create_replica_methods: ["a"] };
    expect(patch({ ...declared, standby_cluster: followed }, { ...declared, standby_cluster })).toEqual({
      standby_cluster: { restore_command: null },
    });
  });

  it("adds slots, and takes none away: whoever reads from one would lose its place", () => {
    const slots = { reports: { type: "physical" } };
    const current = { ...declared, slots: { other: { type: "physical" } } };
    expect(patch(current, { ...declared, slots })).toEqual({ slots });
    expect(evaluated("list(converge.foreign(given))", current, { ...declared, slots })).toEqual([
      "slots.other",
    ]);
  });

  it("names what is not of the spec", () => {
    const parameters = { ...declared.postgresql.parameters, work_mem: "1GB" };
    const current = { ...declared, check_timeline: true, postgresql: { parameters } };
    expect(evaluated("list(converge.foreign(given))", current)).toEqual([
      "check_timeline",
      "postgresql.parameters.work_mem",
    ]);
  });

  it("is said line by line, with what it was", () => {
    const current = { ttl: 20, postgresql: { parameters: { max_connections: 50 } } };
    const lines = "list(converge.lines(converge.difference(converge.DECLARED, given), given))";
    expect(evaluated(lines, current)).toEqual([
      "ttl: 20 -> 30",
      "failsafe_mode: null -> true",
      "synchronous_mode: null -> false",
      "postgresql.use_slots: null -> true",
      'postgresql.parameters.max_connections: 50 -> "100"',
      'postgresql.parameters.wal_level: null -> "replica"',
    ]);
  });
});
