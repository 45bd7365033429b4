// Writes what follows from the schemas in generator/cluster: the types of generator/cluster/spec.ts, the tables of
// docs/fields.md, and the schemas of schemas/ for editors and kustomize. With --check it writes nothing and fails if a file differs from what it would write.
import { readFile, mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { compile } from "json-schema-to-typescript";
import { build } from "esbuild";
import { format } from "prettier";
import { stringify } from "yaml";
import { anyKind, editorSchema } from "./editor-schemas.mjs";
import { fields } from "./fields.mjs";
import { ours } from "./openapi.mjs";

const SCHEMAS = ["schema.json", "operator-configuration.schema.json", "settings.schema.json"];
const HEADER = `// Generated from schema.json by npm run generate.
// From operator-configuration.schema.json and settings.schema.json too. A field with a default is always there, because
// validation fills it in; one that may be null was nullable in CPO's CRD.
/* eslint-disable max-lines */
import type { IContainer } from "kubernetes-models/v1/Container";
import type { IEnvVar } from "kubernetes-models/v1/EnvVar";
import type { ITopologySpreadConstraint } from "kubernetes-models/v1/TopologySpreadConstraint";
import type { IVolume } from "kubernetes-models/v1/Volume";
`;

/** What is Kubernetes' own has its models' types: pipeline/kubernetes.ts holds it against the fields of these. */
const FOREIGN = {
  Container: "IContainer",
  EnvVar: "IEnvVar",
  Sidecar: '(Omit<IContainer, "name"> & { name?: string })',
  TopologySpreadConstraint: "ITopologySpreadConstraint",
  VolumeSource: 'Omit<IVolume, "name">',
};

const root = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

const json = async (path) => JSON.parse(await readFile(root(path), "utf8"));
const schemas = await Promise.all(SCHEMAS.map((name) => json(`generator/cluster/${name}`)));
const [cluster, operator, settings] = schemas;
const kustomization = await json("generator/cluster/kustomization.schema.json");
const cpo = { group: "cpo.opensource.cybertec.at", version: "v1" };
const own = { group: "pgrender.dev", version: "v1" };
const KINDS = [
  { ...own, kind: "PostgresCluster", schema: cluster },
  { ...cpo, kind: "postgresql", schema: cluster },
  { ...cpo, kind: "OperatorConfiguration", schema: operator },
  { ...own, kind: "Settings", schema: settings },
].map((kind) => ({ ...kind, file: `${kind.kind.toLowerCase()}.json` }));
const outputs = [
  {
    path: "generator/cluster/spec.ts",
    text: `${HEADER}\n${(await Promise.all([...schemas, kustomization].map(ownDefinitions).map(types))).join("\n")}`,
  },
  {
    path: "docs/fields.md",
    text: fields(
      [
        { kinds: ["PostgresCluster", "postgresql"], schema: cluster, prefix: "" },
        { kinds: ["OperatorConfiguration"], schema: operator, prefix: "operator." },
        { kinds: ["Settings"], schema: settings, prefix: "settings." },
      ],
      await forms(),
    ),
  },
  ...(await Promise.all(
    KINDS.map(async (kind) => ({ path: `schemas/${kind.file}`, text: await pretty(editorSchema(kind)) })),
  )),
  { path: "schemas/any.json", text: await pretty(anyKind(KINDS)) },
  { path: "schemas/openapi.json", text: await pretty(await openapi()) },
  { path: "schemas/configurations.yaml", text: await configurations() },
];
await (process.argv.includes("--check") ? check() : write());

/** What says in words which texts a pattern takes: the same words as in messages. */
async function forms() {
  const { outputFiles } = await build({
    entryPoints: [root("generator/pipeline/forms.ts")],
    bundle: true,
    format: "esm",
    write: false,
  });
  const { form } = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
  return form;
}

async function write() {
  for (const { path, text } of outputs) {
    await mkdir(dirname(root(path)), { recursive: true });
    await writeFile(root(path), text);
  }
}

async function check() {
  for (const { path, text } of outputs) {
    const present = await readFile(root(path), "utf8").catch(() => "");
    if (present === text) continue;
    process.stderr.write(
      `${path} does not follow from generator/cluster and generator/kube: run npm run generate.\n`,
    );
    process.exitCode = 1;
  }
}

/** For kustomize's openapi.path, which replaces the schema that is built in: so Kubernetes' kinds are in it too. */
async function openapi() {
  const { version, definitions } = await json("bin/kubernetes.openapi.json");
  return {
    swagger: "2.0",
    info: { title: `pgrender's kinds, and those of Kubernetes ${version}, for kustomize`, version: "v1" },
    paths: {},
    definitions: { ...ours(KINDS), ...definitions },
  };
}

/** For kustomize's configurations: where our kinds have images, replicas and names of others. */
async function configurations() {
  const header = `# Generated from generator/kube/field-specs.json by npm run generate, for kustomize's \`configurations\`.\n`;
  return header + stringify(await json("generator/kube/field-specs.json"));
}

function pretty(value) {
  return format(JSON.stringify(value), { parser: "json", printWidth: 110 });
}

/** A schema without the definitions that an earlier one has: what both take from Kubernetes is the same in both. */
function ownDefinitions(schema, index) {
  const earlier = Object.assign({}, ...schemas.slice(0, index).map(({ $defs }) => $defs));
  const same = Object.keys(schema.$defs ?? {}).filter((name) => name in earlier);
  for (const name of same) {
    if (JSON.stringify(schema.$defs[name]) !== JSON.stringify(earlier[name]))
      throw new Error(`${schema.title} and an earlier schema have different definitions of ${name}`);
  }
  return { schema, same };
}

/** The exported TypeScript types of one schema: its root and each of its $defs, by their titles. */
async function types({ schema, same }) {
  const tree = forTypes(schema, schema);
  for (const name of same) delete tree.$defs[name];
  const text = await compile(tree, schema.title, {
    bannerComment: "",
    additionalProperties: false,
    unreachableDefinitions: true,
    format: false,
  });
  const MAP = /\{\s*\[k: string\]: ([^;{}]+);?\s*\}/g;
  const tidy = text
    // The compiler says of each definition where it was found; the reader has the schema for that.
    .replaceAll(/\n \* ?\n \* This interface was referenced by .*\n \* via the `definition` ".*"\./g, "")
    .replaceAll(MAP, "Record<string, $1>")
    .replaceAll(MAP, "Record<string, $1>") // maps of maps
    .replaceAll(/\/\*\*\n\s*\* (.*)\n\s*\*\//g, "/** $1 */")
    // @public: they describe the whole document, also the parts that no code reads yet.
    .replaceAll(/ \*\/\nexport/g, " @public */\nexport");
  return format(tidy, { parser: "typescript", printWidth: 110 });
}

/**
 * What the compiler needs of a schema: no limits (it would turn minItems into tuples), properties with a default as
 * required ones, and references as names (it makes a second type of a reference that has a description of its own).
 */
function forTypes(node, schema) {
  if (Array.isArray(node)) return node.map((item) => forTypes(item, schema));
  if (typeof node !== "object" || node === null) return node;
  if (node.$ref !== undefined) return { description: node.description, tsType: titleOf(node, schema) };
  const foreign = FOREIGN[node["x-kubernetes-value"] ?? node["x-kubernetes-type"]?.split(".").at(-1)];
  if (foreign !== undefined && node.properties === undefined)
    return { description: node.description, tsType: foreign };
  const { title, description, type, deprecated, properties, items, additionalProperties, $defs, required } =
    node;
  const kept = { title, description, type, deprecated, required: required ?? [], enum: node.enum };
  if (type === undefined && node.enum === undefined) kept.tsType = "unknown";
  if (properties !== undefined) {
    const filled = Object.keys(properties).filter((key) => properties[key].default !== undefined);
    kept.required = [...new Set([...kept.required, ...filled])];
    kept.properties = mapValues(properties, (property) => forTypes(property, schema));
  }
  if (items !== undefined) kept.items = forTypes(items, schema);
  if (additionalProperties !== undefined) kept.additionalProperties = forTypes(additionalProperties, schema);
  if ($defs !== undefined)
    kept.$defs = mapValues($defs, (item) => forTypes({ ...item, type: nonNull(item) }, schema));
  return Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined));
}

/** A definition's type is its own name; that it may be null is said where it is referred to. */
function titleOf(reference, schema) {
  const target = schema.$defs[reference.$ref.slice("#/$defs/".length)];
  return nonNull(target) === target.type ? target.title : `${target.title} | null`;
}

function nonNull({ type }) {
  return Array.isArray(type) ? type.find((name) => name !== "null") : type;
}

function mapValues(object, change) {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}
