import { isRecord } from "../../record.ts";
import type { Entries } from "../../record.ts";
import {
  amountText,
  bounded,
  dnsName,
  exactlyOne,
  formed,
  labelKey,
  needed,
  relative,
  text,
  wrong,
  type Check,
  type Fault,
  type Form,
} from "./fault.ts";

/** https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation/validation.go */
const ofVariables =
  "metadata.name metadata.namespace metadata.uid spec.nodeName spec.serviceAccountName status.hostIP status.hostIPs status.podIP status.podIPs".split(
    " ",
  );
const ofFiles = "metadata.name metadata.namespace metadata.uid metadata.labels metadata.annotations".split(
  " ",
);

/** A field of the pod: one of some, or one label or annotation. */
function podField(value: Entries, known: readonly string[]): readonly Fault[] {
  const path = text(value["fieldPath"]);
  const [, map, key = ""] = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(path) ?? [];
  const found =
    map === undefined ? known.includes(path) : labelKey.accepts(map === "labels" ? key : key.toLowerCase());
  const fix = `write one of ${known.join(", ")}, metadata.labels['NAME'], metadata.annotations['NAME']`;
  const version = value["apiVersion"];
  return [
    ...(found
      ? []
      : [
          wrong(
            ["fieldPath"],
            `is ${JSON.stringify(path.slice(0, 60))}, which cannot be read from here`,
            fix,
          ),
        ]),
    ...(version === undefined || version === "" || version === "v1"
      ? []
      : [wrong(["apiVersion"], `is ${JSON.stringify(version)}, a pod has v1`, "take it out")]),
  ];
}

const sizes = ["", "0", ..."1 1k 1M 1G 1T 1P 1E 1Ki 1Mi 1Gi 1Ti 1Pi 1Ei".split(" ")];
const shares = ["", "0", "1", "1m"];

/** A request or a limit of a container, and in what it is counted. */
function amountOf(value: Entries): readonly Fault[] {
  const resource = text(value["resource"]);
  const divisor = amountText(value["divisor"]);
  const counted = resource.endsWith("cpu") ? shares : sizes;
  if (!/^(limits|requests)\.(cpu|memory|ephemeral-storage|hugepages-.+)$/.test(resource)) {
    const says = `is ${JSON.stringify(resource.slice(0, 60))}, which is no amount of a container`;
    return [wrong(["resource"], says, "write limits or requests, and .cpu, .memory or .ephemeral-storage")];
  }
  if (counted.includes(divisor)) return [];
  const says = `is ${JSON.stringify(divisor)}, which ${resource} cannot be counted in`;
  return [wrong(["divisor"], says, `write one of ${counted.slice(2).join(", ")}`)];
}

export const fieldChecks = {
  variable: (value: Entries) => podField(value, ofVariables),
  file: (value: Entries) => podField(value, ofFiles),
  amount: amountOf,
};

/** A key of a ConfigMap or a Secret. */
const dataKey: Form = {
  accepts: (key) =>
    /^[-._a-zA-Z0-9]+$/.test(key) && key.length <= 253 && key !== "." && !key.startsWith(".."),
  words: "letters, digits, -, _ and ., as in password or tls.crt",
};

export const keyOf: Check = (value) => [
  ...(value["optional"] === true && value["name"] === undefined ? [] : needed(value, "name")),
  ...(text(value["name"]) === "" ? [] : formed(value, "name", dnsName)),
  ...formed(value, "key", dataKey),
];

/** Modes of files, as decimal numbers: YAML's 0644 is 420. */
export function mode(value: Entries, field: string): readonly Fault[] {
  return bounded(value, field, [0, 0o777]).map((fault) => ({
    ...fault,
    says: `is ${String(value[field])}, modes are 0 to 511 (0777)`,
    fix: "write 420 for 0644, or 288 for 0440",
  }));
}

/** Where a file goes in its volume. */
export function filePath(value: Entries): readonly Fault[] {
  const path = text(value["path"]);
  const hidden = path.startsWith("..") && !path.startsWith("../");
  return [
    ...needed(value, "path"),
    ...(hidden
      ? [
          wrong(
            ["path"],
            `is ${JSON.stringify(path)}, names that begin with .. are the kubelet's own`,
            "write another name",
          ),
        ]
      : relative(value, "path")),
  ];
}

export const keyToPath: Check = (value) => [
  ...needed(value, "key"),
  ...filePath(value),
  ...mode(value, "mode"),
];

export const downwardFile: Check = (value) => [
  ...exactlyOne(value, ["fieldRef", "resourceFieldRef"], "source"),
  ...filePath(value),
  ...mode(value, "mode"),
  ...(isRecord(value["fieldRef"])
    ? fieldChecks.file(value["fieldRef"]).map((fault) => ({ ...fault, path: ["fieldRef", ...fault.path] }))
    : []),
  ...(isRecord(value["resourceFieldRef"])
    ? [...amountOf(value["resourceFieldRef"]), ...needed(value["resourceFieldRef"], "containerName")].map(
        (fault) => ({
          ...fault,
          path: ["resourceFieldRef", ...fault.path],
        }),
      )
    : []),
];
