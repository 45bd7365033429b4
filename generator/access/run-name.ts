import type { Cluster } from "../cluster/cluster.ts";
import { contentHash } from "../kube/hash.ts";
import type { KubeObject } from "../kube/object.ts";
import { names } from "../naming.ts";

/**
 * A Job with a hash of its spec in its name, because a Job cannot be changed: what differs is another Job. It is given
 * last, over what the patches made of it; any other object stays as it is.
 */
export function withRunName(cluster: Cluster, object: KubeObject): KubeObject {
  const { kind, metadata } = object;
  const jobs = [names.secretsJob, names.converge, names.firstBackup, names.backupNow, names.discard].map(
    (name) => name(cluster),
  );
  if (kind !== "Job" || !jobs.includes(metadata.name)) return object;
  const name = names.jobRun(cluster, metadata.name, contentHash(object["spec"]));
  return { ...object, metadata: { ...metadata, name } };
}
