import type { ICronJob } from "kubernetes-models/batch/v1/CronJob";
import type { IPodTemplateSpec } from "kubernetes-models/v1/PodTemplateSpec";
import type { IEnvVar } from "kubernetes-models/v1/EnvVar";
import type { IPodAffinity } from "kubernetes-models/v1/PodAffinity";
import type { Cluster } from "../cluster/cluster.ts";
import { withDefaults } from "../cluster/resources.ts";
import type { BackupRepository } from "../cluster/spec.ts";
import {
  containerDefaults,
  fromField,
  fromSecret,
  podDefaults,
  restrictedContainer,
  restrictedPod,
  run,
} from "../kube/container.ts";
import { metadata, sorted } from "../kube/metadata.ts";
import type { KubeObject } from "../kube/object.ts";
import { labels, names, paths, podSelector, ports, type PodType } from "../naming.ts";
import { repositoryClaim, repositoryMounts } from "../pgbackrest/host.ts";
import { configEnv } from "../pgbackrest/parts.ts";
import { numberOf } from "../pgbackrest/repositories.ts";
import { retention, type Target } from "./target.ts";

/** What runs in the pods, beside the configuration. */
export const scripts = ["logical-backup.py", "dump_store.py"] as const;

/** Seconds that a run may be late, as after an outage of the controller. */
const late = 3600;

/** Seconds after which a run is given up: one that hangs would keep every later one from starting. */
const longest = 86_400;

/** Seconds that a dump waits for a table that somebody has locked. */
const lockWait = 60;

/** The dumps by schedule. Not two at once, whoever starts them: each holds a lock at the primary meanwhile. */
export function schedule(cluster: Cluster, target: Target): KubeObject {
  const { spec, fleet } = cluster;
  const own = spec.logicalBackupSchedule ?? "";
  return {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: metadata(cluster, names.logicalBackupSchedule(cluster), { selector: selectorOf(cluster) }),
    spec: {
      schedule: own === "" ? fleet.logicalBackups.schedule : own,
      concurrencyPolicy: "Forbid",
      startingDeadlineSeconds: late,
      suspend: spec.hibernate,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
      jobTemplate: {
        metadata: {},
        spec: { activeDeadlineSeconds: longest, backoffLimit: 2, template: template(cluster, target) },
      },
    },
  } satisfies ICronJob;
}

function template(cluster: Cluster, target: Target): IPodTemplateSpec {
  const mounted = target.repositories.filter(({ storage }) => storage === "pvc");
  const { secret } = target;
  return {
    metadata: { labels: sorted(labels(cluster, selectorOf(cluster))) },
    spec: {
      ...podDefaults,
      restartPolicy: "Never",
      automountServiceAccountToken: false,
      affinity: { podAffinity: besides(cluster, mounted) },
      securityContext: restrictedPod(cluster),
      terminationGracePeriodSeconds: cluster.fleet.gracePeriodSeconds,
      containers: [
        {
          name: "logical-backup",
          image: cluster.image,
          ...containerDefaults,
          // What went wrong is the last that it says.
          terminationMessagePolicy: "FallbackToLogsOnError",
          ...run(cluster, ["python3", `${paths.backupConfig}/${scripts[0]}`, "dump"]),
          env: env(cluster, target),
          resources: withDefaults(cluster.fleet.logicalBackups.resources, cluster.fleet),
          securityContext: restrictedContainer,
          volumeMounts: [
            ...repositoryMounts(mounted),
            { mountPath: "/tmp", name: "tmp" },
            { mountPath: paths.backupConfig, name: "config" },
          ],
        },
      ],
      volumes: [
        ...mounted.map((repository) => ({
          name: repository.name,
          persistentVolumeClaim: { claimName: repositoryClaim(cluster, repository) },
        })),
        { name: "tmp", emptyDir: {} },
        {
          name: "config",
          projected: {
            defaultMode: 0o640,
            sources: [
              { configMap: { name: names.logicalBackup(cluster) } },
              ...(secret === undefined ? [] : [{ secret: { name: secret } }]),
            ],
          },
        },
      ],
    },
  };
}

/** Named as CPO's where it has one; those of a spec that would be twice are left out. */
function env(cluster: Cluster, { repositories, env: given }: Target): IEnvVar[] {
  const { superuser } = cluster.fleet;
  const primary = names.primary(cluster);
  const readers = cluster.spec.numberOfInstances > 1 ? `${names.replicas(cluster)},${primary}` : primary;
  const own = [
    { name: "SCOPE", value: cluster.name },
    fromField("POD_NAMESPACE", "metadata.namespace"),
    { name: "FOLDER", value: `logical/$(POD_NAMESPACE)/${cluster.name}` },
    { name: "STORES", value: repositories.map(numberOf).join(" ") },
    { name: "RETENTION", value: retention(cluster)?.toString() ?? "" },
    { name: "LOCK_WAIT", value: String(lockWait) },
    { name: "PG_VERSION", value: String(cluster.version) },
    { name: "BIN_DIRECTORY", value: cluster.profile.binDirectory },
    { name: "PRIMARY", value: primary },
    // A replica, if one answers: libpq takes the first that does.
    { name: "PGHOST", value: readers },
    { name: "PGPORT", value: String(ports.postgres) },
    { name: "PGUSER", value: superuser },
    { name: "PGSSLMODE", value: "require" },
    { name: "PGCONNECT_TIMEOUT", value: "10" },
    fromSecret("PGPASSWORD", names.credentials(cluster, superuser), "password"),
    ...configEnv,
  ];
  return [...own, ...given.filter(({ name }) => !own.some((variable) => variable.name === name))];
}

function selectorOf(cluster: Cluster) {
  return podSelector(cluster, "logical-backup");
}

/** Near the data that it reads, as with CPO; and on the node of the repository host, where its volumes are mounted. */
function besides(cluster: Cluster, mounted: readonly BackupRepository[]): IPodAffinity {
  const near = (type: PodType) => ({
    labelSelector: { matchLabels: podSelector(cluster, type) },
    topologyKey: "kubernetes.io/hostname",
  });
  return {
    ...(mounted.length === 0 ? {} : { requiredDuringSchedulingIgnoredDuringExecution: [near("repo-host")] }),
    preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: near("postgresql") }],
  };
}
