import { isRecord } from "../../record.ts";
import { bytes, millicores } from "../quantity.ts";
import {
  bounded,
  dnsLabel,
  exactlyOne,
  formed,
  text,
  twice,
  type Check,
  type Fault,
  type Form,
} from "./fault.ts";

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
];

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
  ...relative(value, "subPath"),
];

function relative(value: Readonly<Record<string, unknown>>, field: string): readonly Fault[] {
  const path = text(value[field]);
  if (!path.startsWith("/") && !path.split("/").includes("..")) return [];
  const says = `is ${JSON.stringify(path)}, which leaves the volume`;
  return [{ rule: "wrong-format", path: [field], says, fix: "write a relative path without .." }];
}

const resources: Check = (value) =>
  Object.entries(isRecord(value["requests"]) ? value["requests"] : {}).flatMap(([name, request]): Fault[] => {
    const limit = isRecord(value["limits"]) ? value["limits"][name] : undefined;
    const measure = name === "cpu" ? millicores : bytes;
    const [asked, most] = [measure(String(request)), measure(String(limit))];
    if (asked === undefined || most === undefined || asked <= most) return [];
    const says = `is ${String(request)}, over the limit of ${String(limit)}`;
    return [
      { rule: "request-over-limit", path: ["requests", name], says, fix: "lower it, or raise the limit" },
    ];
  });

const sources =
  "configMap secret emptyDir persistentVolumeClaim projected ephemeral csi nfs hostPath image downwardAPI iscsi fc rbd cephfs azureFile azureDisk awsElasticBlockStore gcePersistentDisk cinder flexVolume flocker glusterfs gitRepo photonPersistentDisk portworxVolume quobyte scaleIO storageos vsphereVolume".split(
    " ",
  );

const named =
  (field: string): Check =>
  (value) =>
    text(value[field]) === "" && value["optional"] !== true
      ? [{ rule: "missing-field", path: [field], says: "is missing", fix: `add ${field}` }]
      : [];

export const containerChecks: Readonly<Record<string, Check>> = {
  Container: container,
  Sidecar: container,
  ContainerPort: (value) => [...bounded(value, "containerPort", port), ...bounded(value, "hostPort", port)],
  EnvVar: variable,
  EnvVarSource: (value) =>
    exactlyOne(
      value,
      ["configMapKeyRef", "secretKeyRef", "fieldRef", "resourceFieldRef", "fileKeyRef"],
      "source",
    ),
  EnvFromSource: (value) => exactlyOne(value, ["configMapRef", "secretRef"], "source"),
  ConfigMapKeySelector: named("name"),
  SecretKeySelector: named("name"),
  Probe: probe,
  LifecycleHandler: (value) => exactlyOne(value, ["exec", "httpGet", "tcpSocket", "sleep"], "handler"),
  HTTPGetAction: (value) => bounded(value, "port", port),
  TCPSocketAction: (value) => bounded(value, "port", port),
  VolumeMount: mount,
  ResourceRequirements: resources,
  VolumeSource: (value) => exactlyOne(value, sources, "source"),
  ConfigMapVolumeSource: named("name"),
  SecretVolumeSource: named("secretName"),
};
