import { spawnSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";

const script = fileURLToPath(new URL("../templates/volumes.sh", import.meta.url));
const folders: string[] = [];
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true, force: true })));

type Member = { readonly root: string; readonly data: string; readonly wal: string; readonly place: string };

/** The volumes of a member: `data` with what it has, an empty one for WAL, an empty one for a tablespace. */
function member(files: Readonly<Record<string, string>>): Member {
  const root = mkdtempSync(join(tmpdir(), "pgrender-volumes-"));
  folders.push(root);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  mkdirSync(join(root, "pgdata/pgroot"), { recursive: true });
  mkdirSync(join(root, "pgwal"), { recursive: true });
  mkdirSync(join(root, "tbs"), { recursive: true });
  return {
    root,
    data: join(root, "pgdata/pgroot/data"),
    wal: join(root, "pgwal/pg_wal"),
    place: join(root, "tbs/data"),
  };
}

/** Runs the script as start.sh does; cut off before its nth step that changes something, if told so. */
function start({ data, wal, place }: Member, cutBefore = 0): { code: number; steps: number; said: string } {
  const program = `
set -eu
umask 077
step=0
count() { step=$((step + 1)); if [ $step -eq ${cutBefore} ]; then echo "steps $step"; exit 137; fi; }
sync() { count; }
for name in cp mv rm ln mkdir; do eval "$name() { count; command $name \\"\\$@\\"; }"; done
. "$SCRIPT"
echo "steps $step"`;
  const env = {
    ...process.env,
    SCRIPT: script,
    PGDATA: data,
    WAL_DIRECTORY: wal,
    TABLESPACE_DIRECTORIES: place,
  };
  const { status, stdout, stderr } = spawnSync("sh", ["-c", program], { env, encoding: "utf8" });
  return { code: status ?? 1, steps: Number(/steps (\d+)/.exec(stdout)?.[1] ?? 0), said: stderr };
}

const segments = { "pgdata/pgroot/data/PG_VERSION": "18", "pgdata/pgroot/data/pg_wal/0001": "wal" };

/** What PostgreSQL would find. */
function found({ data, wal, root }: Member) {
  return {
    link: lstatSync(join(data, "pg_wal")).isSymbolicLink() && readlinkSync(join(data, "pg_wal")) === wal,
    segments: readdirSync(join(data, "pg_wal")),
    besides: [...readdirSync(join(root, "pgdata/pgroot")), ...readdirSync(join(root, "pgwal"))],
  };
}

const moved = { link: true, segments: ["0001"], besides: ["data", "pg_wal"] };

describe("volumes.sh", () => {
  it("moves the WAL of a member to its volume, and leaves it there at the next start", () => {
    const one = member(segments);

    expect(start(one)).toMatchObject({ code: 0, said: "" });
    expect(found(one)).toEqual(moved);
    expect(start(one)).toMatchObject({ code: 0, said: "" });
    expect(found(one)).toEqual(moved);
  });

  it("completes a move that was cut off at any step, and once more", () => {
    const { steps } = start(member(segments));
    expect(steps).toBeGreaterThan(6);

    for (let first = 1; first <= steps; first++) {
      for (const second of [1, first, first + 1]) {
        const one = member(segments);
        expect(start(one, first).code).toBe(137);
        start(one, second);
        expect(start(one).code).toBe(0);
        expect(found(one)).toEqual(moved);
      }
    }
  });

  it("takes the WAL that lies with the data, not what an earlier life has left on the volume", () => {
    const one = member({ ...segments, "pgwal/pg_wal/0009": "old", "pgwal/pg_wal.new/0008": "half" });

    expect(start(one).code).toBe(0);
    expect(found(one)).toEqual(moved);
  });

  it("changes nothing where the WAL cannot be copied", () => {
    const one = member(segments);
    rmSync(join(one.root, "pgwal"), { recursive: true });
    writeFileSync(join(one.root, "pgwal"), "no folder");

    const { code, said } = start(one);

    expect(code).toBe(1);
    expect(said).toContain("raise walVolume.size");
    expect(readdirSync(join(one.data, "pg_wal"))).toEqual(["0001"]);
  });

  it("makes room for a copy: what belongs to data that is gone is put aside, once", () => {
    const one = member({
      "pgwal/pg_wal/0001": "newer",
      "pgwal/pg_wal.orphaned/0000": "older",
      "tbs/data/PG_18/1": "rows",
    });

    expect(start(one)).toMatchObject({ code: 0 });

    expect(existsSync(one.wal)).toBe(false);
    expect(readdirSync(`${one.wal}.orphaned`)).toEqual(["0001"]);
    expect(readdirSync(one.place)).toEqual([]);
    expect(readdirSync(`${one.place}.orphaned`)).toEqual(["PG_18"]);
    expect(start(one)).toMatchObject({ code: 0, said: "" });
    expect(readdirSync(`${one.wal}.orphaned`)).toEqual(["0001"]);
  });

  it("leaves tablespaces alone that belong to the data, and lets a member whose WAL is lost be copied anew", () => {
    const one = member({ ...segments, "tbs/data/PG_18/1": "rows" });
    start(one);
    rmSync(one.wal, { recursive: true });

    const { code, said } = start(one);

    expect(code).toBe(0);
    expect(said).toContain("patronictl reinit");
    expect(readdirSync(one.place)).toEqual(["PG_18"]);
    expect(readdirSync(one.wal)).toEqual([]);
  });
});
