import { followed, schemaOf, type ErrorObject, type Schema } from "../cluster/schemas.ts";
import type { ClusterDocument, OperatorConfiguration, Settings } from "../cluster/spec.ts";
import { isError, type Problem } from "../problem.ts";
import { copyOf } from "../record.ts";
import type { Path, Source } from "./source.ts";
import { excerpt, mostErrors } from "./finding.ts";
import { kubernetesFaults, type Said } from "./kubernetes.ts";
import { explain, fieldName, nearest, type Explained, show } from "./messages.ts";
import { hasNull, withoutNulls } from "./nulls.ts";

/** A document that has the form it needs, with its defaults filled in, and the source that knows its lines. */
export type Valid =
  | { readonly kind: "cluster"; readonly document: ClusterDocument; readonly source: Source }
  | { readonly kind: "operator"; readonly document: OperatorConfiguration; readonly source: Source }
  | { readonly kind: "settings"; readonly document: Settings; readonly source: Source };

const cpo = "cpo.opensource.cybertec.at";
type Known = Valid["kind"];
const kinds: Readonly<Record<string, Known>> = {
  [`${cpo}/v1 postgresql`]: "cluster",
  "pgrender.dev/v1 PostgresCluster": "cluster",
  [`${cpo}/v1 OperatorConfiguration`]: "operator",
  "pgrender.dev/v1 Settings": "settings",
};

const kindNames = Object.keys(kinds).map((name) => name.split(" ")[1] ?? "");

/** A cluster under a misspelt group, or in a list, must not pass for somebody else's object: its files would be removed. */
function isMistaken(apiVersion: string, kind: string): boolean {
  const named = kindNames.some((name) => name.toLowerCase() === kind.toLowerCase());
  const grouped = /^(pgrender\.dev|cpo\.opensource\.cybertec\.at|kustomize\.config\.k8s\.io)\//.test(
    apiVersion,
  );
  return named || grouped || kind === "List" || apiVersion === "" || kind === "";
}

/** Whether a document is an object of the user's, and none of the kinds that are read here. */
export function isForeign(value: unknown): boolean {
  const { apiVersion, kind } = header(value);
  return !isMistaken(apiVersion, kind);
}

/** Checks a document against the schema of its kind. */
export function validate(source: Source): { valid?: Valid; problems: Problem[] } {
  const { apiVersion, kind } = header(source.value);
  const known = kinds[`${apiVersion} ${kind}`];
  if (known === undefined) return { problems: [foreign(source, apiVersion, kind)] };
  const { schema, validate: check } = schemaOf(known);
  const valid = read(known, source);
  const problems = (valid === undefined ? (check.errors ?? []) : [])
    // Said in full by the error about the name itself, or by the one about the type.
    .filter((error) => error.keyword !== "propertyNames")
    .filter(
      (error, _index, all) => error.keyword !== "enum" || !all.some((other) => sameTypeError(other, error)),
    )
    .slice(0, mostErrors)
    .map((error) => problem(source, explain(error)));
  // What the author wrote, without the defaults: only that can be a field too many.
  const walk: Walk = { source, root: schema, ownKind: kind === "PostgresCluster" };
  const said = new Set(problems.map(place));
  problems.push(...fields(walk, schema, source.value, []).filter((one) => !said.has(place(one))));
  return valid === undefined || problems.some(isError) ? { problems } : { valid, problems };
}

/** What a schema of ours and Kubernetes' own both say is said once. */
function place({ rule, at }: Problem): string {
  return `${rule} ${at.line}:${at.column}`;
}

function sameTypeError(one: ErrorObject, other: ErrorObject): boolean {
  return one.keyword === "type" && one.instancePath === other.instancePath;
}

/**
 * The document with its defaults, if the schema of its kind accepts it; the types of `Documents` are generated from the
 * same schemas.
 */
function read(kind: Known, source: Source): Valid | undefined {
  const { schema, validate: check } = schemaOf(kind);
  const document: unknown = hasNull(source.value)
    ? withoutNulls(schema, schema, source.value)
    : copyOf(source.value);
  switch (kind) {
    case "cluster":
      return accepts<ClusterDocument>(check, document) ? { kind, document, source } : undefined;
    case "operator":
      return accepts<OperatorConfiguration>(check, document) ? { kind, document, source } : undefined;
    case "settings":
      return accepts<Settings>(check, document) ? { kind, document, source } : undefined;
  }
}

function accepts<T>(check: (data: unknown) => unknown, document: unknown): document is T {
  return check(document) === true;
}

function header(value: unknown): { apiVersion: string; kind: string } {
  if (typeof value !== "object" || value === null) return { apiVersion: "", kind: "" };
  const apiVersion = "apiVersion" in value ? value.apiVersion : "";
  const kind = "kind" in value ? value.kind : "";
  return {
    apiVersion: typeof apiVersion === "string" ? apiVersion : "",
    kind: typeof kind === "string" ? kind : "",
  };
}

