import { asset } from "../assets.ts";
import type { ClusterDocument, Kustomization, OperatorConfiguration, Settings } from "./spec.ts";
import { validators, type ErrorObject, type ValidateFunction } from "./validators.ts";

/** The documents that pgrender reads, by what the schema of each is for. */
export type Documents = {
  readonly cluster: ClusterDocument;
  readonly operator: OperatorConfiguration;
  readonly settings: Settings;
  readonly kustomization: Kustomization;
};

/** A part of a schema, as far as this program looks into one. */
export type Schema = {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly default?: unknown;
  readonly "x-kubernetes-type"?: string;
  readonly "x-kubernetes-value"?: string;
  readonly "x-only"?: string;
  readonly "x-later"?: string;
  readonly "x-runtime"?: string;
  readonly "x-default"?: unknown;
  readonly "x-refused"?: string;
};

const schemaFiles: Readonly<Record<keyof Documents, string>> = {
  cluster: "schema.json",
  operator: "operator-configuration.schema.json",
  settings: "settings.schema.json",
  kustomization: "kustomization.schema.json",
};

const loaded = new Map<keyof Documents, { schema: Schema; validate: ValidateFunction }>();

/** The schema of a kind of document, and a check that also fills in the defaults of what it is given. */
export function schemaOf(kind: keyof Documents): { schema: Schema; validate: ValidateFunction } {
  const known = loaded.get(kind);
  if (known !== undefined) return known;
  const schema: Schema = JSON.parse(asset(`generator/cluster/${schemaFiles[kind]}`));
  const found = { schema, validate: validators[kind] };
  loaded.set(kind, found);
  return found;
}

const definitions = new WeakMap<Schema, Schema>();

/** A part of a schema together with the definition that it refers to. */
export function followed(root: Schema, schema: Schema): Schema {
  if (schema.$ref === undefined) return schema;
  const known = definitions.get(schema);
  if (known !== undefined) return known;
  const joined = { ...root.$defs?.[schema.$ref.replace("#/$defs/", "")], ...schema };
  definitions.set(schema, joined);
  return joined;
}

export type { ErrorObject };
