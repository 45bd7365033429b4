import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";

type Answer = { readonly role: string; readonly timeline: number | null; readonly bytes: number };

/** What pay-1 does in one look at its generation, which is wanted again: the requests it makes, and whether it is done. */
function look(answers: Readonly<Record<string, Answer>>, others = 0): unknown {
  const program = `
import json, sys, types
sys.modules["yaml"] = types.ModuleType("yaml")
sys.path.insert(0, "templates")
import generation
given = json.load(sys.stdin)
done = []
def pod(name, scope):
    labels = {"pgrender.dev/scope": scope, "pgrender.dev/in-service": "false"}
    return {"metadata": {"name": name, "labels": labels}, "status": {"podIP": name}}
def ask(address, path, body=None, method=None):
    if path != "/patroni":
        done.append(path)
        return {}
    answer = given["answers"][address]
    return {"role": answer["role"], "state": "running", "timeline": answer["timeline"], "xlog": {"replayed_location": answer["bytes"]}}
generation.ask = ask
generation.say = lambda text: None
generation.configuration = lambda scope: {generation.MARK: {"handed_over": True}}
generation.configure = lambda scope, patch: done.append("serves")
generation.take_over = lambda: True
generation.serve = lambda pod, yes: None
generation.known = lambda: {"pool": False, "labels": {"scope": "pgrender.dev/scope", "inService": "pgrender.dev/in-service"}}
generation.pods = lambda: [pod(name, "pay") for name in given["answers"]] + [pod("pay-9", "pay-r1")] * given["others"]
generation.kube = lambda *arguments: {"spec": {"replicas": 3}}
print(json.dumps([generation.come_back(), done]))
`;
  const own = { PGDATA: "/data/pgroot/data", PATRONI_SCOPE: "pay", POD_NAME: "pay-1", STATEFULSET: "pay" };
  const { stdout, stderr } = spawnSync("python3", ["-c", program], {
    input: JSON.stringify({ answers, others }),
    env: { ...process.env, ...own, PYTHONDONTWRITEBYTECODE: "1" },
    encoding: "utf8",
  });
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout);
}

const leads = { role: "standby_leader", timeline: 2, bytes: 100 };
const follows = { role: "replica", timeline: 2, bytes: 90 };

describe("a generation that is wanted again", () => {
  it("serves when all its members are back and no other's are there", () => {
    expect(look({ "pay-0": leads, "pay-1": follows, "pay-2": follows })).toEqual([true, ["serves"]]);
  });

  it("waits for its members, for those of the other to go, and for one that cannot say how far it is", () => {
    expect(look({ "pay-0": leads, "pay-1": follows })).toEqual([false, []]);
    expect(look({ "pay-0": leads, "pay-1": follows, "pay-2": follows }, 1)).toEqual([false, []]);
    const mute = { ...follows, timeline: null };
    expect(look({ "pay-0": leads, "pay-1": follows, "pay-2": mute })).toEqual([false, []]);
  });

  it("is led by the member that has most of the data", () => {
    const ahead = { ...follows, bytes: 110 };
    expect(look({ "pay-0": leads, "pay-1": ahead, "pay-2": follows })).toEqual([false, ["/failover"]]);
    expect(look({ "pay-0": leads, "pay-1": follows, "pay-2": ahead })).toEqual([false, []]);
  });

  it("is not led by one that has more of a timeline that was left", () => {
    const former = { role: "standby_leader", timeline: 1, bytes: 200 };
    expect(look({ "pay-0": former, "pay-1": follows, "pay-2": former })).toEqual([false, ["/failover"]]);
  });
});
