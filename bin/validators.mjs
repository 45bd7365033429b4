import { readFile } from "node:fs/promises";
import { Ajv2020 } from "ajv/dist/2020.js";
import standalone from "ajv/dist/standalone/index.js";

const schemas = {
  cluster: "schema.json",
  operator: "operator-configuration.schema.json",
  settings: "settings.schema.json",
  kustomization: "kustomization.schema.json",
};

const read = async (name) =>
  JSON.parse(await readFile(new URL(`../generator/cluster/${name}`, import.meta.url), "utf8"), undescribed);

// Errors carry the schema that they break; nobody reads a description there, and they are half of the text.
function undescribed(key, value) {
  return ["description", "title", "$comment"].includes(key) && typeof value === "string" ? undefined : value;
}

/**
 * JavaScript for the place of generator/cluster/validators.ts: the functions that ajv would compile there, with the same
 * schemas and options. test/determinism.test.ts holds that both find the same errors.
 */
export async function validatorCode() {
  const ajv = new Ajv2020({ ...(await read("validation.json")), code: { source: true, esm: true } });
  for (const [kind, file] of Object.entries(schemas)) ajv.addSchema(await read(file), kind);
  const names = Object.fromEntries(Object.keys(schemas).map((kind) => [kind, kind]));
  return `${standalone.default(ajv, names)}
export const validators = { ${Object.keys(schemas).join(", ")} };
`;
}
