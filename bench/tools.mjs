// What a user would take instead: input for the same objects (model.mjs), and the command that makes files of it.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { filled, textOf } from "./model.mjs";

const cdk8s = process.env["PGRENDER_BENCH_CDK8S"];

/** The tools that are here: on the PATH, and cdk8s in the folder that PGRENDER_BENCH_CDK8S names. */
export function toolsHere() {
  return tools.flatMap((tool) => {
    const version = tool.version();
    return version === undefined ? [] : [{ ...tool, version }];
  });
}

const tools = [
  { name: "jsonnet", version: () => said("jsonnet", "--version"), write: writeJsonnet, build: jsonnet },
  {
    name: "cdk8s, bare objects",
    version: () => cdk8sVersion("cdk8s"),
    write: writeCdk8s,
    build: (dir, output) => buildCdk8s(dir, output, ""),
  },
  {
    name: "cdk8s, classes of cdk8s-plus",
    version: () => cdk8sVersion("cdk8s-plus-32"),
    write: writeCdk8s,
    build: (dir, output) => buildCdk8s(dir, output, "typed"),
    alike: withoutKindsOfClaims,
  },
  {
    name: "helm template, two at a time",
    version: () => said("helm", "version", "--short"),
    write: writeHelm,
    build: helm,
  },
  {
    name: "kustomize, JSON patches, two at a time",
    version: () => said("kustomize", "version"),
    write: (dir, model) => writeKustomize(dir, model, jsonPatch),
    build: kustomize,
  },
  {
    name: "kustomize, strategic merges, two at a time",
    version: () => said("kustomize", "version"),
    write: (dir, model) => writeKustomize(dir, model, strategicMerge),
    build: kustomize,
    alike: withoutOrderOfNames,
  },
];

function said(command, ...args) {
  const { status, stdout } = spawnSync(command, args, { encoding: "utf8" });
  return status === 0 ? `${command} ${stdout.trim()}` : undefined;
}

function write(dir, path, text) {
  const file = join(dir, path);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, text);
}

function writeIds(dir, { clusters }) {
  write(dir, "ids", clusters.map(({ id }) => `${id}\n`).join(""));
}

// A base, the objects of the first cluster, and an overlay for each with one patch an object.
function writeKustomize(dir, model, patchOf) {
  writeIds(dir, model);
  const [first] = model.clusters;
  const names = first.objects.map((_, index) => `${index}.yaml`);
  first.objects.forEach((object, index) => write(dir, `base/${names[index]}`, JSON.stringify(object)));
  write(dir, "base/kustomization.yaml", JSON.stringify({ resources: names }));
  for (const { id, values, objects } of model.clusters) {
    const patches = first.objects.map(({ kind, metadata: { name } }, index) => ({
      target: { kind, name },
      options: { allowNameChange: true },
      patch: JSON.stringify(patchOf(model, index, values)),
    }));
    // A strategic merge leaves the namespace as it was.
    const { namespace } = objects[0].metadata;
    const overlay = { resources: ["../../base"], ...(patchOf === strategicMerge && { namespace }), patches };
    write(dir, `overlays/${id}/kustomization.yaml`, JSON.stringify(overlay));
  }
}

function jsonPatch(model, index, values) {
  return model.holes[index].map((hole) => ({
    op: "replace",
    path: `/${hole.path.map((step) => String(step).replaceAll("~", "~0").replaceAll("/", "~1")).join("/")}`,
    value: values[hole.index],
  }));
}

function strategicMerge(model, index, values) {
  const { apiVersion, kind } = model.objects[index];
  return { apiVersion, kind, ...different(model.objects[index], values) };
}

/** What of an object differs between clusters, or undefined; lists that Kubernetes merges by name hold their part alone. */
function different(tree, values) {
  if (!hasHole(tree)) return undefined;
  if ("$" in tree) return values[tree.$];
  if (!Array.isArray(tree))
    return Object.fromEntries(
      Object.entries(tree).flatMap(([key, entry]) => {
        const part = different(entry, values);
        return part === undefined ? [] : [[key, part]];
      }),
    );
  if (!tree.every((item) => typeof item.name === "string")) return filled(tree, values);
  return tree.filter(hasHole).map((item) => ({ name: item.name, ...different(item, values) }));
}

