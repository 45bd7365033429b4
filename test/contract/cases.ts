/** A cluster that CPO was given (`inputs/<input>.yaml`), and what it made of it. */
export type Case = {
  readonly input: string;
  readonly values: Readonly<Record<string, string | number>>;
  /** Objects of `facts.ts` that CPO did not make here. */
  readonly absent?: readonly string[];
  /** Facts that differ from those of `facts.ts`, or come on top. */
  readonly other?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Objects that CPO made besides. */
  readonly besides: readonly string[];
};

/** Inputs of CPO's that are refused, because a render could not keep what they promise: by the rule that says so. */
export const refused: readonly { readonly input: string; readonly rule: string; readonly reason: string }[] =
  [
    {
      input: "multisite",
      rule: "multisite",
      reason: "CYBERTEC's fork of Patroni keeps one leader among the sites; without it there would be two",
    },
  ];

const image = "containers.cybertec.at/cybertec-pg-container/postgres:rocky9-18.3-2";
const half = { cpuRequest: "500m", cpuLimit: "500m", memoryRequest: "500Mi", memoryLimit: "500Mi" } as const;
/** What CPO's configuration gives to a cluster that asks for nothing. */
const fleet = { cpuRequest: "100m", cpuLimit: "1", memoryRequest: "100Mi", memoryLimit: "500Mi" } as const;
/** CPO's account, and its binding to a ClusterRole, in each namespace. */
const account = ["ServiceAccount cpo-pod", "RoleBinding cpo-pod"] as const;

