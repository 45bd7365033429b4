import { readFileSync, readdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dropFolder, python, verificationFolder } from "../support/verification.ts";

let folder = "";

beforeAll(() => {
  folder = verificationFolder();
});
afterAll(() => dropFolder(folder));

describe("what pgbackrest verify prints", () => {
  const fine = `stanza: db
status: ok
  archiveId: 17-1, total WAL checked: 8, total valid WAL: 8
    missing: 0, checksum invalid: 0, size invalid: 0, other: 0
  backup: 20261121-234951F, status: valid, total files checked: 972, total valid files: 972
    missing: 0, checksum invalid: 0, size invalid: 0, other: 0
`;

  function damaged(stdout: string, stderr = ""): readonly string[] {
    return python(
      folder,
      `
import types
import verify_repository
verify_repository.pgbackrest = lambda *_, **__: types.SimpleNamespace(returncode=0, **given)
print(json.dumps(verify_repository.damaged("1")))
`,
      { stdout, stderr },
    );
  }

  it("is fine when all is valid, also beside a backup that is being made", () => {
    expect(damaged(fine)).toEqual([]);
    const running =
      "  backup: 20261122-000000F, status: in-progress, total files checked: 0, total valid files: 0\n";
    expect(damaged(fine + running)).toEqual([]);
  });

  it.each([
    ["nothing, which is what it prints unless it is asked for text", ""],
    [
      "a backup without its manifest, although the status is ok",
      fine.replace("status: valid", "status: manifest missing"),
    ],
    ["WAL that is damaged, although the status is ok", fine.replace("other: 0", "other: 1")],
    [
      "a repository that cannot be read, although it ends with 0",
      "stanza: db\nstatus: error\n  No usable backup.info file\n",
    ],
  ])("is not fine: %s", (_what, stdout) => {
    expect(damaged(stdout)).toHaveLength(1);
  });

  it("is tried again when something has expired meanwhile, and not when a backup was added", () => {
    const program = `
import verify_repository
from verify_run import Undecided
kept = iter([set(labels) for labels in given])
verify_repository.kept = lambda _: next(kept)
verify_repository.damaged = lambda _: ["missing: 1"]
try:
    print(json.dumps(verify_repository.damaged_for_good("1")))
except Undecided:
    print(json.dumps("undecided"))
`;
    expect(python(folder, program, [["old", "new"], ["new"]])).toBe("undecided");
    expect(python(folder, program, [["old"], ["old", "new"]])).toEqual(["missing: 1"]);
  });

  it("names the files", () => {
    const log = "P01   INFO: invalid checksum '20261121-234951F/pg_data/base/5/2838.gz'\n";
    expect(damaged(fine.replace("status: ok", "status: error"), log)).toEqual([
      expect.stringContaining("invalid checksum '20261121-234951F/pg_data/base/5/2838.gz'"),
    ]);
  });
});

describe("what pgBackRest says when it cannot read a repository", () => {
  it.each([
    [
      "Undecided",
      "[HostConnectError] unable to get address for 's3': [-3] Temporary failure in name resolution",
    ],
    ["Undecided", "[ProtocolError] HTTP request failed with 503 (Service Unavailable):"],
    ["Failed", "[ProtocolError] HTTP request failed with 403 (Forbidden):\n<Error><Code>ExpiredToken</Code>"],
    ["Failed", "[FormatError] unable to load info file '/pay/backup/db/backup.info'"],
    ["Failed", "missing stanza path"],
  ])("is %s: %s", (verdict, text) => {
    const program = `
import verify_run
error = verify_run.trouble("unreadable", given)
print(json.dumps([type(error).__name__, str(error)]))
`;
    const [name, message] = python<readonly [string, string]>(folder, program, text);
    expect(name).toBe(verdict);
    expect(message).not.toContain("\n");
  });
});

describe("a verification that ends", () => {
  /** The exit code and the report of one that meets an error of a kind, while its backup is or is not there any more. */
  function ending(
    kind: string,
    isThere: boolean,
    found: readonly string[] = [],
  ): { code: number; result: string; problems: readonly string[] } {
    return python(
      folder,
      `
import builtins, contextlib, io
import verify, verify_repository, verify_run
kind = getattr(verify_run, given["kind"], None) or getattr(builtins, given["kind"])

def prove(repository, report):
    report["backup"] = "20261121-234951F"
    report["problems"] += given["found"]
    raise kind("it cannot be read")

verify.MESSAGE, verify.prove = "message", prove
verify_repository.is_there = lambda *_: given["isThere"]
with contextlib.redirect_stdout(io.StringIO()) as said:
    code = verify.main("1")
with open("message") as message:
    line = message.read()
assert line == said.getvalue().splitlines()[-1]
report = json.loads(line)
print(json.dumps({"code": code, "result": report["result"], "problems": report["problems"]}))
`,
      { kind, isThere, found },
    );
  }

  it.each([
    ["Failed", true, 1, "failed"],
    ["Failed", false, 2, "undecided"],
    ["Undecided", true, 2, "undecided"],
    ["ZeroDivisionError", true, 2, "undecided"],
  ] as const)(
    "says so in its last line and its message: %s, backup there: %s",
    (kind, isThere, code, result) => {
      expect(ending(kind, isThere)).toMatchObject({ code, result });
    },
  );

  it("keeps what it has found before, which is no reason to try again", () => {
    expect(ending("Undecided", true, ["the newest backup is too old"])).toEqual({
      code: 1,
      result: "failed",
      problems: ["the newest backup is too old", "start: it cannot be read"],
    });
  });

  it("says why it is tried again", () => {
    expect(ending("Failed", false).problems).toEqual([
      "start: it cannot be read; the backup has expired meanwhile",
    ]);
  });

  it("keeps its report within what Kubernetes keeps of a message", () => {
    const program = `
import verify
report = {"problems": [given * 100 for _ in range(100)]}
line = verify.limited(report)
print(json.dumps([len(line.encode()), json.loads(line)["more"]]))
`;
    const [bytes, more] = python<readonly [number, number]>(folder, program, "wrong é ");
    expect(bytes).toBeLessThan(4096);
    expect(more).toBeGreaterThan(80);
  });
});

it("is what the alerts are about, and backups are not", () => {
  const rules = readFileSync("docs/alerts/verification.yaml", "utf8");
  const patterns = new Set([...rules.matchAll(/cronjob=~"([^"]*)"/g)].map(([, pattern]) => pattern));
  expect([...patterns]).toHaveLength(1);

  const [pattern = ""] = patterns;
  const about = (name: string) => new RegExp(`^(?:${pattern})$`).test(name);
  const names = (kind: string) =>
    readdirSync("test/golden/verification/out", { recursive: true, encoding: "utf8" }).flatMap(
      (path) => new RegExp(`/cronjob-(${kind}.*)\\.yaml$`).exec(path)?.[1] ?? [],
    );
  expect(names("(?!pgbackrest)").filter(about)).toHaveLength(3);
  expect(names("pgbackrest").filter(about)).toEqual([]);
  expect(names("pgbackrest")).toHaveLength(2);
});
