import type { Cluster } from "../cluster/cluster.ts";
import { generationOf } from "../cluster/generation.ts";
import { groups, running } from "../cluster/group.ts";
import type { KubeObject } from "../kube/object.ts";
import { scriptJob } from "../kube/script-job.ts";
import { names } from "../naming.ts";
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
 * What a running cluster has to be told after its spec has changed: what differs is another Job. It asks the members, and Kubernetes
 * nothing.
 */
export function converge(cluster: Cluster): KubeObject[] {
  return converges(cluster) ? [job(cluster)] : [];
}

function job(cluster: Cluster): KubeObject {
  const [group] = groups(cluster);
  const hosts = Array.from({ length: running(group) }, (_, ordinal) => names.memberHost(group, ordinal));
  return scriptJob(cluster, {
    name: names.converge(cluster),
    type: "converge",
    program: text("converge.py"),
    env: [
      { name: "SCOPE", value: generationOf(cluster).scope },
      { name: "MEMBERS", value: hosts.join(" ") },
      { name: "DECLARED", value: JSON.stringify(dynamic(group)) },
      { name: "OWNED", value: [...shared].join(" ") },
      { name: "PATIENCE", value: String(patience) },
    ],
  });
}
