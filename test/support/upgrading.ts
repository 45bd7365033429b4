import { spawnSync } from "node:child_process";

/** What a program gives that finds the scripts of an upgrade imported, and what it is given: `show(…)` is its answer. */
export function upgrading(
  home: string,
  program: string,
  given: unknown = null,
  data = `${home}/data`,
): unknown {
  const before = `
import json, sys, types
sys.modules["yaml"] = types.ModuleType("yaml")
sys.path.insert(0, "templates")
import bootstrap, follower, generation, preflight, upgrade, upgraded
given = json.load(sys.stdin)
done = []
generation.say = bootstrap.say = lambda text: None
generation.time.sleep = lambda seconds: None
generation.known = lambda: {
    "scope": "pay-pg17", "version": 17, "scopes": ["pay-pg17", "pay", "pay-r1"],
    "labels": {"scope": "pgrender.dev/scope", "inService": "pgrender.dev/in-service"},
    "upgrade": {"from": 15, "reindex": False, "generations": []},
}
def show(found):
    print(json.dumps(found))
`;
  const own = { PGDATA: data, PATRONI_SCOPE: "pay-pg17", POD_NAME: "pay-1", STATEFULSET: "pay" };
  const { stdout, stderr } = spawnSync("python3", ["-c", `${before}\n${program}`], {
    input: JSON.stringify(given),
    env: { ...process.env, ...own, BIN_DIRECTORY: `${home}/{version}/bin`, PYTHONDONTWRITEBYTECODE: "1" },
    encoding: "utf8",
  });
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout);
}
