import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";

const declared = {
  ttl: 30,
  failsafe_mode: true,
  synchronous_mode: false,
  postgresql: { use_slots: true, parameters: { max_connections: "100", wal_level: "replica" } },
};
const owned = ["max_connections", "max_prepared_transactions", "wal_level"];

/** What `expression` gives where converge.py is imported, for a cluster whose configuration is `given`. */
function evaluated(expression: string, given: unknown, says: unknown = declared): unknown {
  const program = `
import json, sys
sys.path.insert(0, "templates")
import access, converge, members, scram
state, given = json.load(sys.stdin).values()
print(json.dumps(${expression}))
`;
  const state = { dynamic: says, owned, scope: "pay", members: { "pay-0": "1" } };
  const { stdout, stderr } = spawnSync("python3", ["-c", program], {
    input: JSON.stringify({ state, given }),
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" },
    encoding: "utf8",
  });
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout);
}

const patch = (current: unknown, says: unknown = declared) =>
  evaluated(
    'converge.merged(converge.difference(state["dynamic"], given), converge.gone(state, given))',
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
    expect(evaluated("list(converge.foreign(state, given))", current, { ...declared, slots })).toEqual([
      "slots.other",
    ]);
  });

  it("names what is not of the spec", () => {
    const parameters = { ...declared.postgresql.parameters, work_mem: "1GB" };
    const current = { ...declared, check_timeline: true, postgresql: { parameters } };
    expect(evaluated("list(converge.foreign(state, given))", current)).toEqual([
      "check_timeline",
      "postgresql.parameters.work_mem",
    ]);
  });

  it("is said line by line, with what it was", () => {
    const current = { ttl: 20, postgresql: { parameters: { max_connections: 50 } } };
    const lines = 'list(converge.lines(converge.difference(state["dynamic"], given), given))';
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

describe("what has read its patroni.yml", () => {
  it("says so by its tag; who has not, is told", () => {
    const of = (tags?: Record<string, string>) => (tags === undefined ? {} : { tags });
    const given = { a: of({ pgrender: "2" }), b: of({ pgrender: "1" }), c: of() };

    expect(evaluated('members.unread({"members": {"a": "2", "b": "2", "c": "2"}}, given)', given)).toEqual([
      "b",
      "c",
    ]);
  });
});

describe("a change of the DCS", () => {
  it("has been taken over by who has read the DCS twice since", () => {
    const since = { a: { seen: 100, times: 0 }, b: { seen: 100, times: 0 } };
    const looks = [
      { a: { dcs_last_seen: 100 }, b: { dcs_last_seen: 99 } },
      { a: { dcs_last_seen: 101 }, b: { dcs_last_seen: 100 }, c: {} },
      { a: { dcs_last_seen: 101 }, b: { dcs_last_seen: 105 } },
      { a: { dcs_last_seen: 111 }, b: { dcs_last_seen: 105 } },
      { a: { dcs_last_seen: 111 }, b: { dcs_last_seen: 115 } },
      { b: { dcs_last_seen: 115 } },
    ];

    const left = evaluated("[members.unseen(given[0], look) for look in given[1]]", [since, looks]);

    expect(left).toEqual([["a", "b"], ["a", "b"], ["a", "b"], ["b"], [], []]);
  });
});

describe("what a member has published", () => {
  it("counts, but a restart that it says is over is none to wait for", () => {
    const pending_restart = true;
    const members = ["a", "b", "c", "d"].map((name) => ({ name, pending_restart: name !== "c" }));
    const statuses = {
      hostA: { patroni: { name: "a" }, pending_restart },
      hostB: { patroni: { name: "b" } },
      hostC: { patroni: { name: "c" }, pending_restart },
      hostE: { patroni: { name: "e" }, pending_restart },
    };

    expect(evaluated("members.published(*given)", [statuses, members])).toEqual({
      hostA: { name: "a", pending_restart: true },
      hostB: { name: "b", pending_restart: false },
      hostC: { name: "c", pending_restart: false },
    });
  });
});

describe("which member is restarted next", () => {
  const status = (name: string, reasons?: Record<string, readonly [number, number]>) => ({
    name,
    role: name === "a" ? "leader" : "replica",
    ...(reasons === undefined
      ? {}
      : {
          pending_restart: true,
          pending_restart_reason: Object.fromEntries(
            Object.entries(reasons).map(([key, [old_value, new_value]]) => [
              key,
              { old_value: String(old_value), new_value: String(new_value) },
            ]),
          ),
        }),
  });
  const roles = [
    { name: "a", role: "leader", state: "running" },
    { name: "b", role: "replica", state: "streaming" },
    { name: "c", role: "replica", state: "streaming" },
  ];
  const next = (
    all: Record<string, ReturnType<typeof status>>,
    counts: Record<string, number> = {},
    cluster: typeof roles = roles,
  ) => evaluated("members.next_restart(*given)", [all, cluster, counts]);
  const more = { max_connections: [50, 60] } as const;
  const less = { max_connections: [60, 50], shared_buffers: [128, 256] } as const;

  it.each([
    ["none, if none has to be", { a: status("a"), b: status("b") }, {}, null],
    ["a replica", { a: status("a", more), b: status("b", more), c: status("c", more) }, {}, "b"],
    ["the next one", { a: status("a", more), b: status("b"), c: status("c", more) }, { b: 1 }, "c"],
    ["the primary at last", { a: status("a", more), b: status("b"), c: status("c") }, { b: 1, c: 1 }, "a"],
    ["the primary first, where it has less", { a: status("a", less), b: status("b", less) }, {}, "a"],
    ["one that was not restarted yet", { a: status("a", more), b: status("b", more) }, { b: 1 }, "a"],
    [
      "a replica, where something is more",
      { a: status("a", { ...less, max_wal_senders: [5, 9] }), b: status("b", less) },
      {},
      "b",
    ],
  ])("is %s", (_, all, counts, expected) => {
    expect(next(all, counts)).toBe(expected);
  });

  it("is none while another one is not well", () => {
    const ill = roles.map((each) => (each.name === "c" ? { ...each, state: "starting" } : each));

    expect(() => next({ b: status("b", more) }, {}, ill)).toThrow("c is not well");
  });

  it.each([
    ["a window of that day", [{ day: 6, from: 60, to: 120 }], true],
    ["another day's", [{ day: 5, from: 60, to: 120 }], false],
    ["every day's", [{ day: null, from: 90, to: 90 }], true],
    ["one that is over", [{ day: null, from: 60, to: 89 }], false],
    ["no window at all", null, true],
  ])("may be at half past one on a Sunday: %s", (_, windows, expected) => {
    const moment = "time.struct_time((2026, 11, 22, 1, 30, 0, 6, 326, 0))";

    expect(
      evaluated(`members.open_window(given, ${moment.replace("time.", "members.time.")})`, windows),
    ).toBe(expected);
  });
});

describe("a password", () => {
  const fits = (password: string, kept: string | null) => evaluated("scram.fits(*given)", [password, kept]);

  it("fits what PostgreSQL keeps of it, and no other does", () => {
    // Made by PostgreSQL 17: create role a password 'pencil'.
    const kept =
      "SCRAM-SHA-256$4096:jOhg3t/cNvLai9rPxD09ug==$Lc3lXjIdNf47NS+9NkjfxuTZ0zPA1+apouBWFkhaYlI=:7eEog9RrBV3hCQ4WqrQoVJHkq6M335vFh8ezN/2Pda0=";

    expect(fits("pencil", kept)).toBe(true);
    expect(fits("Pencil", kept)).toBe(false);
  });

  it.each(["pencil", "", "I\u00adX", "\u2168", "a\u00a0b", "\u0627\u0031", "pässword", "\u0007"])(
    "of any characters fits what is made of it: %j",
    (password) => {
      expect(evaluated("scram.fits(given, scram.verifier(given))", password)).toBe(true);
    },
  );

  // RFC 4013, 3: examples of SASLprep.
  it.each([
    ["I\u00adX", "IX"],
    ["user", "user"],
    ["\u00aa", "a"],
    ["\u2168", "IX"],
    ["\u0007", "\u0007"],
    ["\u06271", "\u06271"],
  ])("%j is prepared as %j", (password, expected) => {
    expect(evaluated("scram.prepared(given)", password)).toBe(expected);
  });

  it.each([null, "", "md5aabbcc", "SCRAM-SHA-256$x:y$a:b", "SCRAM-SHA-256$4096:c2FsdA=="])(
    "is given anew where PostgreSQL keeps %j",
    (kept) => {
      expect(fits("pencil", kept)).toBe(false);
    },
  );
});
