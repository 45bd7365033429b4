// What a render costs beside the least that it could cost, and beside kustomize, all in one run:
//   npm run bench -- [--sizes 10,100,1000] [--report]
// --report writes docs/reports/bench.md. kustomize builds more than 100 clusters once, for that takes minutes. Linux only. No folder is
// written twice or removed before the end: ext4 takes ten times as long to fill a folder soon after an equal one was
// removed, so leave five minutes between two runs.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { changeOne, writePack, writeSpecs } from "./fleet.mjs";
import { buildAll, kustomizeCommand, writeKustomize } from "./kustomize.mjs";
import { measure } from "./measure.mjs";
import { machine, report } from "./report.mjs";
import { table } from "./table.mjs";
import { measureTree, verify } from "./verify.mjs";

const rounds = 3;
const mostInEveryRound = 100; // clusters that kustomize builds as often as the others
const tmpfs = 0x01021994; // its f_type: statfs(2)

const { values: options } = parseArgs({
  options: {
    sizes: { type: "string", default: "10,100,1000" },
    report: { type: "boolean", default: false },
  },
});
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const cli = here("../dist/cli.js");
if (!existsSync(cli)) throw new Error("there is no dist/cli.js: run npm run prepare");
const kustomize = kustomizeCommand();

const places = [
  ...(existsSync("/dev/shm") ? [{ place: "tmpfs", root: mkdtempSync("/dev/shm/pgrender-bench-") }] : []),
  ...(statfsSync(tmpdir()).type === tmpfs
    ? []
    : [{ place: "disk", root: mkdtempSync(join(tmpdir(), "pgrender-bench-")) }]),
];
try {
  const sizes = options.sizes.split(",").map(Number);
  const results = [];
  for (const clusters of sizes) results.push(...(await bench(clusters)));
  const text = table(results.map(({ ways }) => ways).flat());
  const work = results.map(({ place, said }) => (place === places[0].place ? `- ${said}\n` : "")).join("");
  process.stdout.write(`\n${machine(kustomize)}\n\n${work}\n${text}`);
  if (options.report) {
    mkdirSync(here("../docs/reports"), { recursive: true });
    writeFileSync(here("../docs/reports/bench.md"), report({ kustomize, rounds, work, text }));
  }
} finally {
  for (const { root } of places) rmSync(root, { recursive: true, force: true });
}

/** All ways of rendering so many clusters, everywhere, round by round, so that a busy minute hits all of them. */
async function bench(clusters) {
  const all = [];
  for (const { place, root } of places)
    all.push(await prepare(clusters, place, join(root, String(clusters))));
  for (let round = 1; round <= rounds; round += 1) {
    for (const bench of all) {
      for (const { name, runs, run, times } of bench.ways) {
        if (round > times) continue;
        if (bench.place === "disk") spawnSync("sync");
        const cost = await run(round);
        runs.push(cost);
        process.stderr.write(
          `${clusters} ${bench.place}, round ${round}, ${name}: ${cost.wallS.toFixed(2)} s\n`,
        );
      }
      if (round === 1) bench.check();
    }
  }
  return all;
}

/** The input of a fleet, and the ways that it is rendered from there. */
async function prepare(clusters, place, dir) {
  const specs = join(dir, "clusters");
  const pack = join(dir, "objects");
  const original = join(dir, "original");
  writeSpecs(specs, clusters);
  cpSync(specs, original, { recursive: true });
  mkdirSync(join(dir, "out"));
  const out = (what, round) => join(dir, "out", `${what}-${round}`);

  const render = (input, output) => measure("node", [cli, "render", "--clusters", input, "--output", output]);
  const floor = (emitter) => (round) =>
    measure("node", [here("./floor.mjs"), emitter, pack, out(emitter, round)]);
  await render(original, out("render", 0));
  writePack(out("render", 0), pack);

  const withKustomize = kustomize !== undefined && place === places[0].place;
  if (withKustomize) writeKustomize(join(dir, "kustomize"), out("render", 0), clusters);
  const build = (round) =>
    measure("sh", ["-c", buildAll(kustomize, join(dir, "kustomize"), out("kustomize", round))]);

  const { files, bytes } = measureTree(out("render", 0));
  const way = (name, run, times = rounds) => ({ clusters, place, name, run, times, runs: [] });
  const ways = [
    way("floor: yaml package", floor("yaml")),
    way("floor: our emitter", floor("own")),
    way("pgrender, empty folder", (round) => render(original, out("render", round))),
    way("pgrender, nothing changed", async (round) =>
      wrote(await render(original, out("render", round)), { least: 0, most: 0 }),
    ),
    way("pgrender, one cluster changed", async (round) => {
      changeOne(specs, clusters, round);
      return wrote(await render(specs, out("render", round)), { least: 1, most: files / clusters });
    }),
    ...(withKustomize
      ? [way(`${kustomize}, two at a time`, build, clusters > mostInEveryRound ? 1 : rounds)]
      : []),
  ];
  for (const each of ways) each.floor = ways[0].runs;

  return {
    place,
    ways,
    said: `${clusters} clusters: ${files} files, ${(bytes / 1e6).toFixed(1)} MB`,
    check: () =>
      verify({
        rendered: out("render", 0),
        own: out("own", 1),
        yaml: out("yaml", 1),
        kustomize: withKustomize ? out("kustomize", 1) : undefined,
      }),
  };
}

/** Fails if a render says that it wrote fewer or more files. */
function wrote(cost, { least, most }) {
  const files = Number(/: (\d+) written, 0 removed/.exec(cost.said)?.[1]);
  if (files >= least && files <= most) return cost;
  throw new Error(`a render should have written ${least} to ${most} files: ${cost.said}`);
}
