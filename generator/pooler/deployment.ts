import type { IDeployment } from "kubernetes-models/apps/v1/Deployment";
import type { IDeploymentSpec } from "kubernetes-models/apps/v1/DeploymentSpec";
import type { IContainer } from "kubernetes-models/v1/Container";
import type { IEnvVar } from "kubernetes-models/v1/EnvVar";
import type { IPodTemplateSpec } from "kubernetes-models/v1/PodTemplateSpec";
import type { Cluster } from "../cluster/cluster.ts";
import { groups, running } from "../cluster/group.ts";
import { poolerOf, type PoolerRole } from "../cluster/pooler.ts";
import { completeVariable } from "../kube/complete.ts";
import {
  containerDefaults,
  firstOfEachName,
  podDefaults,
  restrictedContainer,
  restrictedPod,
} from "../kube/container.ts";
import { metadata, sorted } from "../kube/metadata.ts";
import type { KubeObject } from "../kube/object.ts";
import { labels, names, paths, poolerSelector, ports } from "../naming.ts";
import { tlsFiles, tlsPart } from "../postgres/tls.ts";
import { scheduling } from "./scheduling.ts";

/** The user of CYBERTEC's image. Another image takes it as well: PgBouncer owns no file. */
const user = 998;

/** Seconds that clients who keep working may stay in a pod that has to end, before they are asked to go. */
const patience = 60;

/** The pods of a pooler. */
export function deployment(cluster: Cluster, role: PoolerRole): KubeObject {
  const selector = poolerSelector(cluster, role);
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadata(cluster, names.pooler(cluster, role), { selector: withRole(cluster, role) }),
    spec: {
      replicas: replicas(cluster),
      progressDeadlineSeconds: 600,
      revisionHistoryLimit: 10,
      strategy: strategy(cluster),
      selector: { matchLabels: selector },
      template: template(cluster, role),
    },
  } satisfies IDeployment;
}

/** The number of pods: none where no member runs. */
export function replicas(cluster: Cluster): number {
  return running(groups(cluster)[0]) === 0 ? 0 : poolerOf(cluster).instances;
}

/** One more pod before one goes. Where each has to have a node of its own, there may be none for it: then one goes first. */
function strategy({ fleet }: Cluster): NonNullable<IDeploymentSpec["strategy"]> {
  const [maxSurge, maxUnavailable] = fleet.pod.apart.mode === "required" ? [0, 1] : [1, 0];
  return { type: "RollingUpdate", rollingUpdate: { maxSurge, maxUnavailable } };
}

/** The role is no part of the selector, as with CPO: a selector cannot be changed. */
function withRole(cluster: Cluster, role: PoolerRole) {
  return { ...poolerSelector(cluster, role), [cluster.fleet.podRoleLabel]: role };
}

function template(cluster: Cluster, role: PoolerRole): IPodTemplateSpec {
  const { spec, fleet, inherited } = cluster;
  const annotations = { ...fleet.pod.annotations, ...spec.podAnnotations, ...inherited.annotations };
  return {
    metadata: {
      labels: sorted({
        ...spec.labels,
        ...spec.connectionPooler?.labels,
        ...labels(cluster, withRole(cluster, role)),
      }),
      ...(Object.keys(annotations).length === 0 ? {} : { annotations: sorted(annotations) }),
    },
    spec: {
      ...podDefaults,
      restartPolicy: "Always",
      ...scheduling(cluster, role),
      // It asks the API server nothing.
      automountServiceAccountToken: false,
      securityContext: {
        ...restrictedPod(cluster),
        fsGroup: spec.spiloFSGroup ?? fleet.pod.security.fsGroup ?? user,
        runAsGroup: user,
        runAsNonRoot: true,
        runAsUser: user,
      },
      terminationGracePeriodSeconds: fleet.gracePeriodSeconds,
      containers: [pooler(cluster, role)],
      volumes: [
        { name: "config", configMap: { name: names.pooler(cluster, role), defaultMode: 0o444 } },
        {
          name: "user",
          secret: { secretName: names.credentials(cluster, poolerOf(cluster).user), defaultMode: 0o440 },
        },
        // In memory: a password is on it.
        { name: "run", emptyDir: { medium: "Memory" } },
        ...tlsPart(cluster).volumes,
      ],
    },
  };
}

function pooler(cluster: Cluster, role: PoolerRole): IContainer {
  const { image, resources } = poolerOf(cluster);
  return {
    name: "connection-pooler",
    image,
    ...containerDefaults,
    command: ["sh", `${paths.poolerConfig}/pooler-start.sh`],
    env: environment(cluster, role),
    ports: [{ containerPort: ports.postgres, name: "pgbouncer", protocol: "TCP" }],
    lifecycle: { preStop: { exec: { command: ["sh", `${paths.poolerConfig}/pooler-stop.sh`] } } },
    // It listens before it has found a database: whether there is one is no matter of this pod's.
    readinessProbe: probe(5, 3),
    livenessProbe: probe(10, 6),
    resources,
    securityContext: restrictedContainer,
    volumeMounts: [
      { mountPath: paths.poolerConfig, name: "config" },
      { mountPath: paths.poolerUser, name: "user" },
      { mountPath: paths.poolerRun, name: "run" },
      ...tlsPart(cluster).mounts,
    ],
  };
}

function probe(periodSeconds: number, failureThreshold: number): NonNullable<IContainer["readinessProbe"]> {
  return {
    tcpSocket: { port: ports.postgres },
    periodSeconds,
    timeoutSeconds: 2,
    successThreshold: 1,
    failureThreshold,
  };
}

/** Ours, then those of the spec; the first one of a name holds, as with CPO. */
function environment(cluster: Cluster, role: PoolerRole): IEnvVar[] {
  const { spec, fleet } = cluster;
  const leave = Math.min(patience, Math.floor(fleet.gracePeriodSeconds / 4));
  return firstOfEachName([
    { name: "PORT", value: String(ports.postgres) },
    { name: "LEAVE_SECONDS", value: String(leave) },
    ...(tlsFiles(cluster) === undefined ? [{ name: "SELF_SIGNED", value: names.pooler(cluster, role) }] : []),
    ...[...(spec.connectionPooler?.env ?? []), ...(spec.env ?? [])].map(completeVariable),
  ]);
}
