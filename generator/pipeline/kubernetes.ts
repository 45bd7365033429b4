import { asset } from "../assets.ts";
import type { ErrorObject } from "../cluster/schemas.ts";
import { containerChecks } from "../kube/checks/container.ts";
import type { Check } from "../kube/checks/fault.ts";
import { networkChecks } from "../kube/checks/network.ts";
import { schedulingChecks } from "../kube/checks/scheduling.ts";
import { securityChecks } from "../kube/checks/security.ts";
import { volumeChecks } from "../kube/checks/volume.ts";
import { bytes } from "../kube/quantity.ts";
import type { Severity } from "../problem.ts";
import { isRecord } from "../record.ts";
import type { Entries } from "../record.ts";
import { explain, fieldName, type Explained } from "./messages.ts";
import type { Path } from "./source.ts";

type Table = Readonly<Record<string, Readonly<Record<string, string>>>>;

const checks: Readonly<Record<string, Check>> = {
  ...containerChecks,
  ...networkChecks,
  ...schedulingChecks,
  ...securityChecks,
  ...volumeChecks,
};

let loaded: Table | undefined;

/** Read when a document first holds a value of Kubernetes' own: most hold none. */
function table(): Table {
  const read: Table = loaded ?? JSON.parse(asset("generator/kube/fields.json"));
  loaded = read;
  return read;
}

export type Said = Explained & { readonly severity: Severity };

/**
 * What the API server would say about a value of one of its types: a field it does not know, a wrong type, a field that
 * is missing, and what its own rules are about the rest.
 */
export function kubernetesFaults(type: string, value: unknown, path: Path): readonly Said[] {
  const fields = table()[type];
  if (fields === undefined || !isRecord(value)) return [];
  const known = new Map(Object.entries(fields).map(([name, code]) => [name.replace("!", ""), code]));
  const missing = Object.keys(fields)
    .filter((name) => name.endsWith("!") && (value[name.slice(0, -1)] ?? undefined) === undefined)
    .map((name) =>
      said({ keyword: "required", params: { missingProperty: name.slice(0, -1) } }, value, path),
    );
  const inner = Object.entries(value).flatMap(([key, item]) => {
    const code = known.get(key);
    const parentSchema = { properties: Object.fromEntries(known) };
    return code === undefined
      ? [
          said(
            { keyword: "additionalProperties", params: { additionalProperty: key }, parentSchema },
            value,
            path,
          ),
        ]
      : valueFaults(code, item, [...path, key]);
  });
  // What a misspelt field would have given is not missing, too.
  const misspelt = Object.keys(value).some((key) => !known.has(key));
  const more = checked(type, value, path).filter((one) => !misspelt || one.path.length > path.length);
  const told = new Set(missing.map(({ message }) => message));
  return [...missing, ...inner, ...more.filter(({ message }) => !told.has(message))];
}

function checked(type: string, value: Entries, path: Path): Said[] {
  return (checks[type]?.(value) ?? []).map(({ rule, path: below, says, fix, severity }) => ({
    rule,
    severity: severity ?? "error",
    message: `${fieldName([...path, ...below])} ${says}`,
    fix,
    path: [...path, ...below],
    part: "value",
  }));
}

function valueFaults(code: string, value: unknown, path: Path): readonly Said[] {
  // `key:` with nothing behind it is as good as left out.
  if (value === null || code === "o") return [];
  const wrong = (...types: string[]) => [said({ keyword: "type", params: { type: types } }, value, path)];
  const rest = code.slice(1);
  switch (code.charAt(0)) {
    case "[":
      return Array.isArray(value)
        ? value.flatMap((item, index) => itemFaults(rest, item, [...path, index]))
        : wrong("array");
    case "{":
      return isRecord(value)
        ? Object.entries(value).flatMap(([key, item]) => valueFaults(rest, item, [...path, key]))
        : wrong("object");
    case "s": {
      if (typeof value !== "string") return wrong("string");
      const words = rest.split("|").slice(1);
      if (words.length === 0 || words.includes(value)) return [];
      return [said({ keyword: "enum", params: { allowedValues: words } }, value, path)];
    }
    case "i":
      return Number.isInteger(value) ? [] : wrong("integer");
    case "n":
      return typeof value === "number" ? [] : wrong("number");
    case "b":
      return typeof value === "boolean" ? [] : wrong("boolean");
    case "x":
      return typeof value === "string" || Number.isInteger(value) ? [] : wrong("integer", "string");
    case "q":
      return quantity(value, path);
    default:
      return isRecord(value) ? kubernetesFaults(code, value, path) : wrong("object");
  }
}

/** An item with nothing behind its hyphen is one that the API server reads as empty, and nobody meant. */
function itemFaults(code: string, item: unknown, path: Path): readonly Said[] {
  if (item !== null) return valueFaults(code, item, path);
  const type = code.startsWith("s") ? "string" : "object";
  return [said({ keyword: "type", params: { type: [type] } }, item, path)];
}

function quantity(value: unknown, path: Path): Said[] {
  if (typeof value !== "string" && typeof value !== "number")
    return [said({ keyword: "type", params: { type: ["string"] } }, value, path)];
  const size = bytes(String(value));
  if (size !== undefined && size >= 0n) return [];
  return [
    {
      rule: "wrong-format",
      severity: "error",
      message: `${fieldName(path)} is ${JSON.stringify(value)}, which is no amount`,
      fix: "write a number and its unit without a blank, as in 500m, 64Mi or 1.5Gi",
      path,
      part: "value",
    },
  ];
}

/** The same words as for a field of our own. */
function said(
  error: Pick<ErrorObject, "keyword" | "params" | "parentSchema">,
  data: unknown,
  path: Path,
): Said {
  const instancePath = path
    .map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`)
    .join("");
  return { ...explain({ schemaPath: "", ...error, instancePath, data }), severity: "error" };
}
