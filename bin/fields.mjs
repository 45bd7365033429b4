/**
 * docs/fields.md: every field of the given kinds in tables, one table per group of fields, with a table of contents.
 * Takes for each document its kinds, its parsed schema and a prefix that tells its links from those of others, and what
 * says in words which texts a pattern takes; returns the text.
 */
export function fields(documents, form) {
  const chapters = documents.map((document) => chapter({ ...document, form }));
  return `# Fields

Generated from the schemas in \`generator/cluster\` by \`npm run generate\`. \`pgrender explain FIELD\` says the same on the command line.

\`<name>\` stands for a key of your own, \`[]\` for the items of a list. A field in **bold** has to be there. Every field that is
not marked otherwise shapes the manifests:

- **Later**: accepted with a warning, and not rendered by [this version](#later).
- **At run time**: has a meaning only while an operator runs; it is warned of, with the way to do it [here](#run-time).
- **PostgresCluster**: not part of CPO's own kind, \`postgresql\`.

<!-- prettier-ignore-start -->
${chapters.map(contents).join("\n")}
- Fields [of later versions](#later), and [of a running operator](#run-time)

${chapters.map(({ text }) => text).join("\n")}
${withoutEffect(chapters)}
<!-- prettier-ignore-end -->
`;
}

function contents({ title, anchor, tables }) {
  const links = tables.filter(({ path }) => path !== "").map(({ path, id }) => `[\`${path}\`](#${id})`);
  return `- [${title}](#${anchor}): ${links.join(", ")}`;
}

/** The table of the document's own fields, then one table for each object in metadata, spec and the like. */
function chapter({ kinds, schema, prefix, form }) {
  const context = { schema, prefix, form };
  const entries = Object.entries(schema.properties).map(([name, property]) =>
    field(name, property, { ...context, required: schema.required.includes(name) }),
  );
  const own = entries.filter(({ properties }) => properties === undefined);
  const tables = [
    table({ path: "", id: "", entries: own }),
    ...entries.filter(({ properties }) => properties !== undefined).flatMap(objectTables),
  ];
  const [title, anchor] = [kinds.join(", "), kinds.join("-").toLowerCase()];
  const text = `<a id="${anchor}"></a>\n\n## ${title}\n\n${schema.description}\n\n${tables.map((each) => each.text).join("\n")}`;
  return { title, anchor, tables, text };
}

/** Two levels of headings are enough to find a field; deeper ones become rows with their path. */
function objectTables(parent) {
  const flat = [];
  const nested = [];
  for (const child of children(parent)) {
    if (child.properties === undefined) flat.push(...rows(child));
    else nested.push(table({ path: child.path, id: child.id, entries: rows(child), note: sentence(child) }));
  }
  const note = sentence(parent);
  return flat.length > 0
    ? [table({ path: parent.path, id: parent.id, entries: flat, note }), ...nested]
    : nested;
}

/** The fields of a group, named as they are within it. */
function table({ path, id, entries, note = "" }) {
  // What the group itself is stands above the table.
  const shown = entries.length === 1 ? entries : entries.filter((entry) => entry.path !== path);
  const title = path === "" ? "" : `<a id="${id}"></a>\n\n### \`${path}\`\n\n`;
  const head = "| field | type | default | description |\n| --- | --- | --- | --- |\n";
  return {
    path,
    id,
    entries,
    text: `${title}${note}${head}${shown.map((entry) => row(entry, path)).join("")}`,
  };
}

function sentence(entry) {
  const text = described(entry);
  return text === "" ? "" : `${text}\n\n`;
}

function row(entry, group) {
  const { path, id, type, limits, node, required } = entry;
  const name = `\`${group !== "" && path.startsWith(`${group}.`) ? path.slice(group.length + 1) : path}\``;
  const anchored = path === group ? name : `<a id="${id}"></a>${required ? `**${name}**` : name}`;
  const given = node.default ?? node["x-default"];
  const value = given === undefined ? "" : `\`${JSON.stringify(given)}\``;
  return `| ${[anchored, [type, limits].filter(Boolean).join("<br>"), value, described(entry)].map(cell).join(" | ")} |\n`;
}

function described({ description = "", node, remark, inherited }) {
  const only = node["x-only"] === undefined ? [] : [`**${node["x-only"]}.**`];
  const old = node.deprecated === true ? ["**Old form.**"] : [];
  const marks = { later: "**Later.**", runtime: "**At run time.**" };
  const said = remark === undefined ? [] : [marks[remark.kind], ...(inherited ? [] : [remark.text])];
  return [...only, ...old, description, ...said].flat().filter(Boolean).join(" ");
}

/** A text in a cell: what would end it, or be taken for a tag, is spelt otherwise. */
function cell(text) {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}

/** What is accepted and shapes nothing, each with a link to it. */
function withoutEffect(chapters) {
  const all = chapters.flatMap(({ tables, title }) =>
    tables.flatMap(({ entries }) =>
      entries.filter(({ inherited }) => !inherited).map((entry) => ({ ...entry, title })),
    ),
  );
  const list = (kind) =>
    all
      .filter(({ remark }) => remark?.kind === kind)
      .map(
        ({ path, id, title, remark }) =>
          `- [\`${path}\`](#${id}) of ${title}: ${[remark.text].flat().join(" ")}\n`,
      )
      .join("");
  return `<a id="later"></a>

## Of later versions

${list("later")}
<a id="run-time"></a>

## Of a running operator

${list("runtime")}`;
}

/** The field and all below it, but without the containers that say nothing more than their children. */
function rows(entry) {
  const below = children(entry).flatMap(rows);
  const isMere = entry.properties !== undefined && below.length > 0 && !entry.path.includes("[]");
  return isMere && entry.remark === undefined ? below : [entry, ...below];
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

function field(path, property, { schema, prefix, form, required, above }) {
  const node = resolve(property, schema);
  const own = remarkOf(node);
  const remark = own ?? above;
  const { description, properties } = node;
  return {
    path,
    id: `${prefix}${path.replaceAll(/[<>]/g, "")}`,
    node,
    properties,
    required,
    description,
    remark,
    inherited: own === undefined && above !== undefined,
    type: typeName(node, schema),
    limits: limitsOf(node, { schema, form }),
    context: { schema, prefix, form, above: remark },
  };
}

function remarkOf(node) {
  if (node["x-later"] !== undefined) return { kind: "later", text: node["x-later"] };
  return node["x-runtime"] === undefined ? undefined : { kind: "runtime", text: node["x-runtime"] };
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

/** What a value has to be, in words, mostly with an example. */
function limitsOf(node, { schema, form }) {
  if (node.items !== undefined) return limitsOf(resolve(node.items, schema), { schema, form });
  const { minimum, maximum, pattern } = node;
  const range =
    minimum === undefined
      ? maximum === undefined
        ? []
        : [`at most ${maximum}`]
      : [maximum === undefined ? `at least ${minimum}` : `${minimum} to ${maximum}`];
  return [...(pattern === undefined || node.enum !== undefined ? [] : [form(pattern)]), ...range].join("; ");
}
