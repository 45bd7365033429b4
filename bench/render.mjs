// What a render costs beside the least that it could cost, and beside what one would use instead, all in one run:
//   npm run bench -- [--sizes 10,100,1000,10000] [--report]
// --report writes docs/reports/bench.md. Of jsonnet, helm and kustomize those take part that are on the PATH, and cdk8s if
// PGRENDER_BENCH_CDK8S names a folder where `npm install cdk8s cdk8s-plus-32 constructs` was run. Linux only. On a disk no folder is
// written twice or removed before the end: ext4 takes ten times as long to fill a folder soon after an equal one was
// removed, so leave five minutes between two runs.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { changeOne, changedName, writePack, writeSpecs } from "./fleet.mjs";
import { measure, measureChange } from "./measure.mjs";
import { modelOf } from "./model.mjs";
import { machine, report } from "./report.mjs";
import { table } from "./table.mjs";
import { toolsHere } from "./tools.mjs";
import { measureTree, verifyFloors, verifyTool } from "./verify.mjs";

const rounds = 3;
const mostBesideOthers = 1000; // clusters; of a larger fleet only our own renders are measured
const mostOnDisk = 1000;
const mostVerified = 100; // clusters whose objects are read back from what a tool wrote, every one of them
const tmpfs = 0x01021994; // its f_type: statfs(2)

const { values: options } = parseArgs({
  options: {
    sizes: { type: "string", default: "10,100,1000,10000" },
    report: { type: "boolean", default: false },
  },
});
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const cli = here("../dist/cli.js");
if (!existsSync(cli)) throw new Error("there is no dist/cli.js: run npm run prepare");
const tools = toolsHere();

const places = [
  ...(existsSync("/dev/shm") ? [{ place: "tmpfs", root: mkdtempSync("/dev/shm/pgrender-bench-") }] : []),
  ...(statfsSync(tmpdir()).type === tmpfs
    ? []
    : [{ place: "disk", root: mkdtempSync(join(tmpdir(), "pgrender-bench-")) }]),
];
try {
  const results = [];
  for (const clusters of options.sizes.split(",").map(Number)) results.push(...(await bench(clusters)));
  const text = table(results.map(({ ways }) => ways).flat());
  const work = results.map(({ place, said }) => (place === places[0].place ? `- ${said}\n` : "")).join("");
  process.stdout.write(`\n${machine()}\n\n${work}\n${text}`);
  if (options.report) {
    mkdirSync(here("../docs/reports"), { recursive: true });
    writeFileSync(here("../docs/reports/bench.md"), report({ tools, rounds, work, text }));
  }
} finally {
  for (const { root } of places) rmSync(root, { recursive: true, force: true });
}

/** All ways of rendering so many clusters, everywhere, round by round, so that a busy minute hits all of them. */
async function bench(clusters) {
  const all = [];
  for (const { place, root } of places) {
    if (place === "disk" && clusters > mostOnDisk) continue;
    all.push(await prepare(clusters, place, join(root, String(clusters))));
  }
  for (let round = 1; round <= rounds; round += 1) {
    for (const { place, ways, check } of all) {
      for (const { name, runs, run } of ways) {
        if (place === "disk") spawnSync("sync");
        const cost = await run(round);
        runs.push(cost);
        process.stderr.write(`${clusters} ${place}, round ${round}, ${name}: ${cost.wallS.toFixed(2)} s\n`);
      }
      if (round === 1) check();
    }
  }
  for (const { place, dir } of all) if (place === "tmpfs") rmSync(dir, { recursive: true });
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

  const render = (input, output, ...more) =>
    measure("node", [cli, "render", "--clusters", input, "--output", output, ...more]);
  await render(original, out("render", 0));
  const { files, bytes } = measureTree(out("render", 0));

  const way = (name, run) => ({ clusters, place, name, run, runs: [] });
  const ours = way("pgrender, empty folder", (round) => render(original, out("render", round)));
  const ways = [
    ours,
    way("pgrender, nothing changed", async (round) =>
      wrote(await render(original, out("render", round)), { least: 0, most: 0 }),
    ),
    way("pgrender, one cluster changed", async (round) => {
      changeOne(specs, clusters, round);
      return wrote(await render(specs, out("render", round)), { least: 1, most: files / clusters });
    }),
    way("pgrender --only, one cluster changed", async (round) => {
      changeOne(specs, clusters, round + rounds);
      const cost = await render(specs, out("render", round), "--only", changedName(clusters));
      return wrote(cost, { least: 1, most: files / clusters });
    }),
    way("pgrender --watch, one cluster changed", async (round) => {
      const cost = await measureChange(
        "node",
        [cli, "render", "--clusters", specs, "--output", out("render", round), "--watch"],
        {
          ready: /^watching/m,
          change: () => changeOne(specs, clusters, round + 2 * rounds),
          isDone: / unchanged\n/,
        },
      );
      return wrote(cost, { least: 1, most: files / clusters });
    }),
  ];
  const others = [];
  const verifications = [];
  if (clusters <= mostBesideOthers) {
    writePack(out("render", 0), pack);
    const floor = (emitter) => (round) =>
      measure("node", [here("./floor.mjs"), emitter, pack, out(emitter, round)]);
    ways.unshift(way("floor: yaml package", floor("yaml")), way("floor: our emitter", floor("own")));
    verifications.push(() =>
      verifyFloors({ rendered: out("render", 0), own: out("own", 1), yaml: out("yaml", 1) }),
    );
    if (place === places[0].place) others.push(...besides(join(dir, "others"), modelOf(pack)));
  }
  for (const [index, { name, build, verify }] of others.entries()) {
    const output = (round) => out(`other-${index}`, round);
    ways.push(
      way(name, (round) => {
        mkdirSync(output(round));
        return measure("sh", ["-ec", build(output(round))]);
      }),
    );
    verifications.push(() => verify(output(1)));
  }
  for (const each of ways) {
    each.floor = clusters <= mostBesideOthers ? ways[0].runs : undefined;
    each.ours = ours.runs;
  }
  return {
    place,
    dir,
    ways,
    said: `${clusters} clusters: ${files} files, ${(bytes / 1e6).toFixed(1)} MB`,
    check: () => verifications.forEach((verify) => verify()),
  };
}

/** The other tools, with the same objects to make. */
function besides(dir, model) {
  return tools.map((tool, index) => {
    const { name, write, build } = tool;
    const input = join(dir, String(index));
    write(input, model);
    return {
      name,
      build: (output) => build(input, output),
      verify: (output) => verifyTool(tool, output, model, model.clusters.length <= mostVerified),
    };
  });
}

/** Fails if a render says that it wrote fewer or more files. */
function wrote(cost, { least, most }) {
  const files = Number(/: (\d+) written, 0 removed/.exec(cost.said)?.[1]);
  if (files >= least && files <= most) return cost;
  throw new Error(`a render should have written ${least} to ${most} files: ${cost.said}`);
}
