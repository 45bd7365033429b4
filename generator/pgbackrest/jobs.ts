import type { ICronJob } from "kubernetes-models/batch/v1/CronJob";
import type { IJob } from "kubernetes-models/batch/v1/Job";
import type { IEnvVar } from "kubernetes-models/v1/EnvVar";
import type { IPodAffinity } from "kubernetes-models/v1/PodAffinity";
import type { IPodTemplateSpec } from "kubernetes-models/v1/PodTemplateSpec";
import type { Cluster } from "../cluster/cluster.ts";
import type { BackupRepository } from "../cluster/spec.ts";
import {
  containerDefaults,
  jobDefaults,
  podDefaults,
  restrictedContainer,
  restrictedPod,
} from "../kube/container.ts";
import { metadata, sorted } from "../kube/metadata.ts";
import type { KubeObject } from "../kube/object.ts";
import { labels, names, podSelector, type PodType } from "../naming.ts";
import { hostMounts, repositoryClaim, repositoryMounts } from "./host.ts";
import { backupEnv, configVolumes, script, stanzaEnv } from "./parts.ts";
import { numberOf, onVolumes, type Backup } from "./repositories.ts";

const types = ["full", "diff", "incr"] as const;

/** Seconds that a run may be late, as after an outage of the controller. */
export const late = 3600;

/** Seconds after which a backup is given up: one that hangs would keep every later one from starting. */
const longest = 86_400;

/** Seconds that a new cluster may take until it has a primary. */
const patience = 3600;

/** The backups by schedule, and the first ones. Their pods are the host of the repositories themselves: they call nobody. */
export function backupJobs(cluster: Cluster, backup: Backup): KubeObject[] {
  return [
    ...(isIdle(cluster) ? [] : [firstBackup(cluster, backup)]),
    ...backup.repos.flatMap((repository) => schedules(cluster, backup, repository)),
  ];
}

/** Whether there is no primary to make a backup of. */
export function isIdle({ spec }: Cluster): boolean {
  return spec.hibernate || spec.standby !== undefined;
}

function firstBackup(cluster: Cluster, backup: Backup): KubeObject {
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: metadata(cluster, names.firstBackup(cluster), { selector: selectorOf(cluster) }),
    spec: {
      ...jobDefaults,
      template: template(cluster, backup, {
        command: script("first-backup.sh"),
        env: [
          { name: "REPOSITORIES", value: backup.repos.map(numberOf).join(" ") },
          { name: "PATIENCE", value: String(patience) },
        ],
        mounted: onVolumes(backup),
      }),
    },
  } satisfies IJob;
}

/** What a repository's schedules make, and when. */
export function scheduled({ schedule }: BackupRepository): { type: string; schedule: string }[] {
  return types.flatMap((type) => {
    const when = schedule?.[type] ?? "";
    return when === "" ? [] : [{ type, schedule: when }];
  });
}

function schedules(cluster: Cluster, backup: Backup, repository: BackupRepository): KubeObject[] {
  return scheduled(repository).map(
    ({ type, schedule }) =>
      ({
        apiVersion: "batch/v1",
        kind: "CronJob",
        metadata: metadata(cluster, names.backupSchedule(cluster, repository.name, type), {
          selector: selectorOf(cluster),
        }),
        spec: {
          schedule,
          concurrencyPolicy: "Forbid",
          startingDeadlineSeconds: late,
          suspend: isIdle(cluster),
          successfulJobsHistoryLimit: 3,
          failedJobsHistoryLimit: 1,
          jobTemplate: {
            metadata: {},
            spec: {
              activeDeadlineSeconds: longest,
              backoffLimit: 6,
              template: template(cluster, backup, {
                command: script("backup.sh"),
                env: [
                  { name: "REPOSITORY", value: numberOf(repository) },
                  { name: "TYPE", value: type },
                ],
                // One for an object store goes on when the volumes are gone.
                mounted: repository.storage === "pvc" ? onVolumes(backup) : [],
              }),
            },
          },
        },
      }) satisfies ICronJob,
  );
}

/** What a pod does, and the repositories whose volumes it needs for that. */
type Work = {
  readonly command: string[];
  readonly env: readonly IEnvVar[];
  readonly mounted: readonly BackupRepository[];
};

function template(cluster: Cluster, backup: Backup, { command, env, mounted }: Work): IPodTemplateSpec {
  return {
    metadata: { labels: sorted({ ...backup.labels, ...labels(cluster, selectorOf(cluster)) }) },
    spec: {
      ...podDefaults,
      restartPolicy: "Never",
      automountServiceAccountToken: false,
      affinity: { podAffinity: besides(cluster, mounted) },
      securityContext: restrictedPod(cluster),
      terminationGracePeriodSeconds: cluster.fleet.gracePeriodSeconds,
      containers: [
        {
          name: "pgbackrest-backup",
          image: backup.image,
          ...containerDefaults,
          // Past the entrypoint: that of CPO's image ends well without having done anything.
          command,
          env: backupEnv(backup, mounted, [stanzaEnv(cluster), ...env]),
          resources: {},
          securityContext: restrictedContainer,
          volumeMounts: [...repositoryMounts(mounted), ...hostMounts],
        },
      ],
      volumes: [
        ...mounted.map((repository) => ({
          name: repository.name,
          persistentVolumeClaim: { claimName: repositoryClaim(cluster, repository) },
        })),
        { name: "pgbackrest-tmp", emptyDir: {} },
        ...configVolumes(cluster, backup, names.repositoryConfig(cluster), [
          "pgbackrest_instance.conf",
          "pgbackrest-run.sh",
          "backup.sh",
          "first-backup.sh",
        ]),
      ],
    },
  };
}

function selectorOf(cluster: Cluster) {
  return podSelector(cluster, "backup-job");
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
