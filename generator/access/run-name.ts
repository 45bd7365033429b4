import type { Cluster } from "../cluster/cluster.ts";
import { contentHash } from "../kube/hash.ts";
import type { KubeObject } from "../kube/object.ts";
import { names } from "../naming.ts";
import { isRecord } from "../record.ts";

/**
 * Jobs with a hash of their spec in their names, because a Job cannot be changed: what differs is another Job. So it is with the
 * ConfigMap of the converge Job, whose pods have to read what was rendered with them. Names are given last, over what the patches
 * made of the objects; any other object stays as it is.
 */
export function withRunNames(cluster: Cluster, objects: readonly KubeObject[]): KubeObject[] {
  const jobs = [names.secretsJob, names.converge, names.firstBackup, names.backupNow, names.discard].map(
    (name) => name(cluster),
  );
  const state = objects.find(
    ({ kind, metadata }) => kind === "ConfigMap" && metadata.name === names.converge(cluster),
  );
  const read = state === undefined ? undefined : hashed(cluster, state, state["data"]).metadata.name;
  return objects.map((object) => {
    const { kind, metadata } = object;
    if (object === state) return hashed(cluster, object, object["data"]);
    const runs = kind === "Job" && jobs.includes(metadata.name);
    if (!runs && (kind !== "CronJob" || metadata.name !== names.convergeSchedule(cluster))) return object;
    const reader = read === undefined ? object : reading(object, names.converge(cluster), read);
    return runs ? hashed(cluster, reader, reader["spec"]) : reader;
  });
}

function hashed(cluster: Cluster, object: KubeObject, content: unknown): KubeObject {
  const name = names.jobRun(cluster, object.metadata.name, contentHash(content));
  return { ...object, metadata: { ...object.metadata, name } };
}

/** An object whose pods read the ConfigMap under its final name. */
function reading(object: KubeObject, configMap: string, name: string): KubeObject {
  const renamed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(renamed);
    if (!isRecord(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, entry]) => [
        key,
        key === "configMap" && isRecord(entry) && entry["name"] === configMap
          ? { ...entry, name }
          : renamed(entry),
      ]),
    );
  };
  return { ...object, spec: renamed(object["spec"]) };
}
