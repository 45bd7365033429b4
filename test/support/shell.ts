import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Runs a script in bash as somebody with an installed pgrender would: `built` holds its dist/. What npm would fetch is
 * there, so `npm ci` does nothing, and `npx` runs the program itself.
 */
export function shell(
  script: string,
  { built, cwd, env = {} }: { built: string; cwd: string; env?: Readonly<Record<string, string>> },
): { status: number | null; said: string } {
  const bin = join(built, "bin");
  mkdirSync(bin, { recursive: true });
  const program = (name: string, text: string) => {
    writeFileSync(join(bin, name), `#!/bin/bash\n${text}\n`);
    chmodSync(join(bin, name), 0o755);
  };
  program("pgrender", `exec '${process.execPath}' '${built}/dist/cli.js' "$@"`);
  program("npx", '[ "$1" = pgrender ] && exec "$@"; echo "npx $*: not here" >&2; exit 1');
  program("npm", '[ "$*" = ci ] || { echo "npm $*: not here" >&2; exit 1; }');
  const { status, stdout } = spawnSync(
    "bash",
    ["--noprofile", "--norc", "-eo", "pipefail", "-c", `exec 2>&1\n${script}`],
    {
      cwd,
      encoding: "utf8",
      timeout: 120_000,
      env: { PATH: `${bin}:${process.env["PATH"] ?? ""}`, HOME: built, LANG: "C.UTF-8", ...env },
    },
  );
  return { status, said: stdout };
}
