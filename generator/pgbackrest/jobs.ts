import type { IJob } from "kubernetes-models/batch/v1/Job";
import type { IEnvVar } from "kubernetes-models/v1/EnvVar";
import type { IPodTemplateSpec } from "kubernetes-models/v1/PodTemplateSpec";
import type { Cluster } from "../cluster/cluster.ts";
import { discardedOf } from "../cluster/generation.ts";
import { withDefaults } from "../cluster/resources.ts";
import type { BackupNow, BackupRepository } from "../cluster/spec.ts";
import {
  containerDefaults,
  jobDefaults,
  podDefaults,
  restrictedContainer,
  restrictedPod,
} from "../kube/container.ts";
import { metadata, sorted } from "../kube/metadata.ts";
import type { KubeObject } from "../kube/object.ts";
import { labels, names, podSelector } from "../naming.ts";
import { hostMounts, repositoryMounts } from "./host.ts";
import { backupPod } from "./identity.ts";
import { backupEnv, configVolumes, script, stanzaEnv } from "./parts.ts";
import { numberOf, onVolumes, type Backup } from "./repositories.ts";
import { besides, isIdle, repositoryVolumes, scheduledWork } from "./work.ts";

const types = ["full", "diff", "incr"] as const;

/** What runs in the pods, beside the configuration. */
export const scripts = ["pgbackrest-run.sh", "backup.sh", "backup-once.sh", "discard.sh"] as const;

/** Seconds that a new cluster may take until it has a primary, and another backup until it ends. */
const patience = 3600;

/** The backups by schedule, the first ones, and one at once. Their pods are the host of the repositories themselves: they call nobody. */
export function backupJobs(cluster: Cluster, backup: Backup): KubeObject[] {
  const { now } = cluster.spec.backup ?? {};
  return [
    ...(isIdle(cluster) ? [] : [firstBackup(cluster, backup)]),
    ...(isIdle(cluster) || now === undefined ? [] : [backupNow(cluster, backup, now)]),
    ...(isIdle(cluster) || discardedOf(cluster).length === 0 ? [] : [discard(cluster, backup)]),
    ...backup.repos.flatMap((repository) => schedules(cluster, backup, repository)),
  ];
}

/** Removes the backups of generations that are let go, when there are some of this one. */
function discard(cluster: Cluster, backup: Backup): KubeObject {
  const stanzas = discardedOf(cluster).map(({ stanza }) => stanza);
  return once(cluster, backup, names.discard(cluster), {
    runs: "discard.sh",
    repositories: backup.repos,
    env: [{ name: "STANZAS", value: stanzas.join(" ") }],
  });
}

/** A full backup in each repository that has none. */
function firstBackup(cluster: Cluster, backup: Backup): KubeObject {
  return once(cluster, backup, names.firstBackup(cluster), {
    repositories: backup.repos,
    env: [{ name: "TYPE", value: "full" }],
  });
}

/** One more in each repository, that is found again by its id: whatever runs a second time makes none. */
function backupNow(
  cluster: Cluster,
  backup: Backup,
  { id, type = "full", repositories }: BackupNow,
): KubeObject {
  return once(cluster, backup, names.backupNow(cluster), {
    repositories: backup.repos.filter(({ name }) => repositories?.includes(name) ?? true),
    env: [
      { name: "TYPE", value: type },
      { name: "ID", value: id },
    ],
  });
}

function once(
  cluster: Cluster,
  backup: Backup,
  name: string,
  work: {
    readonly runs?: (typeof scripts)[number];
    readonly repositories: readonly BackupRepository[];
    readonly env: readonly IEnvVar[];
  },
): KubeObject {
  const { runs = "backup-once.sh", repositories, env } = work;
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: metadata(cluster, name, { selector: selectorOf(cluster) }),
    spec: {
      ...jobDefaults,
      template: template(cluster, backup, {
        command: script(runs),
        env: [
          { name: "REPOSITORIES", value: repositories.map(numberOf).join(" ") },
          { name: "PATIENCE", value: String(patience) },
          ...env,
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
  return scheduled(repository).map(({ type, schedule }) =>
    scheduledWork(cluster, {
      name: names.backupSchedule(cluster, repository.name, type),
      type: "backup-job",
      schedule,
      suspend: isIdle(cluster),
      job: { backoffLimit: 6 },
      template: template(cluster, backup, {
        command: script("backup.sh"),
        env: [
          { name: "REPOSITORY", value: numberOf(repository) },
          { name: "TYPE", value: type },
        ],
        // One for an object store goes on when the volumes are gone.
        mounted: repository.storage === "pvc" ? onVolumes(backup) : [],
      }),
    }),
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
      ...backupPod(cluster),
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
          // Left out, as with CPO: a backup that is ended for want of memory is worse than none of the limits.
          resources: backup.resources === undefined ? {} : withDefaults(backup.resources, cluster.fleet),
          securityContext: restrictedContainer,
          volumeMounts: [...repositoryMounts(mounted), ...hostMounts],
        },
      ],
      volumes: [
        ...repositoryVolumes(cluster, mounted),
        { name: "pgbackrest-tmp", emptyDir: {} },
        ...configVolumes(cluster, backup, names.repositoryConfig(cluster), [
          "pgbackrest_instance.conf",
          ...scripts,
        ]),
      ],
    },
  };
}

function selectorOf(cluster: Cluster) {
  return podSelector(cluster, "backup-job");
}
