import type { IStatefulSet } from "kubernetes-models/apps/v1/StatefulSet";
import type { IPersistentVolumeClaim } from "kubernetes-models/v1/PersistentVolumeClaim";
import type { Cluster } from "../cluster/cluster.ts";
import { withDefaults } from "../cluster/resources.ts";
import type { BackupRepository } from "../cluster/spec.ts";
import { keptClaim } from "../kube/claim.ts";
import { containerDefaults, podDefaults, restrictedContainer, restrictedPod } from "../kube/container.ts";
import { metadata, sorted } from "../kube/metadata.ts";
import type { KubeObject } from "../kube/object.ts";
import { labels, names, podSelector, ports } from "../naming.ts";
import { claimSpec } from "../postgres/volumes.ts";
import { configEnv, configMounts, configVolumes, lockEnv, script } from "./parts.ts";
import { onVolumes, repositoryPath, type Backup } from "./repositories.ts";

/** Who has the volumes of the repositories mounted, and takes in WAL at any time. */
export function repositoryHost(cluster: Cluster, backup: Backup): KubeObject[] {
  const repositories = onVolumes(backup);
  if (repositories.length === 0) return [];
  return [
    ...repositories.map((repository) => claim(cluster, repository)),
    host(cluster, backup, repositories),
  ];
}

/** The claim of a repository, named as CPO's StatefulSet names it. */
export function repositoryClaim(cluster: Cluster, { name }: BackupRepository): string {
  return `${name}-${names.repositoryHost(cluster)}-0`;
}

function claim(cluster: Cluster, repository: BackupRepository): KubeObject {
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: metadata(cluster, repositoryClaim(cluster, repository), {
      selector: podSelector(cluster, "repo-host"),
      annotations: keptClaim,
    }),
    spec: claimSpec(repository.volume ?? { size: "1Gi" }),
  } satisfies IPersistentVolumeClaim;
}

function host(cluster: Cluster, backup: Backup, repositories: readonly BackupRepository[]): KubeObject {
  const selector = podSelector(cluster, "repo-host");
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: metadata(cluster, names.repositoryHost(cluster), { selector }),
    spec: {
      replicas: 1,
      serviceName: names.members(cluster),
      podManagementPolicy: "OrderedReady",
      updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 0 } },
      revisionHistoryLimit: 10,
      persistentVolumeClaimRetentionPolicy: cluster.fleet.claimRetention,
      selector: { matchLabels: selector },
      template: {
        metadata: { labels: sorted({ ...backup.labels, ...labels(cluster, selector) }) },
        spec: {
          ...podDefaults,
          restartPolicy: "Always",
          automountServiceAccountToken: false,
          securityContext: restrictedPod(cluster),
          terminationGracePeriodSeconds: cluster.fleet.gracePeriodSeconds,
          containers: [
            {
              name: "pgbackrest",
              image: backup.image,
              ...containerDefaults,
              // Past the entrypoint: that of CPO's image ends well without having done anything.
              command: script("pgbackrest-server.sh"),
              env: [...configEnv, ...lockEnv(repositories), ...(backup.env ?? [])],
              ports: [{ containerPort: ports.pgbackrest, name: "pgbackrest", protocol: "TCP" }],
              readinessProbe: {
                tcpSocket: { port: ports.pgbackrest },
                periodSeconds: 10,
                timeoutSeconds: 2,
                successThreshold: 1,
                failureThreshold: 3,
              },
              resources: withDefaults(backup.resources ?? {}, cluster.fleet),
              securityContext: restrictedContainer,
              volumeMounts: [...repositoryMounts(repositories), ...hostMounts],
            },
          ],
          volumes: [
            { name: "pgbackrest-tmp", emptyDir: {} },
            ...configVolumes(cluster, backup, names.repositoryConfig(cluster), [
              "pgbackrest_instance.conf",
              "pgbackrest-server.sh",
            ]),
          ],
        },
      },
      volumeClaimTemplates: repositories.map(({ name }) => ({
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: { name },
        spec: claimSpec({ size: "1Gi" }),
      })),
    },
  } satisfies IStatefulSet;
}

export const hostMounts = [{ mountPath: "/tmp", name: "pgbackrest-tmp" }, ...configMounts];

export function repositoryMounts(repositories: readonly BackupRepository[]) {
  return repositories.map((repository) => ({
    mountPath: repositoryPath(repository),
    name: repository.name,
    ...(repository.volume?.subPath === undefined ? {} : { subPath: repository.volume.subPath }),
  }));
}