export const cases: readonly Case[] = [
  {
    input: "clone-with-pvc",
    values: { name: "cluster-1-clone", team: "acid", instances: 1, size: "5Gi", image, ...half },
    besides: [
      "StatefulSet cluster-1-clone-pgbackrest-repo-host",
      "ConfigMap cluster-1-clone-pgbackrest-clone-config",
      "ConfigMap cluster-1-clone-pgbackrest-config",
      "ConfigMap cluster-1-clone-pgbackrest-repohost-config",
      "Secret cluster-1-clone-pgbackrest-cert",
      "CronJob pgbackrest-cluster-1-clone-repo1-full",
      "PersistentVolumeClaim repo1-cluster-1-clone-pgbackrest-repo-host-0",
      ...account,
    ],
  },
  {
    input: "high-availability",
    values: { name: "ha-cluster-1", team: "acid", instances: 2, size: "5Gi", image, ...half },
    besides: [...account],
  },
  {
    input: "loadbalancer",
    values: { name: "ha-cluster-1", team: "acid", instances: 1, size: "5Gi", image, ...half },
    besides: ["Secret pooler.ha-cluster-1.credentials.postgresql.cpo.opensource.cybertec.at", ...account],
  },
  {
    input: "minimal",
    values: { name: "acid-minimal-cluster", team: "acid", instances: 2, size: "1Gi", image, ...fleet },
    besides: [
      "Secret foo-user.acid-minimal-cluster.credentials.postgresql.cpo.opensource.cybertec.at",
      "Secret zalando.acid-minimal-cluster.credentials.postgresql.cpo.opensource.cybertec.at",
      ...account,
    ],
  },
  {
    input: "monitored",
    values: { name: "cluster-1", team: "acid", instances: 1, size: "5Gi", image, ...half },
    other: { "StatefulSet cluster-1": { "spec.template.metadata.labels.cpo_monitoring_stack": "true" } },
    besides: ["Secret cpo-exporter.cluster-1.credentials.postgresql.cpo.opensource.cybertec.at", ...account],
  },
  {
    input: "pgbackrest-with-gcs",
    values: {
      name: "cluster-1",
      team: "acid",
      instances: 1,
      size: "5Gi",
      image,
      ...half,
      cpuRequest: "100m",
      cpuLimit: "250m",
    },
    besides: ["ConfigMap cluster-1-pgbackrest-config", "CronJob pgbackrest-cluster-1-repo1-full", ...account],
  },
  {
    input: "pgbackrest-with-pvc",
    values: { name: "cluster-pvc-1", team: "acid", instances: 1, size: "5Gi", image, ...half },
    besides: [
      "StatefulSet cluster-pvc-1-pgbackrest-repo-host",
      "ConfigMap cluster-pvc-1-pgbackrest-config",
      "ConfigMap cluster-pvc-1-pgbackrest-repohost-config",
      "Secret cluster-pvc-1-pgbackrest-cert",
      "CronJob pgbackrest-cluster-pvc-1-repo1-full",
      "PersistentVolumeClaim repo1-cluster-pvc-1-pgbackrest-repo-host-0",
      ...account,
    ],
  },
  {
    input: "pgbackrest-with-s3",
    values: { name: "cluster-1", team: "acid", instances: 1, size: "5Gi", image, ...half },
    besides: ["ConfigMap cluster-1-pgbackrest-config", "CronJob pgbackrest-cluster-1-repo1-full", ...account],
  },
  {
    input: "postgis",
    values: {
      name: "cluster-1",
      team: "acid",
      instances: 1,
      size: "5Gi",
      image: "containers.cybertec.at/cybertec-pg-container/postgres-gis:rocky9-18.3-36-2",
      ...half,
    },
    besides: [...account],
  },
  {
    input: "prepared-databases",
    values: { name: "cluster-1", team: "acid", instances: 1, size: "5Gi", image, ...half },
    besides: [
      "Secret appl-db-owner-user.cluster-1.credentials.postgresql.cpo.opensource.cybertec.at",
      "Secret appl-db-reader-user.cluster-1.credentials.postgresql.cpo.opensource.cybertec.at",
      "Secret appl-db-writer-user.cluster-1.credentials.postgresql.cpo.opensource.cybertec.at",
      ...account,
    ],
  },
  {
    input: "restore",
    values: { name: "cluster-1", team: "acid", instances: 1, size: "5Gi", image, ...half },
    besides: [
      "StatefulSet cluster-1-pgbackrest-repo-host",
      "ConfigMap cluster-1-pgbackrest-config",
      "ConfigMap cluster-1-pgbackrest-repohost-config",
      "Secret cluster-1-pgbackrest-cert",
      "CronJob pgbackrest-cluster-1-repo1-full",
      "PersistentVolumeClaim repo1-cluster-1-pgbackrest-repo-host-0",
      ...account,
    ],
  },
  {
    input: "service-monitor",
    values: { name: "acid-minimal-cluster", team: "acid", instances: 2, size: "1Gi", image, ...fleet },
    besides: [
      "Secret foo-user.acid-minimal-cluster.credentials.postgresql.cpo.opensource.cybertec.at",
      "Secret zalando.acid-minimal-cluster.credentials.postgresql.cpo.opensource.cybertec.at",
      ...account,
    ],
  },
  {
    input: "single",
    values: { name: "cluster-1", team: "acid", instances: 1, size: "5Gi", image, ...half },
    besides: [...account],
  },
  {
    input: "standby-tutorial",
    values: { name: "standby-cluster-1", team: "acid", instances: 1, size: "5Gi", image, ...half },
    besides: [...account],
  },
  {
    input: "standby",
    values: { name: "acid-standby-cluster", team: "acid", instances: 1, size: "1Gi", image, ...fleet },
    besides: [...account],
  },
  {
    input: "tde",
    values: {
      name: "tde-cluster-1",
      team: "acid",
      instances: 1,
      size: "5Gi",
      image: "containers.cybertec.at/cybertec-pgee-container/postgres:rocky9-18.3-2",
      ...half,
    },
    other: {
      "StatefulSet tde-cluster-1": { "credentials[tde-cluster-1-tde]": "key" },
      "Secret tde-cluster-1-tde": { type: "Opaque", "keys[0]": "key" },
    },
    besides: [...account],
  },
  {
    input: "users-and-databases",
    values: { name: "cluster-1", team: "acid", instances: 1, size: "5Gi", image, ...half },
    besides: [
      "Secret appl-user.cluster-1.credentials.postgresql.cpo.opensource.cybertec.at",
      "Secret db-owner.cluster-1.credentials.postgresql.cpo.opensource.cybertec.at",
      ...account,
    ],
  },
];
