import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";

type Member = { name: string; role: string; state: string; lag?: number | string; tags?: object };
type Plan = { leaving: boolean; updated: boolean };
type Situation = { members: Member[]; plans: Record<string, Plan>; synchronous?: boolean; anyLag?: boolean };

/** What handover.py makes of it: whom it would switch over to, the best first, and whether it would rather wait. */
function judgement(situation: Situation): { successors: string[]; hasty: boolean } {
  const program = `
import json, sys
sys.path.insert(0, "templates")
import handover
given = json.load(sys.stdin)
handover.synchronous = lambda: given.get("synchronous", False)
plans = given["plans"]
members = handover.remaining({"members": given["members"]}, plans)
lag = float("inf") if given.get("anyLag") else handover.NEAR
able = handover.candidates(members, plans, lag)
hasty = bool(able) and handover.hasty(members, able, plans)
print(json.dumps({"successors": [member["name"] for member in able], "hasty": hasty}))
`;
  const env = {
    ...process.env,
    POD_NAME: "pay-0",
    STATEFULSET: "pay",
    HANDOVER_SECONDS: "240",
    PYTHONDONTWRITEBYTECODE: "1",
  };
  const input = JSON.stringify(situation);
  return JSON.parse(execFileSync("python3", ["-c", program], { input, env, encoding: "utf8" }));
}

const me: Member = { name: "pay-0", role: "leader", state: "running" };
const replica = (ordinal: number, more: Partial<Member> = {}): Member => ({
  name: `pay-${ordinal}`,
  role: "replica",
  state: "streaming",
  lag: 0,
  ...more,
});
const stays: Plan = { leaving: false, updated: true };
const plans = { "pay-0": stays, "pay-1": stays, "pay-2": stays };

describe("a primary that is stopped", () => {
  it.each<{ why: string; given: Situation; expected: string[] }>([
    {
      why: "hands over to the highest ordinal of equals",
      given: { members: [me, replica(1), replica(2)], plans },
      expected: ["pay-2", "pay-1"],
    },
    {
      why: "prefers a member that a roll has updated",
      given: {
        members: [me, replica(1), replica(2)],
        plans: { ...plans, "pay-2": { leaving: false, updated: false } },
      },
      expected: ["pay-1", "pay-2"],
    },
    {
      why: "passes over a member that is being stopped, or that the StatefulSet does not keep",
      given: {
        members: [me, replica(1), replica(2)],
        plans: { ...plans, "pay-2": { leaving: true, updated: true } },
      },
      expected: ["pay-1"],
    },
    {
      why: "passes over a member without a pod",
      given: { members: [me, replica(1), replica(2)], plans: { "pay-0": stays, "pay-1": stays } },
      expected: ["pay-1"],
    },
    {
      why: "takes Patroni's word alone when Kubernetes does not answer",
      given: { members: [me, replica(1), replica(2)], plans: {} },
      expected: ["pay-2", "pay-1"],
    },
    {
      why: "takes a synchronous member only, where Patroni would refuse any other",
      given: { members: [me, replica(1, { role: "sync_standby" }), replica(2)], plans, synchronous: true },
      expected: ["pay-1"],
    },
    {
      why: "takes a member of the quorum",
      given: {
        members: [me, replica(1, { role: "quorum_standby" }), replica(2, { role: "quorum_standby" })],
        plans,
        synchronous: true,
      },
      expected: ["pay-2", "pay-1"],
    },
    {
      why: "waits for a synchronous member that is not there yet",
      given: { members: [me, replica(1), replica(2)], plans, synchronous: true },
      expected: [],
    },
    {
      why: "passes over members that may not become primary",
      given: { members: [me, replica(1), replica(2, { tags: { nofailover: true } })], plans },
      expected: ["pay-1"],
    },
    {
      why: "passes over one that does not stream, or whose lag is unknown",
      given: { members: [me, replica(1, { state: "starting" }), replica(2, { lag: "unknown" })], plans },
      expected: [],
    },
    {
      why: "waits for a replica that is far behind",
      given: { members: [me, replica(2, { lag: 100 * 1024 ** 2 })], plans },
      expected: [],
    },
    {
      why: "takes it after all when the time runs out, the nearer one first",
      given: {
        members: [me, replica(1, { lag: 1024 }), replica(2, { lag: 100 * 1024 ** 2 })],
        plans,
        anyLag: true,
      },
      expected: ["pay-1", "pay-2"],
    },
    {
      why: "has nobody when all are stopped",
      given: {
        members: [me, replica(1)],
        plans: { "pay-0": { leaving: true, updated: true }, "pay-1": { leaving: true, updated: true } },
      },
      expected: [],
    },
  ])("$why", ({ given, expected }) => {
    expect(judgement(given).successors).toEqual(expected);
  });

  const old: Plan = { leaving: false, updated: false };
  const quorum = (ordinal: number) => replica(ordinal, { role: "quorum_standby" });
  it.each<{ why: string; given: Situation; hasty: boolean }>([
    {
      why: "waits during a roll for the updated member to stream, rather than hand over twice",
      given: {
        members: [me, replica(1), replica(2, { state: "starting" })],
        plans: { "pay-0": old, "pay-1": old, "pay-2": stays },
      },
      hasty: true,
    },
    {
      why: "does not wait when the updated member can take over",
      given: { members: [me, replica(1), replica(2)], plans: { "pay-0": old, "pay-1": old, "pay-2": stays } },
      hasty: false,
    },
    {
      why: "does not wait when none is updated: the primary has the highest ordinal",
      given: { members: [me, replica(1), replica(2)], plans: { "pay-0": old, "pay-1": old, "pay-2": old } },
      hasty: false,
    },
    {
      why: "does not wait when there is no roll",
      given: { members: [me, replica(1, { state: "starting" }), replica(2)], plans },
      hasty: false,
    },
    {
      why: "waits until all others are in the quorum, or commits would wait for the member that stops",
      given: { members: [me, replica(1), quorum(2)], plans, synchronous: true },
      hasty: true,
    },
    {
      why: "does not wait once they are",
      given: { members: [me, quorum(1), quorum(2)], plans, synchronous: true },
      hasty: false,
    },
    {
      why: "does not wait for a second synchronous member where Patroni names one only",
      given: { members: [me, replica(1), replica(2, { role: "sync_standby" })], plans, synchronous: true },
      hasty: false,
    },
  ])("$why", ({ given, hasty }) => {
    expect(judgement(given).hasty).toBe(hasty);
  });
});

