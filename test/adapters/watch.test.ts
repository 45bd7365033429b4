import { watch } from "node:fs";
import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { watchFolder } from "../../generator/adapters/watch.ts";
import { readTree, temporaryFolder, writeTree } from "./tree.ts";
import type { Tree } from "./tree.ts";

const seed = Number(process.env["PGRENDER_TEST_SEED"] ?? 20_261_121);

/** Looks at a folder as a run does, and again after each change that it is told of. */
function follower(dir: string) {
  const watched = watchFolder(dir);
  const looks: Tree[] = [];
  const follow = async () => {
    do {
      expect(watched.cover()).toBe(undefined);
      looks.push(treeOf(dir));
    } while (await watched.changed());
  };
  const ended = follow();
  onTestFinished(async () => {
    watched.close();
    await ended;
  });
  return {
    looks,
    /** Waits until the last look saw what is there. */
    caughtUp: () =>
      vi.waitFor(() => expect(looks.at(-1)).toEqual(treeOf(dir)), { timeout: 20_000, interval: 5 }),
  };
}

/** Text files alone, for a folder that may come and go while it is read. */
function treeOf(dir: string): Tree {
  return existsSync(dir) ? readTree(dir) : {};
}

type Action = (dir: string) => void;

const rounds: readonly (readonly [what: string, actions: readonly Action[]])[] = [
  ["a file that is written", [(dir) => writeFileSync(join(dir, "a.yaml"), "2")]],
  [
    "a file that is saved by a rename",
    [
      (dir) => {
        writeFileSync(join(dir, ".a.swp"), "2");
        renameSync(join(dir, ".a.swp"), join(dir, "a.yaml"));
      },
      (dir) => writeFileSync(join(dir, "a.yaml"), "3"),
    ],
  ],
  [
    "a folder that comes with folders in it",
    [
      (dir) => writeTree(dir, { "new/deep/er/b.yaml": "1" }),
      (dir) => writeFileSync(join(dir, "new/deep/er/b.yaml"), "2"),
      (dir) => writeFileSync(join(dir, "new/deep/er/c.yaml"), "1"),
    ],
  ],
  [
    "a folder that goes, and another of its name",
    [
      (dir) => {
        rmSync(join(dir, "prod"), { recursive: true });
        writeTree(dir, { "prod/b.yaml": "2" });
      },
      (dir) => writeFileSync(join(dir, "prod/b.yaml"), "3"),
      (dir) => rmSync(join(dir, "prod"), { recursive: true }),
      (dir) => writeTree(dir, { "prod/b.yaml": "4" }),
      (dir) => writeFileSync(join(dir, "prod/b.yaml"), "5"),
    ],
  ],
  [
    "folders that change their names",
    [
      (dir) => renameSync(join(dir, "prod"), join(dir, "stage")),
      (dir) => writeFileSync(join(dir, "stage/b.yaml"), "2"),
      (dir) => {
        renameSync(join(dir, "stage"), join(dir, "prod"));
        writeTree(dir, { "stage/b.yaml": "new" });
      },
      (dir) => writeFileSync(join(dir, "stage/b.yaml"), "newer"),
      (dir) => writeFileSync(join(dir, "prod/b.yaml"), "3"),
    ],
  ],
  [
    "the whole folder, gone and back",
    [
      (dir) => rmSync(dir, { recursive: true }),
      (dir) => writeTree(dir, { "prod/b.yaml": "2" }),
      (dir) => writeFileSync(join(dir, "prod/b.yaml"), "3"),
      (dir) => renameSync(dir, `${dir}-away`),
      (dir) => writeTree(dir, { "prod/b.yaml": "4" }),
      (dir) => writeFileSync(join(dir, "prod/b.yaml"), "5"),
    ],
  ],
];

