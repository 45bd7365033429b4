import type { Cluster } from "../cluster/cluster.ts";
import { exporterRole, monitorOf } from "../cluster/monitor.ts";
import { exporterVariables } from "../monitor/pod.ts";
import { durationSeconds } from "../kube/duration.ts";
import { bytes } from "../kube/quantity.ts";
import { show } from "../pipeline/messages.ts";
import { hbaLine, type HbaLine } from "../postgres/hba-line.ts";
import { covers } from "../postgres/hba-match.ts";
import { firstDatabase } from "../postgres/sql.ts";
import { error, warning, type Finding } from "./finding.ts";

const own = ["spec", "monitor"] as const;

/** What an exporter needs that is not there, and what would not do what it looks like. */
export function monitorWorks(cluster: Cluster): Finding[] {
  const monitor = monitorOf(cluster);
  if (monitor === undefined) return [];
  return [
    ...image(cluster),
    ...scrapers(cluster),
    ...variables(cluster),
    ...amounts(cluster),
    ...alertsAlone(cluster),
  ];
}

function image(cluster: Cluster): Finding[] {
  if ((monitorOf(cluster)?.image ?? "") !== "") return [];
  return [
    error({
      rule: "monitor-image",
      message: "spec.monitor has no image: nothing could be run beside the database",
      fix: "add one, as in image: containers.cybertec.at/cybertec-pg-container/exporter:rocky9-18.3-2",
      path: own,
      part: "key",
    }),
  ];
}

/** Patroni's port takes orders too, so it is open to those alone who are named. */
function scrapers(cluster: Cluster): Finding[] {
  const { spec, fleet } = cluster;
  const monitor = monitorOf(cluster);
  const closed = spec.network.policies && fleet.networkPolicies;
  if (!closed || monitor?.podMonitor === undefined || monitor.scrapers.length > 0) return [];
  return [
    error({
      rule: "monitor-scrapers",
      message:
        "spec.monitor.podMonitor has Patroni scraped, whose port is open to nobody: spec.monitor.scrapers is empty",
      fix: "name Prometheus there, as in scrapers: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: monitoring } } }]",
      path: [...own, "podMonitor"],
      part: "key",
    }),
  ];
}

function variables(cluster: Cluster): Finding[] {
  const taken = new Set([...exporterVariables.map(({ name }) => name), "DATA_SOURCE_PASS"]);
  return (monitorOf(cluster)?.env ?? []).flatMap(({ name }, index) =>
    taken.has(name.toUpperCase())
      ? warning({
          rule: "variable-left-out",
          message: `spec.monitor.env has ${name}, which pgrender sets itself: yours is left out`,
          fix: "take it out",
          path: [...own, "env", String(index), "name"],
        })
      : [],
  );
}

/** A threshold of nothing is passed at once. */
function amounts(cluster: Cluster): Finding[] {
  const alerts = monitorOf(cluster)?.alerts;
  const given = [
    ["replicationLag", Number(bytes(alerts?.replicationLag ?? "1") ?? 0n), "128Mi"],
    ["backupAge", durationSeconds(alerts?.backupAge ?? "1h") ?? 0, "26h"],
  ] as const;
  return given
    .filter(([, amount]) => amount < 1)
    .map(([field, , example]) =>
      error({
        rule: "wrong-value",
        message: `spec.monitor.alerts.${field} is nothing: the alert would never end`,
        fix: `write more, as in ${example}`,
        path: [...own, "alerts", field],
      }),
    );
}

/** Most alerts rest on series that have the labels which the PodMonitor gives them. */
function alertsAlone(cluster: Cluster): Finding[] {
  const monitor = monitorOf(cluster);
  const seen = [
    ["alerts", monitor?.alerts],
    ["dashboard", monitor?.dashboard],
  ] as const;
  return seen
    .filter(([, part]) => part !== undefined && monitor?.podMonitor === undefined)
    .map(([field]) =>
      warning({
        rule: "monitor-blind",
        message: `spec.monitor.${field} looks at series with the labels namespace, pod and clustername, which podMonitor gives them: there is none`,
        fix: `add podMonitor: {}, or have your own Prometheus write clustername: ${cluster.name}`,
        path: [...own, field],
        part: "key",
      }),
    );
}

/** How the exporter logs in: by TCP, from within the pod. */
const login: HbaLine = {
  type: "hostnossl",
  databases: [{ text: firstDatabase, quoted: false }],
  users: [{ text: exporterRole, quoted: false }],
  address: "127.0.0.1/32",
  method: "scram-sha-256",
};

/** PostgreSQL takes the first line that matches. */
export function hbaLetsExporterIn(cluster: Cluster): Finding[] {
  const given = cluster.spec.patroni.pg_hba;
  if (monitorOf(cluster) === undefined || given === undefined) return [];
  const index = given.findIndex((text) => {
    const line = hbaLine(text, cluster.version);
    return line !== undefined && !("wrong" in line) && covers(nearby(line), login);
  });
  const path = ["spec", "patroni", "pg_hba"];
  const fix = `put "host ${firstDatabase} ${exporterRole} samehost scram-sha-256" before the others`;
  const text = given[index];
  if (text === undefined) {
    const message = `spec.patroni.pg_hba has no line for ${exporterRole} from within the pod: the cluster would not be measured`;
    return [warning({ rule: "monitor-hba", message, fix, path, part: "key" })];
  }
  const line = hbaLine(text, cluster.version);
  if (line === undefined || "wrong" in line || line.method !== "reject") return [];
  const message = `spec.patroni.pg_hba[${index}] is ${show(text)}, which keeps the exporter out`;
  return [warning({ rule: "monitor-hba", message, fix, path: [...path, String(index)] })];
}

/** A pod is a host of its own, in a network of its own. */
function nearby(line: HbaLine): HbaLine {
  return line.address === "samehost" || line.address === "samenet"
    ? { ...line, address: login.address }
    : line;
}
