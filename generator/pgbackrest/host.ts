import type { IStatefulSet } from "kubernetes-models/apps/v1/StatefulSet";
import type { Cluster } from "../cluster/cluster.ts";
import { withDefaults } from "../cluster/resources.ts";
import type { BackupRepository } from "../cluster/spec.ts";
import { claim, claimTemplate } from "../kube/claim.ts";
import {
  containerDefaults,
  mountOf,
  podDefaults,
  restrictedContainer,
  restrictedPod,
} from "../kube/container.ts";
import { metadata, sorted } from "../kube/metadata.ts";
import type { KubeObject } from "../kube/object.ts";
import { labels, names, podSelector, ports } from "../naming.ts";
import { backupPod } from "./identity.ts";
import { backupEnv, configMounts, configVolumes, script } from "./parts.ts";
import { onVolumes, repositoryPath, type Backup } from "./repositories.ts";

/** Who has the volumes of the repositories mounted, and takes in WAL at any time. */
export function repositoryHost(cluster: Cluster, backup: Backup): KubeObject[] {
  const repositories = onVolumes(backup);
  if (repositories.length === 0) return [];
  return [
    ...repositories.map((repository) =>
      claim(cluster, {
        name: repositoryClaim(cluster, repository),
        selector: podSelector(cluster, "repo-host"),
        volume: repository.volume ?? { size: "1Gi" },
      }),
    ),
    host(cluster, backup, repositories),
  ];
}

/** The claim of a repository, named as CPO's StatefulSet names it. */
export function repositoryClaim(cluster: Cluster, { name }: BackupRepository): string {
  return `${name}-${names.repositoryHost(cluster)}-0`;
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
          ...backupPod(cluster),
          securityContext: restrictedPod(cluster),
          terminationGracePeriodSeconds: cluster.fleet.gracePeriodSeconds,
          containers: [
            {
              name: "pgbackrest",
              image: backup.image,
              ...containerDefaults,
              // Past the entrypoint: that of CPO's image ends well without having done anything.
              command: script("pgbackrest-server.sh"),
              env: backupEnv(backup, repositories),
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
      volumeClaimTemplates: repositories.map(({ name }) => claimTemplate(name)),
    },
  } satisfies IStatefulSet;
}

export const hostMounts = [{ mountPath: "/tmp", name: "pgbackrest-tmp" }, ...configMounts];

export function repositoryMounts(repositories: readonly BackupRepository[]) {
  return repositories.map((repository) =>
    mountOf(repository.name, repositoryPath(repository), repository.volume?.subPath),
  );
}