describe("a watched folder", () => {
  it.each(rounds)("tells of %s", async (_what, actions) => {
    const dir = join(temporaryFolder(), "clusters");
    writeTree(dir, { "a.yaml": "1", "prod/b.yaml": "1" });
    const { caughtUp, looks } = follower(dir);
    await caughtUp();

    for (const action of actions) {
      const before = looks.length;
      action(dir);
      await caughtUp();
      expect(looks.length).toBeGreaterThan(before);
    }
  });

  it("is seen when it comes into being, with the folders around it", async () => {
    const dir = join(temporaryFolder(), "not/yet/clusters");
    const { caughtUp, looks } = follower(dir);
    await caughtUp();
    expect(looks.at(-1)).toEqual({});

    writeTree(dir, { "a.yaml": "1" });
    await vi.waitFor(() => expect(looks.at(-1)).toEqual({ "a.yaml": "1" }), { timeout: 20_000 });
  });

  it("is seen in the end as it is, whatever happens in it, and however fast", async () => {
    const names = ["a.yaml", "x/a.yaml", "x/y/a.yaml", "x/y/z/a.yaml", "w/a.yaml"] as const;
    const folders = ["x", "x/y", "w", "x/y/z", "v"] as const;
    const action: fc.Arbitrary<Action> = fc.oneof(
      fc.tuple(fc.constantFrom(...names), fc.integer({ min: 0, max: 99 })).map(
        ([name, text]): Action =>
          (dir) =>
            writeTree(dir, { [name]: String(text) }),
      ),
      fc.constantFrom(...folders, ...names).map(
        (name): Action =>
          (dir) =>
            rmSync(join(dir, name), { recursive: true, force: true }),
      ),
      fc
        .tuple(fc.constantFrom(...folders), fc.constantFrom(...folders))
        .map(([from, to]): Action => (dir) => {
          const [here, there] = [join(dir, from), join(dir, to)];
          if (
            existsSync(here) &&
            !existsSync(there) &&
            existsSync(join(there, "..")) &&
            !to.startsWith(`${from}/`)
          )
            renameSync(here, there);
        }),
    );
    const dir = join(temporaryFolder(), "clusters");
    mkdirSync(dir);
    const { caughtUp } = follower(dir);
    let changes = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(action, fc.boolean()), { minLength: 5, maxLength: 30 }),
        async (actions) => {
          for (const [each, pause] of actions) {
            each(dir);
            changes += 1;
            // Lets what was told be heard, in the middle of it all.
            if (pause) await new Promise((done) => setImmediate(done));
          }
          await caughtUp();
        },
      ),
      { seed, numRuns: 100 },
    );
    expect(changes).toBeGreaterThan(500);
  });

  it("is not left, and hidden folders are not looked into", () => {
    const dir = temporaryFolder();
    writeTree(dir, { "clusters/a/b.yaml": "1", "clusters/.git/objects/c": "1", "elsewhere/d/e.yaml": "1" });
    symlinkSync(join(dir, "elsewhere"), join(dir, "clusters/link"));
    const paths: string[] = [];
    const watchOne = (path: string) => {
      paths.push(path.slice(dir.length));
      return watch(path);
    };
    const watched = watchFolder(join(dir, "clusters"), { watchOne: watchOne as typeof watch, isDeep: false });
    onTestFinished(watched.close);

    expect(watched.cover()).toBe(undefined);
    expect(paths).toEqual(["", "/clusters", "/clusters/a"]);
    expect(watched.cover()).toBe(undefined);
    expect(paths.length).toBe(3);
  });

  it.each([
    ["ENOSPC", /no space left on device \(ENOSPC\)/, /max_user_watches/],
    ["EMFILE", /too many open files \(EMFILE\)/, /max_user_instances/],
  ])("that cannot be watched for %s is a problem with its remedy", (code, message, fix) => {
    const refuse = () => {
      throw Object.assign(new Error(code), { code, errno: code === "ENOSPC" ? -28 : -24 });
    };
    const watched = watchFolder(temporaryFolder(), { watchOne: refuse });

    expect(watched.cover()).toMatchObject({
      rule: "cannot-watch",
      severity: "error",
      message: expect.stringMatching(message),
      fix: expect.stringMatching(fix),
    });
  });

  it("ends when it is told to", async () => {
    const watched = watchFolder(temporaryFolder());
    watched.cover();
    const changed = watched.changed();
    watched.close();

    expect(await changed).toBe(false);
  });
});
