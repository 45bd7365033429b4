import { spawnSync } from "node:child_process";
import { mkdtempSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * A temporary folder with dist/ as users have it, built from the sources: the repository's own may be older than they
 * are, and Node 20 does not run TypeScript. To be removed by the caller.
 */
export function built(): string {
  const folder = mkdtempSync(join(tmpdir(), "pgrender-"));
  for (const name of ["templates", "generator", "schemas", "package.json"])
    symlinkSync(join(root, name), join(folder, name));
  const { status, stderr } = spawnSync(process.execPath, ["bin/build.mjs", join(folder, "dist")], {
    cwd: root,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`the sources do not build: ${stderr}`);
  return folder;
}
