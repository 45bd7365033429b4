import { components } from "../../generator/components.ts";
import type { Cluster } from "../../generator/cluster/cluster.ts";
import type { KubeObject } from "../../generator/kube/object.ts";
import { fleets } from "../../generator/pipeline/fleet.ts";
import { load } from "../../generator/pipeline/load.ts";
import { resolve } from "../../generator/pipeline/resolve.ts";
import { validate } from "../../generator/pipeline/validate.ts";
import { isError, type Problem } from "../../generator/problem.ts";
import { render } from "../../generator/render.ts";
import { base, kindOf, type ValueSample } from "./value-samples.ts";

/** What we have against a value. */
export function ourErrors({ path, value }: ValueSample): readonly Problem[] {
  const text = JSON.stringify(withValue(base, path.split("/"), value));
  return render([{ path: "a.yaml", text }]).problems.filter(isError);
}

/** What would be rendered of a value if nothing were held against it. */
export function unchecked(sample: ValueSample): readonly KubeObject[] {
  const [, ...steps] = sample.path.split("/");
  const spec: Cluster["spec"] = JSON.parse(JSON.stringify(withValue(valid.spec, steps, sample.value)));
  const cluster = { ...valid, spec };
  return components.flatMap((component) => component(cluster)).filter(({ kind }) => kind === kindOf(sample));
}

const valid: Cluster = cluster();

function cluster(): Cluster {
  const { sources } = load([{ path: "a.yaml", text: JSON.stringify(base) }]);
  const documents = sources.flatMap((source) => validate(source).valid ?? []);
  const [document] = documents.filter(({ kind }) => kind === "cluster");
  if (document?.kind !== "cluster") throw new Error("the base is not valid");
  return resolve(document.document, document.source, fleets(documents).of("")).cluster;
}

function withValue(tree: unknown, [step, ...rest]: readonly string[], value: unknown): unknown {
  if (step === undefined) return value;
  if (Array.isArray(tree)) return tree.with(Number(step), withValue(tree[Number(step)], rest, value));
  const fields: Readonly<Record<string, unknown>> =
    typeof tree === "object" && tree !== null ? { ...tree } : {};
  return { ...fields, [step]: withValue(fields[step], rest, value) };
}
