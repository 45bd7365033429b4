import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import type { File } from "../generator/file.ts";
import { render } from "../generator/render.ts";
import { filesIn } from "./support/files.ts";
import { change, changed, gentle, nastyText, paths, type Json } from "./support/nasty.ts";
import { at, isTree, textAt, type Tree } from "./support/object.ts";
import { rich } from "./support/rich.ts";

// Fixed, so that a failure is the same for everybody. PGRENDER_TEST_SEED tries others.
const seed = Number(process.env["PGRENDER_TEST_SEED"] ?? 20_261_121);
process.stdout.write(`properties: seed ${seed}\n`);

/** What holds of every render, whatever it is given. */
function sound(files: readonly File[]): { errors: number; files: number } {
  const { files: output, problems } = render(files);

  for (const problem of problems) {
    expect(problem.message.length + problem.fix.length).toBeLessThan(6000);
    expect(problem.at.line).toBeGreaterThan(0);
    expect(problem.at.column).toBeGreaterThan(0);
  }
  const errors = problems.filter(({ severity }) => severity === "error").length;
  if (errors > 0) {
    expect(output).toEqual([]);
    return { errors, files: 0 };
  }
  expect(new Set(output.map(({ path }) => path.toLowerCase())).size).toBe(output.length);
  for (const { path, text } of output) {
    expect(path).toMatch(/^[a-z0-9][-a-z0-9._]*(\/[a-z0-9][-a-z0-9._]*)*$/);
    expect(path.split("/")).not.toContain("..");
    const object: unknown = parse(text, { version: "1.1" });
    expect(object).toEqual(parse(text));
    const config = at(object, "data", "patroni.yml");
    if (typeof config === "string") settingsOnly(parse(config));
  }
  return { errors, files: output.length };
}

/** Sections of patroni.yml. A value with a line break in it must not become one. */
function settingsOnly(config: unknown): void {
  const known =
    /^(scope|restapi|log|bootstrap|tags|postgresql|kubernetes|etcd3|consul|zookeeper)$|^(listen|bin_dir|data_dir|pgpass|use_unix_socket|use_unix_socket_repl|basebackup|create_replica_methods|pgbackrest|origin|recovery_conf|callbacks|parameters|pg_hba)$/;
  const keys = [...Object.keys(tree(config)), ...Object.keys(tree(at(config, "postgresql")))];

  expect(keys.filter((key) => !known.test(key))).toEqual([]);
}

function tree(value: unknown): Tree {
  return isTree(value) ? value : {};
}

const tally = { runs: 0, rendered: 0, refused: 0 };

function count(result: { errors: number; files: number }): void {
  tally.runs += 1;
  if (result.errors > 0) tally.refused += 1;
  else if (result.files > 0) tally.rendered += 1;
}

const places = rich.map((document) => paths(document));
const mutation = fc.record({ document: fc.nat(), place: fc.nat(), change });

describe("whatever is in the specs, render", () => {
  it("gives problems or sound files, for fields that were dropped, doubled, renamed and replaced", () => {
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), (mutations) => {
        const documents = mutations.reduce<readonly Json[]>((list, { document, place, change: what }) => {
          const index = document % list.length;
          const all = places[index] ?? [];
          const path = all[place % all.length] ?? [];
          return list.map((one, nth) => (nth === index ? changed(one, path, what) : one));
        }, rich);

        count(sound([{ path: "a.yaml", text: documents.map((one) => stringify(one)).join("---\n") }]));
      }),
      { seed, numRuns: 800 },
    );
    expect(tally.runs).toBeGreaterThan(0);
  });

  it("gives problems or sound files, for fields that are odd, but may be valid", () => {
    const one = fc.record({ place: fc.nat(), change: gentle });

    fc.assert(
      fc.property(fc.nat({ max: 1 }), fc.array(one, { minLength: 1, maxLength: 2 }), (index, list) => {
        const document = list.reduce((before, { place, change: what }) => {
          const all = paths(before).filter((path) => path[0] === "spec" || path[0] === "metadata");
          return changed(before, all[place % all.length] ?? [], what);
        }, rich[index] ?? null);

        count(sound([{ path: "a.yaml", text: stringify(document) }]));
      }),
      { seed, numRuns: 2200 },
    );
    expect(tally.runs).toBeGreaterThan(0);
  });

  const examples = filesIn(new URL("golden", import.meta.url).pathname)
    .filter(({ path }) => path.includes("/in/"))
    .map(({ text }) => text);

  it("gives problems or sound files, for text that was cut, doubled and scribbled on", () => {
    const edit = fc.record({
      from: fc.nat(),
      length: fc.nat({ max: 40 }),
      text: fc.oneof(nastyText, fc.constant("")),
    });
    const edits = fc.array(edit, { minLength: 1, maxLength: 4 });

    fc.assert(
      fc.property(fc.constantFrom(...examples), edits, (original, list) => {
        const text = list.reduce((before, { from, length, text: scribble }) => {
          const start = from % (before.length + 1);
          return before.slice(0, start) + scribble + before.slice(start + length);
        }, original);

        count(sound([{ path: "a.yaml", text }]));
      }),
      { seed, numRuns: 1500 },
    );
    expect(tally.runs).toBeGreaterThan(0);
  });

  it("gives problems or sound files, for lines that were moved, doubled and indented", () => {
    const edit = fc.record({ line: fc.nat(), to: fc.nat(), indent: fc.integer({ min: -4, max: 4 }) });

    fc.assert(
      fc.property(
        fc.constantFrom(...examples),
        fc.array(edit, { minLength: 1, maxLength: 3 }),
        (text, list) => {
          const lines = list.reduce<readonly string[]>((before, { line, to, indent }) => {
            const moved = before[line % before.length] ?? "";
            const shifted = indent < 0 ? moved.slice(-indent) : " ".repeat(indent) + moved;
            return before.toSpliced(to % before.length, indent % 2 === 0 ? 0 : 1, shifted);
          }, text.split("\n"));

          count(sound([{ path: "a.yaml", text: lines.join("\n") }]));
        },
      ),
      { seed, numRuns: 1000 },
    );
    process.stdout.write(
      `properties: ${tally.runs} runs, ${tally.rendered} rendered, ${tally.refused} refused\n`,
    );
    expect(tally.rendered).toBeGreaterThan(300);
    expect(tally.refused).toBeGreaterThan(1000);
  });
});

