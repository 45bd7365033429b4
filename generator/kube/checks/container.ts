import { isRecord } from "../../record.ts";
import type { Entries } from "../../record.ts";
import { resize, resizedOnce, resources } from "./amount.ts";
import {
  below,
  bounded,
  dnsLabel,
  dnsName,
  exactlyOne,
  formed,
  needed,
  portName,
  relative,
  text,
  trees,
  twice,
  wrong,
  type Check,
  type Fault,
  type Form,
} from "./fault.ts";
import { fieldChecks, keyOf } from "./source.ts";

const port = [1, 65_535] as const;
const counted = [1, Infinity] as const;

const container: Check = (value) => [
  ...formed(value, "name", dnsLabel),
  ...(text(value["image"]) === ""
    ? [{ rule: "missing-field", path: ["image"], says: "is missing", fix: "add image" }]
    : []),
  ...twice("env", value, ({ name }) => (name === undefined ? undefined : `variable ${text(name)}`)),
  ...twice("volumeMounts", value, ({ mountPath }) =>
    mountPath === undefined ? undefined : `mount at ${text(mountPath)}`,
  ),
  ...twice("ports", value, ({ name }) => (name === undefined ? undefined : `port ${text(name)}`)),
  ...onlyOnce(value, "livenessProbe"),
  ...onlyOnce(value, "startupProbe"),
  ...restarts(value),
  ...hostPorts(value),
  ...shared(value),
  ...resizedOnce(value),
  ...(isRecord(value["readinessProbe"]) &&
  value["readinessProbe"]["terminationGracePeriodSeconds"] !== undefined
    ? [
        wrong(
          ["readinessProbe", "terminationGracePeriodSeconds"],
          "does not go with this probe, which ends nothing",
          "take it out",
        ),
      ]
    : []),
];

function restarts(value: Entries): readonly Fault[] {
  const policy = value["restartPolicy"];
  if (policy === undefined || policy === null || ["Always", "Never", "OnFailure"].includes(text(policy)))
    return [];
  return [wrong(["restartPolicy"], `is ${JSON.stringify(policy)}`, "write Always, OnFailure or Never")];
}

function hostPorts(value: Entries): readonly Fault[] {
  const open = trees(value["ports"]).map(({ hostPort, hostIP, protocol }) =>
    typeof hostPort === "number" && hostPort > 0
      ? `${text(protocol) || "TCP"} ${text(hostIP)} ${hostPort}`
      : undefined,
  );
  return open.flatMap((key, index) =>
    key === undefined || open.indexOf(key) === index
      ? []
      : [
          {
            rule: "item-twice",
            path: ["ports", index],
            says: "has the hostPort of another one",
            fix: "keep one of the two",
          },
        ],
  );
}

function onlyOnce(value: Readonly<Record<string, unknown>>, field: string): readonly Fault[] {
  const probe = value[field];
  if (!isRecord(probe) || probe["successThreshold"] === undefined || probe["successThreshold"] === 1)
    return [];
  return [
    {
      rule: "wrong-value",
      path: [field, "successThreshold"],
      says: "is 1 in this probe",
      fix: "write 1, or take it out",
    },
  ];
}

/** Since Kubernetes 1.34 a name can have any printable character of ASCII but =. */
const variableName: Form = {
  accepts: (name) => /^[ -<>-~]+$/.test(name),
  words: "printable characters without =, as in LOG_LEVEL",
};

const variable: Check = (value) => {
  const both = text(value["value"]) !== "" && isRecord(value["valueFrom"]);
  const says = "has value and valueFrom";
  return [
    ...formed(value, "name", variableName),
    ...(both ? [{ rule: "wrong-value", path: [], says, fix: "keep one of the two" }] : []),
  ];
};

const probe: Check = (value) => [
  ...exactlyOne(value, ["exec", "httpGet", "tcpSocket", "grpc"], "way to probe"),
  ...bounded(value, "initialDelaySeconds", [0, Infinity]),
  ...["periodSeconds", "timeoutSeconds", "failureThreshold", "successThreshold"].flatMap((field) =>
    bounded(value, field, counted),
  ),
  ...bounded(value, "terminationGracePeriodSeconds", counted),
];

const mount: Check = (value) => [
  ...(text(value["mountPath"]).includes(":")
    ? [
        {
          rule: "wrong-format",
          path: ["mountPath"],
          says: "has a colon in it",
          fix: "write a path without one",
        },
      ]
    : []),
  ...folders(value),
  ...readOnly(value),
];

