import type { IConfigMap } from "kubernetes-models/v1/ConfigMap";
import type { IPodSpec } from "kubernetes-models/v1/PodSpec";
import type { IPodTemplateSpec } from "kubernetes-models/v1/PodTemplateSpec";
import type { Cluster } from "../cluster/cluster.ts";
import { withDefaults } from "../cluster/resources.ts";
import type { BackupRepository, Verification } from "../cluster/spec.ts";
import { claimSpec } from "../kube/claim.ts";
import {
  containerDefaults,
  podDefaults,
  restrictedContainer,
  restrictedPod,
  run,
} from "../kube/container.ts";
import { placeOf } from "../kube/hash.ts";
import { metadata, sorted } from "../kube/metadata.ts";
import type { KubeObject } from "../kube/object.ts";
import { labels, names, paths, podSelector } from "../naming.ts";
import { keyBits, tdeEnv } from "../postgres/tde.ts";
import { text } from "../template.ts";
import { verificationConfig } from "./config.ts";
import { repositoryMounts } from "./host.ts";
import { backupPod } from "./identity.ts";
import { backupEnv, configMounts, configVolumes } from "./parts.ts";
import { numberOf, type Backup } from "./repositories.ts";
import { scratchSize, verificationSettings } from "./scratch.ts";
import { isIdle, near, repositoryVolumes, scheduledWork } from "./work.ts";

const programs = [
  "verify.py",
  "verify_archive.py",
  "verify_database.py",
  "verify_repository.py",
  "verify_run.py",
];

/** Who restores the newest backup of each repository by schedule, and proves that it is what it should be. */
export function verifications(cluster: Cluster, backup: Backup): KubeObject[] {
  const { verification } = cluster.spec.backup ?? {};
  if (verification === undefined) return [];
  return [
    configMap(cluster, backup, verification),
    ...verifiedRepositories(cluster, backup).map((repository) =>
      cronJob(cluster, backup, { verification, repository }),
    ),
  ];
}

/** The repositories whose backups are restored to see whether they can be. */
export function verifiedRepositories(
  { spec }: Cluster,
  { repos }: Pick<Backup, "repos">,
): BackupRepository[] {
  const { verification } = spec.backup ?? {};
  if (verification === undefined) return [];
  return repos.filter(({ name }) => verification.repos?.includes(name) ?? true);
}

/** Once a week in a night, in UTC, of which the cluster's name decides; the repositories of one have a night each. */
function weekly(cluster: Cluster, repository: BackupRepository): string {
  const place = placeOf(cluster);
  const [minute, hour, day] = [place % 60, Math.floor(place / 60) % 6, Math.floor(place / 360)];
  return `${minute} ${hour} * * ${(day + Number(numberOf(repository))) % 7}`;
}

function configMap(cluster: Cluster, backup: Backup, verification: Verification): KubeObject {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: metadata(cluster, names.verifications(cluster)),
    data: {
      "pgbackrest_instance.conf": verificationConfig(cluster, backup),
      "verification.json": `${JSON.stringify(verificationSettings(cluster, verification), null, 2)}\n`,
      ...Object.fromEntries(files(cluster).map((name) => [name, text(name)])),
    },
  } satisfies IConfigMap;
}

function files(cluster: Cluster): string[] {
  return [...programs, ...(keyBits(cluster) === undefined ? [] : ["encryption-key.sh"])];
}

type Work = { readonly verification: Verification; readonly repository: BackupRepository };

function cronJob(cluster: Cluster, backup: Backup, work: Work): KubeObject {
  const { verification, repository } = work;
  return scheduledWork(cluster, {
    name: names.verification(cluster, repository.name),
    type: "verification",
    schedule: verification.schedule ?? weekly(cluster, repository),
    suspend: isIdle(cluster),
    jobLabels: sorted(labels(cluster, podSelector(cluster, "verification"))),
    job: {
      activeDeadlineSeconds: verification.deadlineSeconds,
      backoffLimit: 2,
      podFailurePolicy: {
        rules: [
          // What is wrong with a backup is so the next time, too.
          {
            action: "FailJob",
            onExitCodes: { containerName: "verify", operator: "In", values: [1] },
          },
          { action: "Ignore", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] },
        ],
      },
    },
    template: template(cluster, backup, work),
  });
}

function template(cluster: Cluster, backup: Backup, { verification, repository }: Work): IPodTemplateSpec {
  const selector = podSelector(cluster, "verification");
  const mounted = repository.storage === "pvc" ? [repository] : [];
  const size = verification.volume.size ?? scratchSize(cluster);
  return {
    metadata: { labels: sorted({ ...backup.labels, ...labels(cluster, selector) }) },
    spec: {
      ...podDefaults,
      restartPolicy: "Never",
      ...backupPod(cluster),
      affinity: place(cluster, mounted.length > 0),
      securityContext: restrictedPod(cluster),
      terminationGracePeriodSeconds: 30,
      containers: [
        {
          name: "verify",
          // The members' own: it has the PostgreSQL that the backups are of, and its extensions.
          image: cluster.image,
          ...containerDefaults,
          ...run(cluster, ["python3", `${paths.backupConfig}/verify.py`, numberOf(repository)]),
          env: backupEnv(backup, [], tdeEnv(cluster)),
          resources: withDefaults(verification.resources, cluster.fleet),
          securityContext: restrictedContainer,
          volumeMounts: [
            ...repositoryMounts(mounted).map((mount) => ({ ...mount, readOnly: true })),
            { mountPath: paths.scratch, name: "scratch" },
            // Tablespaces that are younger than the backup come to where they are in a member.
            { mountPath: paths.home, name: "scratch", subPath: "home" },
            { mountPath: "/tmp", name: "verification-tmp" },
            ...configMounts.filter(isOurs),
          ],
        },
      ],
      volumes: [
        ...repositoryVolumes(cluster, mounted),
        {
          name: "scratch",
          // Never a folder of the node's: one as large as a database would have it evict its pods.
          ephemeral: {
            volumeClaimTemplate: {
              metadata: { labels: sorted(selector) },
              spec: claimSpec({ ...verification.volume, size }),
            },
          },
        },
        { name: "verification-tmp", emptyDir: {} },
        ...configVolumes(cluster, backup, names.verifications(cluster), [
          "pgbackrest_instance.conf",
          "verification.json",
          ...files(cluster),
        ]).filter(isOurs),
      ],
    },
  };
}

/** It talks to none of the cluster's pods, so it has no key for that. */
function isOurs({ name }: { readonly name: string }): boolean {
  return name !== "cert-secret";
}

/** On the node of the repository host, where its volumes are mounted; else rather where no member of the cluster is. */
function place(cluster: Cluster, mounted: boolean): NonNullable<IPodSpec["affinity"]> {
  if (mounted)
    return { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [near(cluster, "repo-host")] } };
  return {
    podAntiAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        { weight: 1, podAffinityTerm: near(cluster, "postgresql") },
      ],
    },
  };
}
