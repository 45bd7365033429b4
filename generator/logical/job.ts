import type { IPodTemplateSpec } from "kubernetes-models/v1/PodTemplateSpec";
import type { IEnvVar } from "kubernetes-models/v1/EnvVar";
import type { Cluster } from "../cluster/cluster.ts";
import { withDefaults } from "../cluster/resources.ts";
import {
  containerDefaults,
  fromField,
  fromSecret,
  podDefaults,
  restrictedContainer,
  restrictedPod,
  run,
} from "../kube/container.ts";
import { sorted } from "../kube/metadata.ts";
import type { KubeObject } from "../kube/object.ts";
import { labels, names, paths, podSelector, ports } from "../naming.ts";
import { repositoryMounts } from "../pgbackrest/host.ts";
import { backupPod } from "../pgbackrest/identity.ts";
import { configEnv } from "../pgbackrest/parts.ts";
import { numberOf } from "../pgbackrest/repositories.ts";
import { besides, repositoryVolumes, scheduledWork } from "../pgbackrest/work.ts";
import { retention, type Target } from "./target.ts";

/** What runs in the pods, beside the configuration. */
export const scripts = ["logical-backup.py", "conninfo.py", "dump_store.py"] as const;

/** Seconds that a dump waits for a table that somebody has locked. */
const lockWait = 60;

/** The dumps by schedule. Not two at once, whoever starts them: each holds a lock at the primary meanwhile. */
export function schedule(cluster: Cluster, target: Target): KubeObject {
  const { spec, fleet } = cluster;
  const own = spec.logicalBackupSchedule ?? "";
  return scheduledWork(cluster, {
    name: names.logicalBackupSchedule(cluster),
    type: "logical-backup",
    schedule: own === "" ? fleet.logicalBackups.schedule : own,
    suspend: spec.hibernate,
    job: { backoffLimit: 2 },
    template: template(cluster, target),
  });
}

function template(cluster: Cluster, target: Target): IPodTemplateSpec {
  const mounted = target.repositories.filter(({ storage }) => storage === "pvc");
  const { secret } = target;
  return {
    metadata: { labels: sorted(labels(cluster, selectorOf(cluster))) },
    spec: {
      ...podDefaults,
      restartPolicy: "Never",
      ...backupPod(cluster),
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
        ...repositoryVolumes(cluster, mounted),
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