/** Whom a primary asked to take over, in order, while Patroni refuses some and does not answer at first. */
function asked(refusing: readonly string[], silentFor: number): string[] {
  const program = `
import json, sys
sys.path.insert(0, "templates")
import handover
given = json.load(sys.stdin)
clock = [0.0]
handover.time.monotonic = lambda: clock[0]
handover.time.sleep = lambda seconds: clock.__setitem__(0, clock[0] + seconds)
handover.synchronous = lambda: False
handover.retired = lambda: False
handover.pods = lambda: {}
asked = []
looks = [0]
def patroni(path, body=None, timeout=5):
    if path == "/cluster":
        looks[0] += 1
        if looks[0] <= given["silentFor"]:
            raise (ConnectionRefusedError if given["silentFor"] > 99 else OSError)("no answer")
        return 200, json.dumps({"members": given["members"]})
    asked.append(body["candidate"])
    return (412 if body["candidate"] in given["refusing"] else 200), ""
handover.patroni = patroni
handover.say = lambda text: None
handover.main()
print(json.dumps(asked))
`;
  const env = {
    ...process.env,
    POD_NAME: "pay-0",
    STATEFULSET: "pay",
    HANDOVER_SECONDS: "8",
    PYTHONDONTWRITEBYTECODE: "1",
  };
  const input = JSON.stringify({ members: [me, replica(1), replica(2)], refusing, silentFor });
  return JSON.parse(execFileSync("python3", ["-c", program], { input, env, encoding: "utf8" }));
}

describe("a handover that does not go smoothly", () => {
  it("asks the next member when Patroni refuses the best one, e.g. because its node is lost", () => {
    expect(asked(["pay-2"], 0)).toEqual(["pay-2", "pay-1"]);
  });

  it("goes on when Patroni does not answer at once", () => {
    expect(asked([], 3)).toEqual(["pay-2"]);
  });

  it("does not wait for a Patroni that does not listen", () => {
    expect(asked([], 100)).toEqual([]);
  });

  it("asks again when all have refused, until its time is over", () => {
    const again = asked(["pay-1", "pay-2"], 0);

    expect(again).toEqual(["pay-2", "pay-1", "pay-2", "pay-1", "pay-2", "pay-1", "pay-2", "pay-1"]);
  });
});
