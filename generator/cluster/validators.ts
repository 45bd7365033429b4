import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import { asset } from "../assets.ts";

// Compiling takes longer than rendering fifty clusters. So this file is not in dist/: bin/validators.mjs writes what ajv
// makes of the same schemas and options in its place.
const ajv = new Ajv2020(JSON.parse(asset("generator/cluster/validation.json")));

const compile = (name: string): ValidateFunction =>
  ajv.compile(JSON.parse(asset(`generator/cluster/${name}`)));

/** For each kind of document a check that also fills in the defaults of what it is given. */
export const validators = {
  cluster: compile("schema.json"),
  operator: compile("operator-configuration.schema.json"),
  settings: compile("settings.schema.json"),
  kustomization: compile("kustomization.schema.json"),
} as const;

export type { ErrorObject, ValidateFunction };
