import type { ICronJob } from "kubernetes-models/batch/v1/CronJob";
import type { IJob } from "kubernetes-models/batch/v1/Job";
import type { IPodAffinity } from "kubernetes-models/v1/PodAffinity";
import type { IPodTemplateSpec } from "kubernetes-models/v1/PodTemplateSpec";
import type { IVolume } from "kubernetes-models/v1/Volume";
import type { Cluster } from "../cluster/cluster.ts";
import type { BackupRepository } from "../cluster/spec.ts";
import { metadata } from "../kube/metadata.ts";
import type { KubeObject } from "../kube/object.ts";
import { podSelector, type PodType } from "../naming.ts";
import { repositoryClaim } from "./host.ts";

/** Seconds that a run may be late, as after an outage of the controller. */
const late = 3600;

/** Seconds after which a run is given up, if the spec says nothing: one that hangs would keep every later one from starting. */
const longest = 86_400;

/** Whether there is no primary to make a backup of. */
export function isIdle({ spec }: Cluster): boolean {
  return spec.hibernate || spec.standby !== undefined;
}

/** What runs by schedule. */
type Work = {
  readonly name: string;
  readonly type: PodType;
  readonly schedule: string;
  readonly suspend: boolean;
  readonly job: Omit<IJob["spec"] & object, "template">;
  readonly jobLabels?: Readonly<Record<string, string>>;
  readonly template: IPodTemplateSpec;
};

/** A CronJob of which no two runs overlap and none hangs for ever. */
export function scheduledWork(cluster: Cluster, work: Work): KubeObject {
  const { name, type, schedule, suspend, job, jobLabels, template } = work;
  const { timeZone, deadlineSeconds = longest } = cluster.spec.backup ?? {};
  return {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: metadata(cluster, name, { selector: podSelector(cluster, type) }),
    spec: {
      schedule,
      ...(timeZone === undefined ? {} : { timeZone }),
      concurrencyPolicy: "Forbid",
      startingDeadlineSeconds: late,
      suspend,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
      jobTemplate: {
        metadata: jobLabels === undefined ? {} : { labels: jobLabels },
        spec: { activeDeadlineSeconds: deadlineSeconds, ...job, template },
      },
    },
  } satisfies ICronJob;
}

/** The volumes of repositories that a pod works on. */
export function repositoryVolumes(cluster: Cluster, mounted: readonly BackupRepository[]): IVolume[] {
  return mounted.map((repository) => ({
    name: repository.name,
    persistentVolumeClaim: { claimName: repositoryClaim(cluster, repository) },
  }));
}

/** On the same node as the pods of a type. */
export function near(cluster: Cluster, type: PodType) {
  return {
    labelSelector: { matchLabels: podSelector(cluster, type) },
    topologyKey: "kubernetes.io/hostname",
  };
}

/** Near the data that it reads, as with CPO; and on the node of the repository host, where its volumes are mounted. */
export function besides(cluster: Cluster, mounted: readonly BackupRepository[]): IPodAffinity {
  return {
    ...(mounted.length === 0
      ? {}
      : { requiredDuringSchedulingIgnoredDuringExecution: [near(cluster, "repo-host")] }),
    preferredDuringSchedulingIgnoredDuringExecution: [
      { weight: 1, podAffinityTerm: near(cluster, "postgresql") },
    ],
  };
}