/** A document of no kind that is read here. Nothing is dropped in silence. */
function foreign(source: Source, apiVersion: string, kind: string): Problem {
  const at = source.placeOf(["kind"], "value");
  if (apiVersion === "" || kind === "") {
    return {
      rule: "no-kind",
      severity: "error",
      message: `the document has no ${[apiVersion === "" ? "apiVersion" : "", kind === "" ? "kind" : ""].filter(Boolean).join(" and no ")}`,
      fix: `a cluster is apiVersion: pgrender.dev/v1, kind: PostgresCluster, or ${cpo}/v1, postgresql`,
      at: source.placeOf([]),
    };
  }
  if (apiVersion.startsWith("kustomize.config.k8s.io/")) {
    return {
      rule: "unknown-kind",
      severity: "error",
      message: `${excerpt(kind)} is read from a file named kustomization.yaml alone, so nothing is composed by this one`,
      fix: "rename the file to kustomization.yaml, in a folder of its own",
      at,
    };
  }
  if (kind === "List") {
    return {
      rule: "unknown-kind",
      severity: "error",
      message: `${apiVersion} ${show(kind)}: a list is not looked into, and could hold clusters`,
      fix: "write each item as a document of its own, separated by ---",
      at,
    };
  }
  if (isMistaken(apiVersion, kind)) {
    const known = Object.keys(kinds);
    const near = known[kindNames.indexOf(nearest(kind, kindNames) ?? "")];
    return {
      rule: "unknown-kind",
      severity: "error",
      message: `${excerpt(apiVersion)} ${excerpt(kind)} is no kind that is rendered`,
      fix: near === undefined ? `the kinds are ${known.join(", ")}` : `did you mean ${near}?`,
      at,
    };
  }
  return {
    rule: "foreign-object",
    severity: "warning",
    message: `${excerpt(apiVersion)} ${excerpt(kind)} is no cluster spec and is not rendered`,
    fix: "keep it in a folder that is applied as it is",
    at,
  };
}

type Walk = { readonly source: Source; readonly root: Schema; readonly ownKind: boolean };

/** What is to be said about fields that are there: not of this kind, not rendered yet, or of no meaning at build time. */
function fields(walk: Walk, given: Schema, value: unknown, path: Path): Problem[] {
  const schema = followed(walk.root, given);
  if (Array.isArray(value)) {
    const { items } = schema;
    return items === undefined
      ? []
      : value.flatMap((item, index) => fields(walk, items, item, [...path, index]));
  }
  if (typeof value !== "object" || value === null) return [];
  const type = schema["x-kubernetes-value"] ?? schema["x-kubernetes-type"]?.split(".").at(-1);
  const foreign =
    type === undefined ? [] : kubernetesFaults(type, value, path).map((said) => problem(walk.source, said));
  return foreign.concat(
    Object.entries(value).flatMap(([key, entry]): Problem[] => {
      const field =
        schema.properties?.[key] ??
        (typeof schema.additionalProperties === "object" ? schema.additionalProperties : undefined);
      if (field === undefined) return [];
      const here = [...path, key];
      const said = remark(walk, field, entry, here);
      if (said === undefined) return fields(walk, field, entry, here);
      return field["x-later"] === undefined ? [said] : [said, ...fields(walk, field, entry, here)];
    }),
  );
}

function remark(walk: Walk, field: Schema, value: unknown, path: Path): Problem | undefined {
  const name = () => fieldName(path);
  const at = () => walk.source.placeOf(path, "key");
  if (field["x-only"] === "PostgresCluster" && !walk.ownKind) {
    return {
      rule: "unknown-field",
      severity: "error",
      message: `${name()} is a field of PostgresCluster, CPO's own kind does not know it`,
      fix: "write apiVersion: pgrender.dev/v1, kind: PostgresCluster; all fields of postgresql are fields there too",
      at: at(),
    };
  }
  if ("x-default" in field && JSON.stringify(field["x-default"]) === JSON.stringify(value)) return undefined;
  if (field["x-runtime"] !== undefined) {
    return {
      rule: "runtime-only",
      severity: "warning",
      message: `${name()} has no effect on what is rendered`,
      fix: field["x-runtime"],
      at: at(),
    };
  }
  if (field["x-later"] !== undefined) {
    return {
      rule: "not-rendered-yet",
      severity: "warning",
      message: `${name()} is accepted, but not rendered yet: ${meaning(field["x-later"])}`,
      fix: "leave it for a later version if the cluster can do without it until then, else take it out",
      at: at(),
    };
  }
  return undefined;
}

/** The part of a schema's remark that tells what the field would do. */
function meaning(later: string): string {
  return later.replace(/^It /, "it ").replace(/; this version does not render it yet\.$/, "");
}

function problem(source: Source, { path, part, ...said }: Explained | Said): Problem {
  return { severity: "error", ...said, at: source.placeOf(path, part) };
}
