/**
 * docs/fields.md: every field of the given schemas in tables, one table per group of fields.
 * Takes the parsed schemas, returns the text.
 */
export function fields(schemas) {
  return `# Fields

Generated from the schemas in \`generator/cluster\` by \`npm run generate\`.

\`<name>\` stands for a key of your own, \`[]\` for the items of a list. A field in bold has to be there. The last column says
what becomes of a field: _rendered_ ones shape the manifests, _later_ ones are accepted with a warning and not rendered by
this version, _runtime_ ones have no meaning at build time and are warned of. _PostgresCluster_ marks fields that CPO's own
kind does not have.

<!-- prettier-ignore-start -->
${schemas.map(chapter).join("\n")}
<!-- prettier-ignore-end -->
`;
}

/** The table of the document's own fields, then one table for each object in metadata, spec and the like. */
function chapter(schema) {
  const entries = Object.entries(schema.properties).map(([name, property]) =>
    field(name, property, { schema, required: schema.required.includes(name) }),
  );
  const own = entries.filter(({ properties }) => properties === undefined);
  const tables = entries.filter(({ properties }) => properties !== undefined).flatMap(objectTables);
  return `## ${schema.title}\n\n${schema.description}\n\n${[table("", own), ...tables].join("\n")}`;
}

/** Two levels of headings are enough to find a field; deeper ones become rows with their path. */
function objectTables(parent) {
  const flat = [];
  const nested = [];
  for (const child of children(parent)) {
    if (child.properties === undefined) flat.push(...rows(child));
    else nested.push(table(child.path, rows(child), sentence(child)));
  }
  return flat.length > 0 ? [table(parent.path, flat), ...nested] : nested;
}

function table(path, entries, note = "") {
  const title = path === "" ? "" : `### \`${path}\`\n\n`;
  const head = "| field | type | default | description | status |\n| --- | --- | --- | --- | --- |\n";
  return `${title}${note}${head}${entries.map(row).join("")}`;
}

function sentence({ description, node }) {
  const only = node["x-only"] === undefined ? [] : [`Only in kind ${node["x-only"]}.`];
  return `${[description, ...only, node["x-later"] ?? node["x-runtime"] ?? []].flat().join(" ")}\n\n`;
}

function row({ path, type, node, required, description, status }) {
  const name = required ? `**\`${path}\`**` : `\`${path}\``;
  const value = node.default === undefined ? "" : `\`${JSON.stringify(node.default)}\``;
  const only = node["x-only"] === undefined ? status : `${status}, ${node["x-only"]}`;
  return `| ${[name, type, value, description, only].map(cell).join(" | ")} |\n`;
}

function cell(text) {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}

/** The field and all below it, but without the containers that say nothing more than their children. */
function rows(entry) {
  const below = children(entry).flatMap(rows);
  return entry.properties !== undefined && below.length > 0 && !entry.path.includes("[]")
    ? below
    : [entry, ...below];
}

function children(entry) {
  const { node, path, context } = entry;
  const required = (key) => node.required?.includes(key) ?? false;
  const next = (key, property) => field(`${path}.${key}`, property, { ...context, required: required(key) });
  if (node.properties !== undefined)
    return Object.entries(node.properties).map(([key, value]) => next(key, value));
  const inner = resolve(node.items ?? node.additionalProperties, context.schema);
  if (typeof inner !== "object" || inner.properties === undefined) return [];
  const below = { ...entry, node: inner, path: node.items ? `${path}[]` : `${path}.<name>` };
  return children(below);
}

function field(path, property, { schema, required, inherited }) {
  const node = resolve(property, schema);
  const status = own(node) ?? inherited ?? "rendered";
  const { description, properties } = node;
  const context = { schema, inherited: status === "rendered" ? undefined : status };
  return { path, node, properties, required, description, status, type: typeName(node, schema), context };
}

function own(node) {
  if (node["x-later"] !== undefined) return "later";
  return node["x-runtime"] === undefined ? undefined : "runtime";
}

function resolve(node, schema) {
  if (node?.$ref === undefined) return node;
  return { ...schema.$defs[node.$ref.slice("#/$defs/".length)], ...node };
}

function typeName(node, schema) {
  if (node.enum?.length > 12) return node.title;
  if (node.enum !== undefined) return node.enum.map((value) => `\`${value}\``).join(", ");
  const type = [node.type].flat().find((name) => name !== "null");
  if (type === "array") return `list of ${typeName(resolve(node.items, schema), schema)}`;
  if (type !== "object") return type ?? "anything";
  if (typeof node.additionalProperties !== "object") return "object";
  return `map of ${typeName(resolve(node.additionalProperties, schema), schema)}`;
}
