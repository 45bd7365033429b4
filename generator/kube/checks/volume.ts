import { isRecord } from "../../record.ts";
import type { Entries } from "../../record.ts";
import { bytes } from "../quantity.ts";
import {
  amountText,
  bounded,
  dnsName,
  exactlyOne,
  formed,
  needed,
  text,
  trees,
  wrong,
  type Check,
  type Fault,
} from "./fault.ts";
import { downwardFile, filePath, keyToPath, mode } from "./source.ts";
import { labels } from "./scheduling.ts";

const sources =
  "configMap secret emptyDir persistentVolumeClaim projected ephemeral csi nfs hostPath image downwardAPI iscsi fc rbd cephfs azureFile azureDisk awsElasticBlockStore gcePersistentDisk cinder flexVolume flocker glusterfs gitRepo photonPersistentDisk portworxVolume quobyte scaleIO storageos vsphereVolume".split(
    " ",
  );

const projections =
  "secret configMap downwardAPI serviceAccountToken clusterTrustBundle podCertificate".split(" ");

/** Files of two sources at one path. */
const projected: Check = (value) => {
  const files = trees(value["sources"]).flatMap((source, index) =>
    ["secret", "configMap", "downwardAPI", "serviceAccountToken"].flatMap((kind): [string, number][] => {
      const given = source[kind];
      if (!isRecord(given)) return [];
      const items = kind === "serviceAccountToken" ? [given] : trees(given["items"]);
      return items.map((item) => [text(item["path"]), index]);
    }),
  );
  const twice = files.filter(
    ([path], at) => path !== "" && files.findIndex(([other]) => other === path) < at,
  );
  return [
    ...mode(value, "defaultMode"),
    ...twice.map(([path, index]) => ({
      rule: "item-twice",
      path: ["sources", index],
      says: `has a second file ${path}`,
      fix: "give it another path",
    })),
  ];
};

const hostPath: Check = (value) => [
  ...needed(value, "path"),
  ...(text(value["path"]).split("/").includes("..")
    ? [{ rule: "wrong-format", path: ["path"], says: "has .. in it", fix: "write the path without" }]
    : []),
];

const nfs: Check = (value) => [
  ...needed(value, "server"),
  ...needed(value, "path"),
  ...(/^(\/|$)/.test(text(value["path"]))
    ? []
    : [
        {
          rule: "wrong-format",
          path: ["path"],
          says: `is ${JSON.stringify(text(value["path"]))}, no absolute path`,
          fix: "begin it with /",
        },
      ]),
];

const csi: Check = (value) => [
  ...needed(value, "driver"),
  ...(text(value["driver"]) === "" ? [] : formed(value, "driver", driver)),
  ...(isRecord(value["nodePublishSecretRef"])
    ? needed(value["nodePublishSecretRef"], "name").map((fault) => ({
        ...fault,
        path: ["nodePublishSecretRef", ...fault.path],
      }))
    : []),
];

const driver = {
  accepts: (name: string) => dnsName.accepts(name.toLowerCase()) && name.length <= 63,
  words: "letters, digits, - and ., at most 63, as in secrets-store.csi.k8s.io",
};

/** A claim that comes and goes with its pod. */
const claim: Check = (value) => {
  const modes: readonly unknown[] = Array.isArray(value["accessModes"]) ? value["accessModes"] : [];
  const { resources } = value;
  const requests = isRecord(resources) && isRecord(resources["requests"]) ? resources["requests"] : {};
  const size = bytes(amountText(requests["storage"]));
  return [
    ...(modes.length === 0
      ? [
          {
            rule: "missing-field",
            path: ["accessModes"],
            says: "is missing",
            fix: "add accessModes: [ReadWriteOnce]",
          },
        ]
      : []),
    ...(modes.length > 1 && modes.includes("ReadWriteOncePod")
      ? [
          wrong(
            ["accessModes"],
            "has ReadWriteOncePod beside others",
            "keep ReadWriteOncePod alone, or take it out",
          ),
        ]
      : []),
    ...(requests["storage"] === undefined
      ? [
          {
            rule: "missing-field",
            path: ["resources", "requests", "storage"],
            says: "is missing",
            fix: "add the size, as in 10Gi",
          },
        ]
      : size === 0n
        ? [
            wrong(
              ["resources", "requests", "storage"],
              "is 0: nothing could be kept in it",
              "write a size, as in 10Gi",
            ),
          ]
        : []),
    ...(text(value["storageClassName"]) === "" ? [] : formed(value, "storageClassName", dnsName)),
  ];
};

const token: Check = (value) => [...filePath(value), ...bounded(value, "expirationSeconds", [600, 2 ** 32])];

const iscsi: Check = (value) => [
  ...needed(value, "targetPortal"),
  ...(/^(iqn\.\d{4}-\d{2}\.[-a-z0-9.]+(:[^,;*&$|\s]+)?|eui\.[0-9A-Fa-f]{16}|naa\.[0-9A-Fa-f]{32})$/.test(
    text(value["iqn"]),
  )
    ? []
    : [
        {
          rule: "wrong-format",
          path: ["iqn"],
          says: "is no name of a target",
          fix: "write one, as in iqn.2001-04.com.example:storage",
        },
      ]),
  ...bounded(value, "lun", [0, 255]),
];

const fibre: Check = (value) => {
  const given = ["targetWWNs", "wwids"].filter(
    (field) => Array.isArray(value[field]) && value[field].length > 0,
  );
  if (given.length !== 1)
    return [wrong([], "needs targetWWNs or wwids, and not both", "give one of the two")];
  return given[0] === "targetWWNs" ? bounded({ lun: 0, ...value }, "lun", [0, 255]) : [];
};

const named =
  (field: string): Check =>
  (value) => [
    ...(value["optional"] === true && value[field] === undefined ? [] : needed(value, field)),
    ...mode(value, "defaultMode"),
  ];

const filled =
  (...fields: readonly string[]): Check =>
  (value: Entries): readonly Fault[] =>
    fields.flatMap((field) => needed(value, field));

export const volumeChecks: Readonly<Record<string, Check>> = {
  VolumeSource: (value) => exactlyOne(value, sources, "source"),
  VolumeProjection: (value) => exactlyOne(value, projections, "source"),
  ConfigMapVolumeSource: named("name"),
  SecretVolumeSource: named("secretName"),
  ConfigMapProjection: named("name"),
  SecretProjection: named("name"),
  DownwardAPIVolumeSource: (value) => mode(value, "defaultMode"),
  DownwardAPIVolumeFile: downwardFile,
  ProjectedVolumeSource: projected,
  KeyToPath: keyToPath,
  ServiceAccountTokenProjection: token,
  HostPathVolumeSource: hostPath,
  NFSVolumeSource: nfs,
  PersistentVolumeClaimVolumeSource: filled("claimName"),
  CSIVolumeSource: csi,
  PersistentVolumeClaimSpec: claim,
  EphemeralVolumeSource: (value) =>
    isRecord(value["volumeClaimTemplate"])
      ? []
      : [
          {
            rule: "missing-field",
            path: ["volumeClaimTemplate"],
            says: "is missing",
            fix: "add volumeClaimTemplate",
          },
        ],
  ObjectMeta: (value) => labels(value, "labels"),
  ISCSIVolumeSource: iscsi,
  FCVolumeSource: fibre,
  AWSElasticBlockStoreVolumeSource: filled("volumeID"),
  GitRepoVolumeSource: filled("repository"),
};
