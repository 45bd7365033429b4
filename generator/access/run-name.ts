import type { Cluster } from "../cluster/cluster.ts";
import { contentHash, textHash } from "../kube/hash.ts";
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
  const named = state === undefined ? undefined : hashed(cluster, state, digests(state["data"]));
  return objects.map((object) => {
    const { kind, metadata } = object;
    if (object === state) return named ?? object;
    const runs = kind === "Job" && jobs.includes(metadata.name);
    if (!runs && (kind !== "CronJob" || metadata.name !== names.convergeSchedule(cluster))) return object;
    const reader =
      named === undefined ? object : reading(object, names.converge(cluster), named.metadata.name);
    return runs ? hashed(cluster, reader, reader["spec"]) : reader;
  });
}

function hashed(cluster: Cluster, object: KubeObject, content: unknown): KubeObject {
  const name = names.jobRun(cluster, object.metadata.name, contentHash(content));
  return { ...object, metadata: { ...object.metadata, name } };
}

/** The files of a ConfigMap, by what tells their contents apart. */
function digests(data: unknown): unknown {
  if (!isRecord(data)) return data;
  return Object.entries(data).map(([key, text]) => [key, typeof text === "string" ? textHash(text) : text]);
}

/** An object whose pods read the ConfigMap under its final name. */
function reading(object: KubeObject, configMap: string, name: string): KubeObject {
  const path = [...(object.kind === "CronJob" ? ["jobTemplate", "spec"] : []), ...toConfigMaps];
  const renamed = (value: unknown, [step, ...rest]: readonly string[]): unknown => {
    if (!isRecord(value)) return value;
    if (step === undefined) return value["name"] === configMap ? { ...value, name } : value;
    const inner = value[step];
    if (inner === undefined) return value;
    const changed = Array.isArray(inner) ? inner.map((item) => renamed(item, rest)) : renamed(inner, rest);
    return { ...value, [step]: changed };
  };
  return { ...object, spec: renamed(object["spec"], path) };
}

/** From the spec of a Job to the ConfigMaps that its pods mount. */
const toConfigMaps = ["template", "spec", "volumes", "configMap"];