function patroni(spec: Json): Tree | undefined {
  const document: Json = {
    apiVersion: "pgrender.dev/v1",
    kind: "PostgresCluster",
    metadata: { name: "a" },
    spec,
  };
  const { files } = render([{ path: "a.yaml", text: stringify(document) }]);
  const file = files.find(({ path }) => path === "a/configmap-a-patroni.yaml");
  if (file === undefined) return undefined;
  return tree(parse(textAt(parse(file.text), "data", "patroni.yml")));
}

const base = { numberOfInstances: 1, volume: { size: "1Gi" } } as const;
const plain = patroni({ ...base, postgresql: { version: "18" } }) ?? {};

/** patroni.yml without the settings of PostgreSQL, and these in one. */
function apart(config: Tree): { rest: unknown; settings: Tree } {
  const postgresql = tree(config["postgresql"]);
  const dynamic = tree(at(config, "bootstrap", "dcs", "postgresql"));
  const { parameters: local, ...outside } = postgresql;
  const { parameters: shared, ...around } = dynamic;
  const bootstrap = tree(config["bootstrap"]);
  // The tag is of the content.
  const { pgrender: _content, ...tags } = tree(config["tags"]);
  const rest = {
    ...config,
    tags,
    postgresql: outside,
    bootstrap: { ...bootstrap, dcs: { ...tree(bootstrap["dcs"]), postgresql: around } },
  };
  return { rest, settings: { ...tree(local), ...tree(shared) } };
}

describe("a setting of the spec's", () => {
  const name = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.constantFrom(
        "work_mem",
        "max_connections",
        "jit",
        "app.x",
        "wal_level",
        "shared_buffers",
      ),
    },
    { weight: 2, arbitrary: fc.stringMatching(/^[a-z_][a-z0-9_]{0,20}$/) },
    { weight: 1, arbitrary: nastyText },
  );

  it("is in patroni.yml as it was written, and nothing else is", () => {
    let rendered = 0;
    fc.assert(
      fc.property(fc.dictionary(name, nastyText, { maxKeys: 4 }), (parameters) => {
        const config = patroni({ ...base, postgresql: { version: "18", parameters } });
        if (config === undefined) return;
        rendered += 1;

        const { rest, settings } = apart(config);
        expect(rest).toEqual(apart(plain).rest);
        // To PostgreSQL the letter case of a name does not count; two settings of one name are refused.
        const own = Object.entries(parameters).map(([key, value]) => [key.toLowerCase(), value] as const);
        expect(settings).toEqual({ ...apart(plain).settings, ...Object.fromEntries(own) });
      }),
      { seed, numRuns: 800 },
    );
    expect(rendered).toBeGreaterThan(100);
  });

  it("cannot break its line: what a line of postgresql.conf cannot hold is refused", () => {
    for (const value of ["a\nport = 1", "a\r", "\n", "a\u0000"]) {
      for (const parameters of [{ work_mem: value }, { [`work_mem = ${value}`]: "1" }])
        expect(patroni({ ...base, postgresql: { version: "18", parameters } })).toBeUndefined();
    }
  });

  it("is in patroni.yml as it was written, if it is one of Patroni's own", () => {
    fc.assert(
      fc.property(nastyText, nastyText, nastyText, (line, field, option) => {
        const config = patroni({
          ...base,
          postgresql: { version: "18" },
          patroni: {
            pg_hba: [line],
            log: { static_fields: { a: field } },
            initdb: { "text-search-config": option },
          },
        });
        if (config === undefined) return;

        expect(at(config, "postgresql", "pg_hba")).toEqual([line]);
        expect(at(config, "log", "static_fields", "a")).toBe(field);
        expect(at(config, "bootstrap", "initdb")).toContainEqual({ "text-search-config": option });
      }),
      { seed, numRuns: 400 },
    );
  });
});
