// What a strategic merge has to know of a schema, in the form of Kubernetes' own OpenAPI: which lists merge, by which
// keys, and what is below them. Everything else about a field is left out: kustomize asks for nothing else.

const KEYS = ["x-kubernetes-patch-strategy", "x-kubernetes-patch-merge-key", "x-kubernetes-list-map-keys"];
const GVK = "x-kubernetes-group-version-kind";
const META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

/** The definitions of an API server's OpenAPI (v2) that hold a list which merges, with the way to it. */
export function kubernetes(definitions) {
  const all = new Map(Object.entries(definitions).filter(([name]) => name.startsWith("io.k8s.")));
  const kinds = [...all].filter(([name, node]) => node[GVK] && node.properties?.metadata && !isList(name));
  const merging = reaching(all);
  const kept = new Map();
  const keep = (name) => {
    if (kept.has(name)) return;
    const node = all.get(name);
    const properties = sorted(node.properties ?? {}).flatMap(([key, field]) => {
      const slim = field === undefined ? undefined : slimmed(field, merging);
      return slim === undefined ? [] : [[key, slim]];
    });
    const definition = { type: "object", properties: Object.fromEntries(properties) };
    if (node[GVK]) definition[GVK] = node[GVK];
    kept.set(name, definition);
    for (const [, field] of properties) for (const other of references(field)) keep(other);
  };
  for (const [name] of kinds) keep(name);
  return Object.fromEntries(sorted(Object.fromEntries(kept)));
}

/** The same of the project's own kinds: all fields of theirs, each kind being { schema, group, version, kind }. */
export function ours(kinds) {
  const definitions = {};
  for (const { schema, group, version, kind } of kinds) {
    const scope = `dev.pgrender.v1.${schema.title}`;
    const definition = converted(schema, scope);
    const properties = { ...definition.properties, metadata: { $ref: `#/definitions/${META}` } };
    definitions[`${reversed(group)}.${version}.${kind}`] = {
      ...definition,
      properties,
      [GVK]: [{ group, kind, version }],
    };
    for (const [key, node] of Object.entries(schema.$defs ?? {})) {
      if (key !== "Metadata") definitions[`${scope}.${key}`] = converted(node, scope);
    }
  }
  return Object.fromEntries(sorted(definitions));
}

function reversed(group) {
  return group.split(".").reverse().join(".");
}

function merges(field) {
  return field.type === "array" && (field[KEYS[0]] ?? "").split(",").includes("merge");
}

/** The names of the definitions below which a list merges. */
function reaching(definitions) {
  const found = new Set();
  for (let before = -1; before < found.size;) {
    before = found.size;
    for (const [name, node] of definitions) {
      const fields = Object.values(node.properties ?? {});
      if (fields.some((field) => merges(field) || references(field).some((other) => found.has(other))))
        found.add(name);
    }
  }
  return found;
}

function references(field) {
  const node = field.items ?? field.additionalProperties ?? field.allOf?.[0] ?? field;
  return node.$ref === undefined ? [] : [node.$ref.slice("#/definitions/".length)];
}

function slimmed(field, merging) {
  const target = references(field).find((name) => merging.has(name));
  if (target === undefined && !merges(field)) return undefined;
  const plain = { type: field.items?.type ?? "object" };
  const below = target === undefined ? plain : { $ref: `#/definitions/${target}` };
  if (field.type === "array") return { type: "array", items: below, ...keywords(field) };
  return field.additionalProperties ? { type: "object", additionalProperties: below } : below;
}

/** A schema of ours as Swagger 2 has it: one type, references among `definitions`, no rules about values. */
function converted(node, scope) {
  if (node["x-kubernetes-type"] !== undefined) return { $ref: `#/definitions/${node["x-kubernetes-type"]}` };
  if (node.$ref !== undefined)
    return { $ref: `#/definitions/${scope}.${node.$ref.slice("#/$defs/".length)}` };
  const type = [node.type].flat().find((name) => name !== "null");
  const result = type === undefined ? {} : { type };
  if (node.items !== undefined) result.items = converted(node.items, scope);
  if (typeof node.additionalProperties === "object")
    result.additionalProperties = converted(node.additionalProperties, scope);
  if (node.properties !== undefined)
    result.properties = Object.fromEntries(
      Object.entries(node.properties).map(([key, field]) => [key, converted(field, scope)]),
    );
  return { ...result, ...keywords(node) };
}

function keywords(node) {
  return Object.fromEntries(KEYS.filter((key) => node[key] !== undefined).map((key) => [key, node[key]]));
}

function isList(name) {
  return name.endsWith("List");
}

function sorted(object) {
  return Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1));
}
