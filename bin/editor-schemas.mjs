// The JSON Schemas that editors read: draft 7, which all of them know, one document a kind.

/** The schema of one kind of document of `schema`, with what becomes of a field added to its description. */
export function editorSchema({ schema, group, version, kind }) {
  const own = pruned(schema, kind);
  const { $defs, $schema: _draft, not: _kinds, title: _title, ...rest } = own;
  const properties = {
    ...rest.properties,
    apiVersion: { const: `${group}/${version}`, description: `Always ${group}/${version}.` },
    kind: { const: kind, description: `Always ${kind}.` },
  };
  const used = reachable({ ...rest, properties }, $defs ?? {});
  const definitions = Object.fromEntries(Object.entries($defs ?? {}).filter(([name]) => used.has(name)));
  const text = JSON.stringify({ ...rest, properties, definitions }).replaceAll("#/$defs/", "#/definitions/");
  return { $schema: "http://json-schema.org/draft-07/schema#", title: kind, ...JSON.parse(text) };
}

/** One schema for a whole folder: what a document's kind is decides which one holds. */
export function anyKind(kinds) {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "pgrender",
    description: "Any document that pgrender reads, by its apiVersion and kind.",
    allOf: kinds.map(({ group, version, kind, file }) => ({
      if: {
        properties: { apiVersion: { const: `${group}/${version}` }, kind: { const: kind } },
        required: ["apiVersion", "kind"],
      },
      // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
      then: { $ref: file },
    })),
  };
}

function pruned(node, kind) {
  if (Array.isArray(node)) return node.map((item) => pruned(item, kind));
  if (typeof node !== "object" || node === null) return node;
  const entries = Object.entries(node).flatMap(([key, value]) => {
    if (key.startsWith("x-")) return [];
    if (key === "description")
      return [[key, [value, node["x-later"], node["x-runtime"]].filter(Boolean).join(" ")]];
    if (key !== "properties") return [[key, pruned(value, kind)]];
    const fields = Object.entries(value).filter(([, field]) => (field["x-only"] ?? kind) === kind);
    return [[key, Object.fromEntries(fields.map(([name, field]) => [name, pruned(field, kind)]))]];
  });
  return Object.fromEntries(entries);
}

function reachable(node, definitions, found = new Set()) {
  for (const [, name] of JSON.stringify(node).matchAll(/"#\/\$defs\/([^"]+)"/g)) {
    if (found.has(name)) continue;
    found.add(name);
    reachable(definitions[name], definitions, found);
  }
  return found;
}
