// The least that a renderer does: write objects that it has already. `node floor.mjs yaml|own PACK FOLDER`, where a line
// of the pack is one cluster: {"folder", "files": [[name, object] …]}. Nothing is validated, compared or recorded.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [emitter, pack, output] = process.argv.slice(2);
const header = "# Rendered by pgrender. Change the spec, not this file.\n";
const emit = emitter === "own" ? await ownEmitter() : await yamlPackage();

for (const line of lines(readFileSync(pack))) {
  const { folder, files } = JSON.parse(line);
  mkdirSync(join(output, folder), { recursive: true });
  for (const [name, object] of files) writeFileSync(join(output, folder, name), header + emit(object));
}

async function ownEmitter() {
  const { yaml } = await import("../dist/kube/yaml.js");
  return yaml;
}

/** As one calls it to be read by kubectl: strings such as "on" in quotes, no folding, no anchors. */
async function yamlPackage() {
  const { stringify } = await import("yaml");
  return (object) =>
    stringify(object, { version: "1.1", lineWidth: 0, aliasDuplicateObjects: false, indentSeq: false });
}

/** Cluster by cluster, so that the floor's memory is that of one cluster's objects, not of all. */
function* lines(bytes) {
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf("\n", start);
    yield bytes.toString("utf8", start, end);
    start = end + 1;
  }
}
