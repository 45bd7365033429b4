import type { ICronJob } from "kubernetes-models/batch/v1/CronJob";
import type { IConfigMap } from "kubernetes-models/v1/ConfigMap";
import type { IVolume } from "kubernetes-models/v1/Volume";
import { scripts } from "../access/scripts.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { groups, running } from "../cluster/group.ts";
import { fromSecret } from "../kube/container.ts";
import { placeOf } from "../kube/hash.ts";
import { metadata } from "../kube/metadata.ts";
import type { KubeObject } from "../kube/object.ts";
import { scriptJob, scriptPod } from "../kube/script-job.ts";
import { names, paths, podSelector } from "../naming.ts";
import { once } from "../once.ts";
import { scriptText } from "../postgres/sql.ts";
import { text } from "../template.ts";
import { credentials, patience, state } from "./state.ts";

const programs = ["converge.py", "members.py"];
const sqlPrograms = ["access.py", "conninfo.py", "scram.py"];

/** Whether there is a cluster to speak to. */
export function converges(cluster: Cluster): boolean {
  return running(groups(cluster)[0]) > 0;
}

/** Whether it is spoken to in SQL. A standby cluster has its roles and databases from its source. */
export function speaksSql(cluster: Cluster): boolean {
  return converges(cluster) && cluster.spec.standby === undefined && sqlOf(cluster) !== "";
}

const sqlOf = once((cluster: Cluster) => scriptText(scripts(cluster)));

/**
 * What a running cluster has to be told after its spec has changed: what differs is another Job, of another ConfigMap. It asks the
 * members, and Kubernetes nothing. The schedule does the same again: for a spec that was changed back while its Job was still
 * there, for a Secret that changed, for a window that has come.
 */
export function converge(cluster: Cluster): KubeObject[] {
  if (!converges(cluster)) return [];
  const pod = podOf(cluster);
  const schedule = cluster.spec.converge.schedule ?? halfHourly(cluster);
  const cronJob: KubeObject = {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: metadata(cluster, names.convergeSchedule(cluster), {
      selector: podSelector(cluster, "converge"),
    }),
    spec: {
      schedule,
      concurrencyPolicy: "Forbid",
      startingDeadlineSeconds: 600,
      suspend: false,
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 1,
      jobTemplate: {
        metadata: {},
        spec: { activeDeadlineSeconds: 2 * patience, backoffLimit: 0, template: scriptPod(cluster, pod) },
      },
    },
  } satisfies ICronJob;
  return [
    configMap(cluster),
    ...(schedule === "" ? [] : [cronJob]),
    scriptJob(cluster, names.converge(cluster), pod),
  ];
}

/** Two minutes of each hour, of which the cluster's name decides. */
function halfHourly(cluster: Cluster): string {
  const minute = placeOf(cluster) % 30;
  return `${minute},${minute + 30} * * * *`;
}

/** Never changed: another content is another name, so that no pod reads what is not its own. */
function configMap(cluster: Cluster): KubeObject {
  const sql = speaksSql(cluster) ? sqlOf(cluster) : undefined;
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: metadata(cluster, names.converge(cluster)),
    immutable: true,
    data: {
      "state.json": `${JSON.stringify(state(cluster), null, 2)}\n`,
      ...(sql === undefined ? {} : { "access.sql": sql }),
      ...Object.fromEntries(
        [...programs, ...(sql === undefined ? [] : sqlPrograms)].map((name) => [name, text(name)]),
      ),
    },
  } satisfies IConfigMap;
}

function podOf(cluster: Cluster): Parameters<typeof scriptPod>[1] {
  const { superuser } = cluster.fleet;
  const said: IVolume = {
    name: "state",
    configMap: { name: names.converge(cluster), defaultMode: 0o444 },
  };
  const secrets: IVolume = {
    name: "credentials",
    projected: {
      defaultMode: 0o440,
      // One that is missing is made meanwhile, or waited for by its name.
      sources: credentials(cluster).map(({ secret: name }) => ({
        secret: { name, optional: true, items: [{ key: "password", path: `${name}/password` }] },
      })),
    },
  };
  const speaks = speaksSql(cluster);
  return {
    type: "converge",
    args: [`${paths.converge}/converge.py`],
    env: speaks
      ? [
          { name: "PGUSER", value: superuser },
          fromSecret("PGPASSWORD", names.credentials(cluster, superuser), "password"),
        ]
      : [],
    volumes: [
      { volume: said, at: paths.converge },
      ...(speaks && credentials(cluster).length > 0 ? [{ volume: secrets, at: paths.credentials }] : []),
    ],
  };
}