/** A folder of the volume, written out or with variables in it. */
const folders: Check = (value) => [
  ...relative(value, "subPath"),
  ...relative(value, "subPathExpr"),
  ...(text(value["subPath"]) !== "" && text(value["subPathExpr"]) !== ""
    ? [wrong([], "has subPath and subPathExpr", "keep one of the two")]
    : []),
];

/** How deep a mount is read-only, which a mount that can be written to does not ask. */
const readOnly: Check = (value) => {
  const deep = value["recursiveReadOnly"];
  if (deep === undefined || deep === null) return [];
  const at = ["recursiveReadOnly"];
  if (!["Disabled", "Enabled", "IfPossible"].includes(text(deep)))
    return [wrong(at, `is ${JSON.stringify(deep)}`, "write Disabled, Enabled or IfPossible")];
  if (deep === "Disabled") return [];
  if (value["readOnly"] !== true)
    return [wrong(at, `is ${text(deep)}, and readOnly is not true`, "add readOnly: true, or take it out")];
  return ["", "None"].includes(text(value["mountPropagation"]))
    ? []
    : [wrong(at, "does not go with mountPropagation", "take one of the two out")];
};

/** Mounts that reach the node are for privileged containers. */
const shared: Check = ({ volumeMounts, securityContext: security }) =>
  isRecord(security) && security["privileged"] === true
    ? []
    : trees(volumeMounts).flatMap(({ mountPropagation }, index) =>
        mountPropagation === "Bidirectional"
          ? [
              wrong(
                ["volumeMounts", index, "mountPropagation"],
                "is Bidirectional, which privileged containers may have alone",
                "write HostToContainer, or take it out",
              ),
            ]
          : [],
      );

const command: Check = (value) =>
  Array.isArray(value["command"]) && value["command"].length > 0
    ? []
    : [{ rule: "missing-field", path: ["command"], says: "is missing", fix: "add command, a list of words" }];

const header: Form = {
  accepts: (name) => /^[-A-Za-z0-9]+$/.test(name),
  words: "letters, digits and -, as in X-Token",
};

const portOrName: Check = (value) =>
  typeof value["port"] === "string" ? formed(value, "port", portName) : bounded(value, "port", port);

/** A container that runs to its end before the database starts has nobody to ask whether it lives. */
export const initContainer: Check = (value) =>
  value["restartPolicy"] === "Always"
    ? []
    : ["livenessProbe", "readinessProbe", "startupProbe", "lifecycle"].flatMap((field) =>
        isRecord(value[field])
          ? [
              wrong(
                [field],
                "does not go with a container that runs before the others and ends",
                "take it out, or write restartPolicy: Always",
              ),
            ]
          : [],
      );

const nameOf: Check = (value) => [
  ...(value["optional"] === true && value["name"] === undefined ? [] : needed(value, "name")),
  ...(text(value["name"]) === "" ? [] : formed(value, "name", dnsName)),
];

export const containerChecks: Readonly<Record<string, Check>> = {
  Container: container,
  Sidecar: container,
  ContainerPort: (value) => [
    ...bounded(value, "containerPort", port),
    ...bounded(value, "hostPort", port),
    ...(text(value["name"]) === "" ? [] : formed(value, "name", portName)),
  ],
  ContainerResizePolicy: resize,
  EnvVar: variable,
  EnvVarSource: (value) => [
    ...exactlyOne(
      value,
      ["configMapKeyRef", "secretKeyRef", "fieldRef", "resourceFieldRef", "fileKeyRef"],
      "source",
    ),
    ...below(value, "fieldRef", fieldChecks.variable),
    ...below(value, "resourceFieldRef", fieldChecks.amount),
  ],
  EnvFromSource: (value) => [
    ...exactlyOne(value, ["configMapRef", "secretRef"], "source"),
    ...(text(value["prefix"]) === "" ? [] : formed(value, "prefix", variableName)),
  ],
  ConfigMapEnvSource: nameOf,
  SecretEnvSource: nameOf,
  ConfigMapKeySelector: keyOf,
  SecretKeySelector: keyOf,
  Probe: probe,
  ExecAction: command,
  GRPCAction: (value) => bounded(value, "port", port),
  HTTPHeader: (value) => formed(value, "name", header),
  LifecycleHandler: (value) => exactlyOne(value, ["exec", "httpGet", "tcpSocket", "sleep"], "handler"),
  SleepAction: (value) => bounded(value, "seconds", [0, Infinity]),
  HTTPGetAction: portOrName,
  TCPSocketAction: portOrName,
  VolumeMount: mount,
  ResourceRequirements: resources,
};
