import { isTree, textAt, type Tree } from "./object.ts";

type Model = new (data: Tree) => { validate(): void };

/** What the published schema of the object's kind has against it; undefined if nothing. */
export async function faults(object: Tree): Promise<string | undefined> {
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
