import type { Cluster } from "../cluster/cluster.ts";
import { error, warning, type Finding } from "./finding.ts";

/** Which fields each kind of DCS takes; one that would do nothing is a mistake. */
const taken = {
  kubernetes: [],
  etcd3: ["hosts", "credentialsSecret", "tlsSecret"],
  consul: ["hosts", "credentialsSecret", "tlsSecret"],
  zookeeper: ["hosts", "tlsSecret"],
} as const;

export function dcsFields({ spec: { dcs } }: Cluster): Finding[] {
  const { type, hosts, tlsSecret } = dcs;
  const fields: readonly string[] = taken[type];
  const given = (["hosts", "credentialsSecret", "tlsSecret"] as const).filter((field) =>
    field === "hosts" ? hosts.length > 0 : dcs[field] !== undefined,
  );
  const idle = given
    .filter((field) => !fields.includes(field))
    .map((field) =>
      error({
        rule: "dcs-fields",
        message: `spec.dcs.${field} means nothing where the DCS is ${type === "kubernetes" ? "Kubernetes itself" : type}`,
        fix: `set dcs.type, or take ${field} out`,
        path: ["spec", "dcs", field],
      }),
    );
  if (tlsSecret === undefined || dcs.protocol === "https" || type === "kubernetes" || type === "zookeeper")
    return idle;
  return [
    ...idle,
    error({
      rule: "dcs-fields",
      message: `spec.dcs.tlsSecret is given, but spec.dcs.protocol is http: nothing would be encrypted`,
      fix: "write protocol: https",
      path: ["spec", "dcs", "protocol"],
    }),
  ];
}

export function dcsHosts({ spec }: Cluster): Finding[] {
  const { type, hosts } = spec.dcs;
  const path = ["spec", "dcs", "hosts"];
  const beyond = hosts.find((host) => Number(host.slice(host.lastIndexOf(":") + 1)) > 65_535);
  if (beyond !== undefined) {
    const message = `spec.dcs.hosts names ${beyond}, ports end at 65535`;
    return [error({ rule: "dcs-hosts", message, fix: "correct the port", path })];
  }
  if (type !== "kubernetes" && hosts.length === 0) {
    const message = `spec.dcs.hosts is empty, where is ${type}?`;
    return [error({ rule: "dcs-hosts", message, fix: "list its servers as host:port", path })];
  }
  if (type === "consul" && hosts.length > 1) {
    const message = `spec.dcs.hosts names ${hosts.length} servers, Patroni asks one Consul agent`;
    return [error({ rule: "dcs-hosts", message, fix: "name the agent", path })];
  }
  const again = hosts.findIndex((host, index) => hosts.indexOf(host) < index);
  if (again !== -1) {
    const message = `spec.dcs.hosts names ${hosts[again] ?? ""} twice`;
    const fix = "name each server once";
    return [error({ rule: "dcs-hosts", message, fix, path: [...path, String(again)] })];
  }
  if (hosts.length === 2) {
    const message = `spec.dcs.hosts names 2 servers: if these are all, both have to run, and without either one no primary can be elected`;
    return [warning({ rule: "dcs-quorum", message, fix: "run and name three or five of them", path })];
  }
  return [];
}
