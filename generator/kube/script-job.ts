import type { IJob } from "kubernetes-models/batch/v1/Job";
import type { IEnvVar } from "kubernetes-models/v1/EnvVar";
import type { Cluster } from "../cluster/cluster.ts";
import {
  containerDefaults,
  jobDefaults,
  podDefaults,
  restrictedContainer,
  restrictedPod,
  run,
} from "./container.ts";
import { metadata, sorted } from "./metadata.ts";
import type { KubeObject } from "./object.ts";
import { labels, podSelector, type PodType } from "../naming.ts";

type Work = {
  readonly name: string;
  readonly type: Extract<PodType, "secrets" | "converge">;
  /** A Python program, whole: nothing is mounted that would have to be there before. */
  readonly program: string;
  readonly env: IEnvVar[];
  /** The account by which it asks the API server; left out, it asks nothing. */
  readonly account?: string;
};

/**
 * A Job that runs a program of ours in the members' image. Its name gets a hash of its content at the end (`withRunName`), because
 * a Job cannot be changed; the program is safe to run again.
 */
export function scriptJob(cluster: Cluster, { name, type, program, env, account }: Work): KubeObject {
  const selector = podSelector(cluster, type);
  const spec: IJob["spec"] = {
    ...jobDefaults,
    template: {
      metadata: { labels: sorted(labels(cluster, selector)) },
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
            ...run(cluster, ["python3", "-c", program]),
            env,
            resources: { requests: { cpu: "10m", memory: "64Mi" }, limits: { cpu: "500m", memory: "128Mi" } },
            securityContext: restrictedContainer,
            // The entrypoint of an image may write there.
            volumeMounts: [{ mountPath: "/tmp", name: "tmp" }],
          },
        ],
        volumes: [{ name: "tmp", emptyDir: {} }],
      },
    },
  };
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: metadata(cluster, name, { selector }),
    spec,
  } satisfies IJob;
}
