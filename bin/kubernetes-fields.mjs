// The fields of Kubernetes' own types, as far as a spec can hold values of them: for each type its fields by name, with
// "!" behind one that is required. A field is s text, i whole number, b truth value, n number, q quantity, x number or
// text, o anything, or the name of a type; [ before it means a list, { a mapping, and | stands before each word that it
// may be.

const ROOTS = ["Affinity", "Container", "EnvVar", "NetworkPolicyEgressRule", "NetworkPolicyIngressRule"];
const MORE = [
  "NetworkPolicyPeer",
  "NodeAffinity",
  "PodSecurityContext",
  "Toleration",
  "TopologySpreadConstraint",
];

/** The table from the definitions of an API server's OpenAPI (v2). */
export function fieldTable(definitions) {
  const byName = new Map(
    Object.entries(definitions)
      .filter(([name]) => /^io\.k8s\.(api\.(core|networking)\.v1|apimachinery)\./.test(name))
      .map(([name, node]) => [name.split(".").at(-1), node]),
  );
  const table = {};
  const add = (name, node) => {
    if (table[name] !== undefined) return;
    table[name] = {};
    for (const [key, field] of sorted(node.properties ?? {})) {
      const required = node.required?.includes(key) ? "!" : "";
      table[name][key + required] = code(field, byName, add);
    }
  };
  for (const name of [...ROOTS, ...MORE]) add(name, byName.get(name));
  // CPO names a sidecar that has no name.
  const { "name!": name, ...rest } = table["Container"];
  table["Sidecar"] = { ...rest, name };
  // A volume without its name is what CPO calls a volumeSource.
  const { name: _name, ...sources } = byName.get("Volume").properties;
  add("VolumeSource", { properties: sources });
  return Object.fromEntries(sorted(table));
}

function code(field, byName, add) {
  if (field.$ref !== undefined) {
    const name = field.$ref.split(".").at(-1);
    if (name === "Quantity") return "q";
    if (name === "IntOrString") return "x";
    const node = byName.get(name);
    if (node?.properties === undefined) return node?.type === "string" ? "s" : "o";
    add(name, node);
    return name;
  }
  switch (field.type) {
    case "array":
      return `[${code(field.items, byName, add)}`;
    case "object":
      return field.additionalProperties ? `{${code(field.additionalProperties, byName, add)}` : "o";
    case "string":
      return ["s", ...(field.enum ?? [])].join("|");
    case "integer":
      return "i";
    case "boolean":
      return "b";
    case "number":
      return "n";
    default:
      return "o";
  }
}

function sorted(object) {
  return Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1));
}
