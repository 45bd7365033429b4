import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/*
 * Programs in the place of pgBackRest and of PostgreSQL's, as logical-backup.py calls them: stores are folders, and what a database
 * has in it is its name and the host that was asked.
 */

const programs = {
  pgbackrest: `#!/bin/sh
for word; do
  case $word in --repo=*) store=$STORES_ROOT/\${word#--repo=} ;; --*) ;; *) command=\${command:-$word} path=$word ;; esac
done
case $command in
  repo-put)
    mkdir -p "$(dirname "$store/$path")"
    [ "$store" = "$STORES_ROOT/$FULL" ] && exit 1
    cat >"$store/$path"
    [ "$store" = "$STORES_ROOT/$ROTTEN" ] && echo rot >>"$store/$path"
    exit 0 ;;
  repo-get) exec cat "$store/$path" ;;
  repo-rm) rm -rf "$store/$path" ;;
  repo-ls) cd "$store/$path" 2>/dev/null || { echo '{}'; exit; }
    python3 -c 'import glob, json; print(json.dumps({path: {} for path in glob.glob("**", recursive=True)}))' ;;
esac
`,
  psql: `#!/bin/sh
case "$*" in
  *json_agg*) [ -e "$STORES_ROOT/dropped" ] && printf '["a"]' || printf %s "$DATABASES" ;;
  *server_version*) echo 17.5 ;;
  *) while read -r line; do case $line in *try_advisory*) echo "$LOCKED" ;; *count*) echo "$HELD" ;; esac; done ;;
esac
`,
  pg_dumpall: "#!/bin/sh\necho roles\n",
  pg_dump: `#!/bin/sh
printf "%s\\n" "$*"
case "$*" in
  *"host='$BROKEN_HOST'"*) exit 1 ;;
  *"dbname='$DROPPED'"*) touch "$STORES_ROOT/dropped"; exit 1 ;;
esac
`,
} as const;

/** Folders with the programs and the stores. */
export function sandbox(): { readonly folder: string; readonly drop: () => void } {
  const folder = mkdtempSync(join(tmpdir(), "pgrender-dumps-"));
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(join(folder, name), text);
    chmodSync(join(folder, name), 0o755);
  }
  mkdirSync(join(folder, "stores"));
  return { folder, drop: () => rmSync(folder, { recursive: true }) };
}

/** Calls logical-backup.py with the programs of a sandbox. */
export function logicalBackup(
  folder: string,
  command: readonly string[],
  env: Readonly<Record<string, string>> = {},
) {
  const stores = join(folder, "stores");
  const { status, stdout, stderr } = spawnSync("python3", ["templates/logical-backup.py", ...command], {
    env: {
      ...process.env,
      PATH: `${folder}:${process.env["PATH"] ?? ""}`,
      PYTHONDONTWRITEBYTECODE: "1",
      PGBACKREST_CONFIG_INCLUDE_PATH: folder,
      STORES_ROOT: stores,
      STORES: "1 2",
      FOLDER: "logical/prod/pay",
      SCOPE: "pay",
      PRIMARY: "pay",
      PGHOST: "pay-repl,pay",
      PG_VERSION: "17",
      BIN_DIRECTORY: folder,
      LOCK_WAIT: "60",
      RETENTION: "",
      DATABASES: '["a", "b"]',
      LOCKED: "t",
      HELD: "1",
      ...env,
    },
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

/** The files of each run in a store, sorted. */
export function runsIn(folder: string, store: number): Readonly<Record<string, readonly string[]>> {
  const path = join(folder, "stores", String(store), "logical/prod/pay");
  if (!existsSync(path)) return {};
  return Object.fromEntries(readdirSync(path).map((run) => [run, readdirSync(join(path, run)).toSorted()]));
}

/** Puts a file into a store, as an earlier run would have. */
export function left(folder: string, store: number, path: string): void {
  const file = join(folder, "stores", String(store), "logical/prod/pay", path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, "{}");
}
