import type { IJob } from "kubernetes-models/batch/v1/Job";
import type { Cluster } from "../cluster/cluster.ts";
import { generationOf } from "../cluster/generation.ts";
import { groups, running } from "../cluster/group.ts";
import {
  containerDefaults,
  jobDefaults,
  podDefaults,
  restrictedContainer,
  restrictedPod,
  run,
} from "../kube/container.ts";
import { metadata, sorted } from "../kube/metadata.ts";
import type { KubeObject } from "../kube/object.ts";
import { labels, names, podSelector } from "../naming.ts";
import { dynamic } from "../patroni/config.ts";
import { shared } from "../postgres/parameters.ts";
import { text } from "../template.ts";

/** Seconds that a cluster may take until it has a leader; the Job tries again then. */
const patience = 3600;

/** Whether there is a cluster to speak to. */
export function converges(cluster: Cluster): boolean {
  return running(groups(cluster)[0]) > 0;
}

/**
 * What a running cluster has to be told after its spec has changed. The Job asks the members, and Kubernetes nothing. Its name
 * gets a hash of its content at the end (`withRunName`): what differs is another Job.
 */
export function converge(cluster: Cluster): KubeObject[] {
  return converges(cluster) ? [job(cluster)] : [];
}

function job(cluster: Cluster): KubeObject {
  const selector = podSelector(cluster, "converge");
  const [group] = groups(cluster);
  const hosts = Array.from(
    { length: running(group) },
    (_, ordinal) => `${names.member(group, ordinal)}.${names.members(cluster)}`,
  );
  const spec: IJob["spec"] = {
    ...jobDefaults,
    template: {
      metadata: { labels: sorted(labels(cluster, selector)) },
      spec: {
        ...podDefaults,
        restartPolicy: "Never",
        automountServiceAccountToken: false,
        securityContext: restrictedPod(cluster),
        terminationGracePeriodSeconds: 30,
        containers: [
          {
            name: "converge",
            image: cluster.image,
            ...containerDefaults,
            terminationMessagePolicy: "FallbackToLogsOnError",
            // One text: nothing is mounted that would have to be there before.
            ...run(cluster, ["python3", "-c", text("converge.py")]),
            env: [
              { name: "SCOPE", value: generationOf(cluster).scope },
              { name: "MEMBERS", value: hosts.join(" ") },
              { name: "DECLARED", value: JSON.stringify(dynamic(cluster)) },
              { name: "OWNED", value: [...shared].join(" ") },
              { name: "PATIENCE", value: String(patience) },
            ],
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
    metadata: metadata(cluster, names.converge(cluster), { selector }),
    spec,
  } satisfies IJob;
}
