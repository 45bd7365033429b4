import type { Tree } from "./object.ts";

/* Clusters that say enough for every field to have a meaning in one of them. */
const sidecar = { name: "shipper", image: "shipper:1" };
const inZone = { key: "zone", operator: "In", values: ["a"] };
const onNode = { key: "metadata.name", operator: "In", values: ["a"] };
export const cpo: Tree = {
  apiVersion: "cpo.opensource.cybertec.at/v1",
  kind: "postgresql",
  metadata: {
    name: "shop-orders",
    namespace: "prod",
    labels: { cost: "1" },
    annotations: { owner: "a", any: "true" },
  },
  spec: {
    teamId: "shop",
    numberOfInstances: 3,
    postgresql: { version: "18", parameters: { work_mem: "16MB" } },
    volume: { size: "10Gi" },
    enableMasterLoadBalancer: true,
    enableReplicaLoadBalancer: true,
    users: { sample: [] },
    databases: { sample: "sample" },
    enableConnectionPooler: true,
    enableReplicaConnectionPooler: true,
    sidecars: [sidecar],
    monitor: {
      image: "exporter:1",
      scrapers: [{ podSelector: {} }],
      podMonitor: {},
      alerts: {},
      dashboard: {},
    },
    backup: {
      pgbackrest: {
        image: "b:1",
        repos: [{ name: "repo1", storage: "pvc", volume: { size: "1Gi" }, schedule: { full: "1 1 * * *" } }],
      },
    },
    initContainers: [{ name: "setup", image: "setup:1" }],
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [inZone] }] },
    },
  },
};
export const ours: Tree = {
  apiVersion: "pgrender.dev/v1",
  kind: "PostgresCluster",
  metadata: { name: "orders", namespace: "prod" },
  spec: {
    numberOfInstances: 3,
    postgresql: { version: "18" },
    volume: { size: "10Gi" },
    patroni: { synchronous_mode: true, log: { type: "json" } },
    resources: { requests: { cpu: "1", memory: "1Gi" } },
    dcs: {
      type: "etcd3",
      hosts: ["etcd.example.com:2379"],
      protocol: "https",
      tlsSecret: "etcd-tls",
      credentialsSecret: "etcd",
    },
    disruptionBudget: { mode: "majority" },
  },
};
export const plain: Tree = {
  ...ours,
  spec: {
    numberOfInstances: 2,
    postgresql: { version: "18" },
    volume: { size: "10Gi" },
    tls: { secretName: "tls", caFile: "ca.crt" },
    enableConnectionPooler: true,
  },
};
const stored = { name: "repo1", storage: "pvc", volume: { size: "1Gi" } };
/** A place on nodes, with every list that has conditions. */
const placed = {
  tolerations: [{ key: "db", effect: "NoExecute" }],
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [{ matchExpressions: [inZone], matchFields: [onNode] }],
    },
    preferredDuringSchedulingIgnoredDuringExecution: [
      { weight: 1, preference: { matchExpressions: [inZone], matchFields: [onNode] } },
    ],
  },
};
/** Fields that mean something beside others alone. */
export const together: Tree = {
  ...cpo,
  spec: {
    teamId: "shop",
    numberOfInstances: 2,
    postgresql: { version: "18" },
    volume: { size: "10Gi", selector: { matchExpressions: [inZone] } },
    enableMasterLoadBalancer: true,
    allowedSourceRanges: ["10.0.0.0/8"],
    additionalVolumes: [
      {
        name: "scratch",
        mountPath: "/scratch",
        subPath: "a",
        targetContainers: ["all"],
        volumeSource: { emptyDir: {} },
      },
    ],
    ...placed,
    tde: { enable: true },
    standby: { standby_host: "primary.example.com" },
    backup: {
      pgbackrest: {
        image: "pgbackrest:1",
        repos: [{ ...stored, volume: { size: "1Gi", selector: { matchExpressions: [inZone] } } }],
      },
    },
  },
};
const chosen = { size: "10Gi", selector: { matchExpressions: [inZone] } };
export const pooled: Tree = {
  ...plain,
  spec: {
    numberOfInstances: 2,
    postgresql: { version: "18" },
    volume: { size: "10Gi" },
    walVolume: chosen,
    tablespaces: { fast: chosen },
    pools: [{ name: "reports", instances: 1, volume: chosen, walVolume: chosen, ...placed }],
    backup: {
      certificates: { provider: "certManager" },
      pgbackrest: { image: "b:1", repos: [stored, { ...stored, name: "repo2" }], restore: { id: "r1" } },
      verification: {},
    },
  },
};
export const raised: Tree = {
  ...plain,
  spec: {
    numberOfInstances: 2,
    postgresql: { version: "18", upgrade: { from: "17" } },
    volume: { size: "10Gi" },
    backup: { pgbackrest: { image: "b:1", repos: [stored] } },
  },
};
export const following: Tree = {
  ...plain,
  spec: {
    numberOfInstances: 2,
    postgresql: { version: "18" },
    volume: { size: "10Gi" },
    standby: { cluster: "primary", pgbackrest: { repo: { storage: "pvc" } } },
  },
};
export const sites: Tree = {
  ...plain,
  spec: {
    numberOfInstances: 2,
    postgresql: { version: "18" },
    volume: { size: "10Gi" },
    patroni: { multisite: { enable: true } },
  },
};
export const optioned: Tree = {
  ...plain,
  spec: {
    numberOfInstances: 2,
    postgresql: { version: "18" },
    volume: { size: "10Gi" },
    users: { sample: [], other: [], "web.app": [] },
    preparedDatabases: { sample: { defaultUsers: true } },
  },
};
export const kept: Tree = {
  ...plain,
  spec: {
    numberOfInstances: 2,
    postgresql: { version: "18" },
    volume: { size: "10Gi" },
    secrets: { provider: "externalSecrets", externalSecrets: { store: { name: "vault" } } },
  },
};
