import type { IJob } from "kubernetes-models/batch/v1/Job";
import type { IEnvVar } from "kubernetes-models/v1/EnvVar";
import type { IPodTemplateSpec } from "kubernetes-models/v1/PodTemplateSpec";
import type { IVolume } from "kubernetes-models/v1/Volume";
import type { Cluster } from "../cluster/cluster.ts";
import {
  containerDefaults,
  jobDefaults,
  mountOf,
  podDefaults,
  restrictedContainer,
  restrictedPod,
  run,
} from "./container.ts";
import { metadata, sorted } from "./metadata.ts";
import type { KubeObject } from "./object.ts";
import { labels, podSelector, type PodType } from "../naming.ts";

type Work = {
  readonly type: Extract<PodType, "secrets" | "converge">;
  /** Of Python. */
  readonly args: string[];
  readonly env: IEnvVar[];
  /** The account by which it asks the API server; left out, it asks nothing. */
  readonly account?: string;
  /** Read at a path. */
  readonly volumes?: readonly { readonly volume: IVolume; readonly at: string }[];
};

/** A pod that runs a program of ours once, in the members' image. */
export function scriptPod(
  cluster: Cluster,
  { type, args, env, account, volumes = [] }: Work,
): IPodTemplateSpec {
  return {
    metadata: { labels: sorted(labels(cluster, podSelector(cluster, type))) },
    spec: {
      ...podDefaults,
      restartPolicy: "Never",
      ...(account === undefined
        ? { automountServiceAccountToken: false }
        : { serviceAccountName: account, serviceAccount: account }),
      securityContext: restrictedPod(cluster),
      terminationGracePeriodSeconds: 30,
      containers: [
        {
          name: type,
          image: cluster.image,
          ...containerDefaults,
          // What went wrong is the last that it says.
          terminationMessagePolicy: "FallbackToLogsOnError",
          ...run(cluster, ["python3", ...args]),
          env,
          resources: { requests: { cpu: "10m", memory: "64Mi" }, limits: { cpu: "500m", memory: "128Mi" } },
          securityContext: restrictedContainer,
          volumeMounts: [
            // The entrypoint of an image may write there.
            mountOf("tmp", "/tmp"),
            ...volumes.map(({ volume, at }) => ({ ...mountOf(volume.name, at), readOnly: true })),
          ],
        },
      ],
      volumes: [{ name: "tmp", emptyDir: {} }, ...volumes.map(({ volume }) => volume)],
    },
  };
}

/**
 * A Job of such a pod. Its name gets a hash of its content at the end (`withRunNames`), because a Job cannot be changed; the
 * program is safe to run again.
 */
export function scriptJob(cluster: Cluster, name: string, work: Work): KubeObject {
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: metadata(cluster, name, { selector: podSelector(cluster, work.type) }),
    spec: { ...jobDefaults, template: scriptPod(cluster, work) },
  } satisfies IJob;
}
