import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "pgrender-verification-"));
  for (const name of readdirSync("templates").filter((file) => file.startsWith("verify")))
    cpSync(join("templates", name), join(folder, name));
  const settings = { cluster: "pay", stanza: "db", scratch: folder, deadlineSeconds: 600 };
  writeFileSync(join(folder, "verification.json"), JSON.stringify(settings));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What a program in the container's Python says about data, as data. */
function python<T>(program: string, given: unknown): T {
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: "1" };
  const options = { cwd: folder, input: JSON.stringify(given), env, encoding: "utf8" } as const;
  const prelude = "import json, sys\nsys.path.insert(0, '.')\ngiven = json.load(sys.stdin)\n";
  return JSON.parse(execFileSync("python3", ["-c", prelude + program], options));
}

type Archive = {
  readonly start?: string;
  readonly stop?: string;
  readonly segments: readonly string[];
  /** Lines of history files: the timeline that a timeline left, and where. */
  readonly histories?: Readonly<Record<string, readonly (readonly [number, string])[]>>;
};

/** What is known of an archive whose segments have 16 MB: the newest WAL on the way, or why there is none. */
function newest(archive: Archive): { name?: string; since?: number; failed?: string } {
  return python(
    `
import verify_archive
from verify_run import Failed
files = [name for name in given["segments"]]
histories = given.get("histories", {})

def listed(repository, path):
    log = path.rsplit("/", 1)[1]
    if len(log) == 16:
        return {name + "-0123456789abcdef.gz": {"time": 1} for name in files if name[:16] == log}
    return dict.fromkeys([name[:16] for name in files] + [name + ".history" for name in histories], {})

def history(repository, timeline):
    known = histories.get("%08X" % timeline, [])
    if timeline > 1 and not known:
        raise Failed("%08X.history cannot be had" % timeline)
    ends = [(each, verify_archive.address(end)) for each, end in known] + [(timeline, float("inf"))]
    return [(each, begin, end) for (each, end), begin in zip(ends, [0] + [end for _, end in ends])]

verify_archive.listed, verify_archive.history = listed, history
start = given.get("start", "000000010000000000000004")
backup = {"archiveId": "17-1", "archive": {"start": start, "stop": given.get("stop", start)}}
try:
    wal = verify_archive.newest("1", backup, 16 * 1024**2)
    print(json.dumps({"name": wal["name"], "since": wal["since"]}))
except Failed as error:
    print(json.dumps({"failed": str(error)}))
`,
    archive,
  );
}

/** Segments of one timeline, by their numbers. */
function segments(timeline: number, from: number, to: number): string[] {
  const hexadecimal = (value: number) => value.toString(16).toUpperCase().padStart(8, "0");
  return Array.from({ length: to - from + 1 }, (_, index) => {
    const number = from + index;
    return [timeline, Math.floor(number / 256), number % 256].map(hexadecimal).join("");
  });
}

describe("the WAL that a restore has to replay", () => {
  it("goes to the last segment, over the end of a log", () => {
    const all = segments(1, 0xfd, 0x102);
    expect(newest({ start: all[0] ?? "", segments: all })).toEqual({
      name: "000000010000000100000002",
      since: 5,
    });
  });

  it("has no gap: the first segment that is missing is named", () => {
    const all = segments(1, 4, 9).filter((name) => !/[67]$/.test(name));
    expect(newest({ segments: all }).failed).toMatch(
      /^2 of the WAL segments .* newest, 000000010000000000000009, are missing, the first is 000000010000000000000006/,
    );
  });

  it("begins with the backup: what is missing before it is no matter, its own first segment is", () => {
    expect(newest({ segments: [...segments(1, 1, 2), ...segments(1, 4, 5)] })).toMatchObject({ since: 1 });
    expect(newest({ segments: segments(1, 5, 6) }).failed).toMatch(/first is 000000010000000000000004/);
    expect(newest({ segments: segments(1, 1, 3) }).failed).toMatch(
      /^no WAL from 000000010000000000000004 on/,
    );
  });

  it("leaves a timeline where the next one did, whatever a former primary archived beyond", () => {
    const histories = { "00000002": [[1, "0/6000120"]] } as const;
    expect(newest({ segments: [...segments(1, 4, 8), ...segments(2, 6, 7)], histories })).toEqual({
      name: "000000020000000000000007",
      since: 3,
    });
    // Nothing is archived of the new timeline yet: the old one counts as far as it was left.
    expect(newest({ segments: segments(1, 4, 8), histories })).toEqual({
      name: "000000010000000000000006",
      since: 2,
    });
  });

  it("is missing where neither the old nor the new timeline has it", () => {
    const histories = { "00000002": [[1, "0/6000120"]] } as const;
    expect(newest({ segments: [...segments(1, 4, 5), ...segments(2, 7, 7)], histories }).failed).toMatch(
      /first is 000000010000000000000006/,
    );
  });

  it("is not reached without the file that leads to its timeline", () => {
    expect(newest({ segments: [...segments(1, 4, 6), ...segments(2, 6, 7)] }).failed).toBe(
      "00000002.history cannot be had",
    );
  });
});

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
    const [name, message] = python<readonly [string, string]>(program, text);
    expect(name).toBe(verdict);
    expect(message).not.toContain("\n");
  });
});

describe("a verification that ends", () => {
  /** The exit code and the report of one that meets an error of a kind, while its backup is or is not there any more. */
  function ending(
    kind: string,
    isThere: boolean,
  ): { code: number; result: string; problems: readonly string[] } {
    return python(
      `
import builtins, contextlib, io
import verify, verify_repository, verify_run
kind = getattr(verify_run, given["kind"], None) or getattr(builtins, given["kind"])

def prove(repository, report):
    report["backup"] = "20261121-234951F"
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
      { kind, isThere },
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
    const [bytes, more] = python<readonly [number, number]>(program, "wrong é ");
    expect(bytes).toBeLessThan(4096);
    expect(more).toBeGreaterThan(80);
  });
});
