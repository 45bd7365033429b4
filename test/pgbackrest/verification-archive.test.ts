import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dropFolder, python, verificationFolder } from "../support/verification.ts";

let folder = "";

beforeAll(() => {
  folder = verificationFolder();
});
afterAll(() => dropFolder(folder));

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
    folder,
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
