import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";

const folders: string[] = [];
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true })));

const nobody = '[{"Member": "pay-0", "Role": "Replica"}]';
const leader = '[{"Member": "pay-1", "Role": "Leader"}, {"Member": "pay-0", "Role": "Replica"}]';

/** Runs rejoin.py; the nth call of `patronictl list` answers with the nth text, the last one again and again; "" fails. */
function rejoin(answers: readonly string[], config = "ttl: 30\n", patience = 60) {
  const folder = mkdtempSync(join(tmpdir(), "pgrender-rejoin-"));
  folders.push(folder);
  answers.forEach((answer, index) => writeFileSync(join(folder, String(index + 1)), answer));
  writeFileSync(join(folder, "config"), config);
  writeFileSync(
    join(folder, "patronictl"),
    `#!/bin/sh
[ "$1" = show-config ] && exec cat ${folder}/config
echo >>${folder}/calls
n=$(wc -l <${folder}/calls); [ $n -gt ${answers.length} ] && n=${answers.length}
[ -s ${folder}/$n ] || exit 1
cat ${folder}/$n
`,
  );
  chmodSync(join(folder, "patronictl"), 0o755);
  const program = `
import sys
sys.path.insert(0, "templates")
import rejoin
rejoin.PATIENCE = ${patience}
rejoin.time.sleep = lambda seconds: None
rejoin.main()
`;
  const { status, stderr } = spawnSync("python3", ["-c", program], {
    env: { ...process.env, PATH: `${folder}:${process.env["PATH"] ?? ""}`, PYTHONDONTWRITEBYTECODE: "1" },
    encoding: "utf8",
  });
  return { status, stderr, calls: readFileSync(join(folder, "calls"), "utf8").length };
}

describe("a replica that starts", () => {
  it("goes on at once where somebody leads", () => {
    expect(rejoin([leader])).toEqual({ status: 0, stderr: "", calls: 1 });
  });

  it("waits for the former primary, also of a standby cluster's leader", () => {
    expect(rejoin([nobody, nobody, nobody, leader])).toEqual({ status: 0, stderr: "", calls: 4 });
    const standby = leader.replace("Leader", "Standby Leader");
    expect(rejoin([nobody, "[]", standby])).toEqual({ status: 0, stderr: "", calls: 3 });
  });

  it("leaves it to Patroni when the time is over", () => {
    const { status, stderr } = rejoin([nobody], "ttl: 30\n", 0);

    expect(status).toBe(0);
    expect(stderr).toContain("did not come back");
  });

  it("does not wait for a DCS that does not answer, nor where all members follow another cluster", () => {
    expect(rejoin([""])).toEqual({ status: 0, stderr: "", calls: 1 });
    expect(rejoin([nobody, ""])).toEqual({ status: 0, stderr: "", calls: 2 });
    expect(rejoin([nobody], "standby_cluster:\n  host: elsewhere\n")).toEqual({
      status: 0,
      stderr: "",
      calls: 1,
    });
  });
});
