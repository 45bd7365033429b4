// Builds dist/ from generator/: few files, because to load some three hundred small ones takes longer than to render
// fifty clusters. `node bin/build.mjs [FOLDER] [--watch]`; the folder has to lie beside templates/, as dist/ does.
import { chmod, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { context } from "esbuild";
import { validatorCode } from "./validators.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { watch: { type: "boolean", default: false } },
});
const dist = resolve(positionals[0] ?? join(root, "dist"));

const validators = {
  name: "validators",
  setup: (build) =>
    build.onLoad({ filter: /generator\/cluster\/validators\.ts$/ }, async () => ({
      contents: await validatorCode(),
      loader: "js",
      resolveDir: join(root, "bin"),
    })),
};

await rm(dist, { recursive: true, force: true });
const built = await context({
  absWorkingDir: root,
  entryPoints: ["generator/cli.ts", "generator/fn.ts", "generator/render.ts", "generator/kube/yaml.ts"],
  outbase: "generator",
  outdir: dist,
  bundle: true,
  splitting: true,
  platform: "node",
  target: "node20.19",
  format: "esm",
  // What packages in CommonJS call.
  banner: {
    js: 'import { createRequire as createRequire_ } from "node:module"; const require = createRequire_(import.meta.url);',
  },
  metafile: true,
  logLevel: "warning",
  plugins: [validators],
});
const { metafile } = await built.rebuild();
for (const name of ["cli.js", "fn.js"]) await chmod(join(dist, name), 0o755);
await writeFile(join(dist, "LICENSES.txt"), await licenses(Object.keys(metafile.inputs)));
await (options.watch ? built.watch() : built.dispose());

/** The licences of the packages whose code is in the bundle: they ask for it. */
async function licenses(inputs) {
  const folders = inputs.flatMap((path) => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []);
  const texts = [...new Set(folders)].map(async (folder) => {
    const name = (await readdir(join(root, folder))).find((file) => /^licen[cs]e/i.test(file));
    if (name === undefined) throw new Error(`${folder} has no file with its licence`);
    return `${folder.replace("node_modules/", "")}\n\n${await readFile(join(root, folder, name), "utf8")}`;
  });
  return (await Promise.all(texts)).join(`\n${"-".repeat(80)}\n\n`);
}
