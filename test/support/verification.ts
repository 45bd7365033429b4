import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The programs of a verification in a folder, as in their pod. */
export function verificationFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "pgrender-verification-"));
  for (const name of readdirSync("templates").filter((file) => file.startsWith("verify")))
    cpSync(join("templates", name), join(folder, name));
  const settings = { cluster: "pay", stanza: "db", scratch: folder, deadlineSeconds: 600 };
  writeFileSync(join(folder, "verification.json"), JSON.stringify(settings));
  return folder;
}

export function dropFolder(folder: string): void {
  rmSync(folder, { recursive: true });
}

/** What a program in the container's Python says about data, as data. */
export function python<T>(folder: string, program: string, given: unknown): T {
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: "1" };
  const options = { cwd: folder, input: JSON.stringify(given), env, encoding: "utf8" } as const;
  const prelude = "import json, sys\nsys.path.insert(0, '.')\ngiven = json.load(sys.stdin)\n";
  return JSON.parse(execFileSync("python3", ["-c", prelude + program], options));
}
