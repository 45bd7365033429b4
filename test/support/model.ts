import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { at, isTree, textAt, type Tree } from "./object.ts";

type Model = new (data: Tree) => { validate(): void };

/** What the published schema of the object's kind has against it; undefined if nothing. */
export async function faults(object: Tree): Promise<string | undefined> {
  const schemas = own.find(({ group }) => textAt(object, "apiVersion").includes(group));
  if (schemas !== undefined) return customFaults(object, schemas.definitions);
  const Kind = await model(object);
  try {
    new Kind(object).validate();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function model(object: Tree): Promise<Model> {
  const kind = textAt(object, "kind");
  // By its path: the index of the package loads every kind that there is.
  const module: unknown = await import(`kubernetes-models/${textAt(object, "apiVersion")}/${kind}`);
  const found = isTree(module) ? module[kind] : undefined;
  if (isModel(found)) return found;
  throw new Error(`there is no model of ${kind}`);
}

function isModel(value: unknown): value is Model {
  return typeof value === "function";
}

/** Kinds that are defined by a cluster's own objects: what those say of a spec. */
const own: readonly { readonly group: string; readonly definitions: unknown }[] = [
  { group: "cert-manager.io", file: "cert-manager.json" },
  // External Secrets 0.19.2, as far as it is rendered: a field that is not in it is none.
  { group: "external-secrets.io", file: "external-secrets.json" },
  { group: "monitoring.coreos.com", file: "prometheus-operator.json" },
].map(({ group, file }) => ({ group, definitions: JSON.parse(readFileSync(`test/kube/${file}`, "utf8")) }));

function customFaults(object: Tree, definitions: unknown): string | undefined {
  const ajv = new Ajv({ allowUnionTypes: true });
  const schema = at(definitions, textAt(object, "kind"));
  if (!isTree(schema)) return `there is no schema of ${textAt(object, "kind")}`;
  return ajv.validate(schema, at(object, "spec")) ? undefined : ajv.errorsText();
}
