import { spawn, type ChildProcess } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";

/** A container with the script, an exporter that tells how it was started, and a database that knows one password. */
type Container = {
  readonly shell: ChildProcess;
  readonly ended: Promise<number | null>;
  /** Files that the script reads: the Secret's `password`, the ConfigMap's `own.yaml` and the user's `more`; what the `database` knows. */
  readonly write: (file: "password" | "own.yaml" | "custom/more" | "database", text: string) => void;
  /** What the exporter was started with each time: its password, and its queries on one line. */
  readonly starts: () => readonly string[];
  readonly until: (starts: (list: readonly string[]) => boolean) => Promise<void>;
};

const running: { readonly folder: string; readonly shell: ChildProcess }[] = [];
afterEach(() => {
  for (const { folder, shell } of running.splice(0)) {
    shell.kill("SIGTERM");
    rmSync(folder, { recursive: true, force: true });
  }
});

function container(files: Readonly<Record<string, string>>): Container {
  const folder = mkdtempSync(join(tmpdir(), "pgrender-exporter-"));
  mkdirSync(join(folder, "custom"));
  mkdirSync(join(folder, "bin"));
  const program = (name: string, text: string) => {
    writeFileSync(join(folder, "bin", name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(folder, "bin", name), 0o755);
  };
  // A second of the script's is a hundredth here.
  program("sleep", 'exec /bin/sleep "$(printf "%d.%02d" $(($1 / 100)) $(($1 % 100)))"');
  program(
    "postgres_exporter",
    `printf %s "$DATA_SOURCE_PASS" >'${folder}/used'\necho "$DATA_SOURCE_PASS: $(tr '\\n' ' ' <"\${1#*=}")" >>'${folder}/starts'\nexec /bin/sleep 60`,
  );
  program("wget", "exit 127");
  program(
    "curl",
    `if [ "$(cat '${folder}/used')" = "$(cat '${folder}/database')" ]; then up=1; else up=0; fi\nprintf '# HELP\\npg_up %s\\n' $up`,
  );
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text);
  for (const [file, text] of Object.entries({ starts: "", ...files })) write(file, text);
  const script = readFileSync("templates/exporter.sh", "utf8")
    .replaceAll("/etc/pgrender-exporter-user", folder)
    .replaceAll("/etc/pgrender-exporter", folder)
    .replaceAll("/postgres_exporter/custom_queries", join(folder, "custom"))
    .replaceAll("/tmp/queries.yaml", join(folder, "queries"));
  const shell = spawn("sh", ["-c", script], {
    env: {
      ...process.env,
      PATH: `${join(folder, "bin")}:${process.env["PATH"] ?? ""}`,
      DATA_SOURCE_USER: "x",
    },
    stdio: "ignore",
  });
  running.push({ folder, shell });
  const ended = new Promise<number | null>((resolve) => shell.on("close", resolve));
  const starts = () => readFileSync(join(folder, "starts"), "utf8").split("\n").slice(0, -1);
  const until = async (holds: (list: readonly string[]) => boolean) => {
    await expect.poll(() => holds(starts()), { timeout: 30_000, interval: 20 }).toBe(true);
  };
  return { shell, ended, write, starts, until };
}

it("waits for a password, and asks its own queries and the user's", async () => {
  const { write, until, starts } = container({ database: "a", "own.yaml": "own:", "custom/more": "more:" });

  write("password", "a");
  await until((list) => list.length > 0);

  expect(starts()).toEqual(["a: own: more: "]);
});

it("goes on with the old password until the database knows the new one", async () => {
  const { write, until, starts } = container({ database: "old", password: "old", "own.yaml": "own:" });
  await until((list) => list.length === 1);

  write("password", "new");
  await until((list) => list.length >= 5);
  expect(
    new Set(
      starts()
        .slice(1)
        .filter((_, index) => index % 2 === 0),
    ),
  ).toEqual(new Set(["new: own: "]));
  expect(
    new Set(
      starts()
        .slice(1)
        .filter((_, index) => index % 2 === 1),
    ),
  ).toEqual(new Set(["old: own: "]));

  write("database", "new");
  const before = starts().length;
  await until((list) => list.length > before && list.at(-1) === "new: own: ");
});

it("is started anew when its queries change", async () => {
  const { write, until, starts } = container({ database: "a", password: "a", "own.yaml": "own:" });
  await until((list) => list.length === 1);

  write("custom/more", "more:");
  await until((list) => list.length > 1);

  expect(starts().at(-1)).toBe("a: own: more: ");
});

it("ends at once with its container", async () => {
  const { shell, ended, until } = container({ database: "a", password: "a", "own.yaml": "own:" });
  await until((list) => list.length === 1);

  shell.kill("SIGTERM");

  expect(await ended).toBe(0);
});