function hasHole(tree) {
  if (typeof tree !== "object" || tree === null) return false;
  return "$" in tree || Object.values(tree).some(hasHole);
}

/** A strategic merge moves the entries that it patches to the front of their list. */
function withoutOrderOfNames(tree) {
  if (typeof tree !== "object" || tree === null) return tree;
  if (!Array.isArray(tree))
    return Object.fromEntries(Object.entries(tree).map(([key, entry]) => [key, withoutOrderOfNames(entry)]));
  const items = tree.map(withoutOrderOfNames);
  if (!items.every((item) => typeof item?.name === "string")) return items;
  return items.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function kustomize(dir, output) {
  return `cd '${output}' && xargs mkdir < '${dir}/ids' &&
xargs -P2 -I{} kustomize build '${dir}/overlays/{}' -o '${output}/{}' < '${dir}/ids'`;
}

function writeHelm(dir, model) {
  writeIds(dir, model);
  write(dir, "chart/Chart.yaml", "apiVersion: v2\nname: fleet\nversion: 1.0.0\n");
  model.objects.forEach((object, index) => {
    // Scripts may hold what opens an action.
    const escaped = JSON.parse(JSON.stringify(object).replaceAll("{{", '{{ \\"{{\\" }}'));
    const template = textOf(escaped, (at) => `{{ index .Values.v ${at} | toJson }}`);
    write(dir, `chart/templates/${index}.yaml`, unescaped(template));
  });
  for (const { id, values } of model.clusters) write(dir, `values/${id}.yaml`, JSON.stringify({ v: values }));
}

/** An action inside of a JSON text: its quotes are its own. */
function unescaped(template) {
  return template.replaceAll('{{ \\"{{\\" }}', '{{ "{{" }}');
}

function helm(dir, output) {
  return `xargs -P2 -I{} helm template {} '${dir}/chart' -f '${dir}/values/{}.yaml' --output-dir '${output}/{}' < '${dir}/ids'`;
}

function writeJsonnet(dir, model) {
  const fields = model.objects.map((object) => textOf(object, (at) => `v[${at}]`));
  write(dir, "objects.libsonnet", `function(v) [\n${fields.join(",\n")}\n]\n`);
  for (const { id, values } of model.clusters) write(dir, `values/${id}.json`, JSON.stringify(values));
  const clusters = model.clusters.map(({ id }) => `{ id: '${id}', v: import 'values/${id}.json' }`);
  write(
    dir,
    "main.jsonnet",
    `local objects = import 'objects.libsonnet';
{
  [c.id + '/' + std.asciiLower(o.kind) + '-' + o.metadata.name + '.yaml']: std.manifestYamlDoc(o, quote_keys=false)
  for c in [${clusters.join(",\n")}]
  for o in objects(c.v)
}
`,
  );
}

function jsonnet(dir, output) {
  return `jsonnet -S -c -m '${output}' '${dir}/main.jsonnet'`;
}

function cdk8sVersion(name) {
  const description = cdk8s === undefined ? "" : join(cdk8s, "node_modules", name, "package.json");
  return existsSync(description)
    ? `${name} ${JSON.parse(readFileSync(description, "utf8")).version}`
    : undefined;
}

function writeCdk8s(dir, { objects, clusters }) {
  const values = clusters.map((cluster) => ({ id: cluster.id, values: cluster.values }));
  write(dir, "model.json", JSON.stringify({ objects, clusters: values }));
}

/** Its classes leave these out where they are known. */
function withoutKindsOfClaims(object) {
  const templates = object.spec?.volumeClaimTemplates;
  if (templates === undefined) return object;
  const volumeClaimTemplates = templates.map(({ metadata, spec }) => ({ metadata, spec }));
  return { ...object, spec: { ...object.spec, volumeClaimTemplates } };
}

function buildCdk8s(dir, output, typed) {
  const program = fileURLToPath(new URL("./cdk8s.mjs", import.meta.url));
  return `node '${program}' '${cdk8s}' '${dir}/model.json' '${output}' ${typed}`;
}
