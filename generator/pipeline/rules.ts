import { bytes, millicores } from "../kube/quantity.ts";
import { fencingWindow, smallestWindow } from "../patroni/probes.ts";
import { reserved } from "../postgres/parameters.ts";
import type { Problem } from "../problem.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { show } from "./messages.ts";

/** What a rule has to say, with the path of the field that it is about. */
export type Finding = Omit<Problem, "at"> & {
  readonly path: readonly string[];
  readonly part?: "key" | "value";
};

/** What a schema cannot say about one cluster. */
export const rules: readonly ((cluster: Cluster, kind: string) => Finding[])[] = [
  patroniTiming,
  quorumIsOurs,
  dcsHosts,
  requestsWithinLimits,
  limitsRaised,
  parametersOfOneLine,
  reservedParameters,
  imageReference,
];

const error = (finding: Omit<Finding, "severity">): Finding => ({ ...finding, severity: "error" });
const warning = (finding: Omit<Finding, "severity">): Finding => ({ ...finding, severity: "warning" });

function patroniTiming({ spec }: Cluster): Finding[] {
  const { ttl, loop_wait: wait, retry_timeout: retry } = spec.patroni;
  const findings: Finding[] = [];
  if (ttl < wait + 2 * retry) {
    findings.push(
      error({
        rule: "patroni-timing",
        message: `spec.patroni.ttl is ${ttl}, less than loop_wait + 2 * retry_timeout = ${wait + 2 * retry}: a leader would lose its lock over one slow answer`,
        fix: `set ttl to at least ${wait + 2 * retry}, or the other two lower`,
        path: ["spec", "patroni", "ttl"],
      }),
    );
  }
  if (fencingWindow(spec.patroni) < smallestWindow) {
    findings.push(
      error({
        rule: "fencing-window",
        message: `spec.patroni.ttl - loop_wait is ${fencingWindow(spec.patroni)} s: too short to end a frozen primary before another one is promoted`,
        fix: `leave at least ${smallestWindow} s between them`,
        path: ["spec", "patroni", "ttl"],
      }),
    );
  }
  return findings;
}

function quorumIsOurs({ spec }: Cluster, kind: string): Finding[] {
  if (kind !== "postgresql" || spec.patroni.synchronous_mode !== "quorum") return [];
  return [
    error({
      rule: "wrong-value",
      message: "spec.patroni.synchronous_mode is quorum, CPO's own kind takes true or false",
      fix: "write apiVersion: pgrender.dev/v1, kind: PostgresCluster",
      path: ["spec", "patroni", "synchronous_mode"],
    }),
  ];
}

function dcsHosts({ spec }: Cluster): Finding[] {
  const { type, hosts } = spec.dcs;
  const path = ["spec", "dcs", "hosts"];
  if (type === "kubernetes" && hosts.length > 0) {
    return [
      error({
        rule: "dcs-hosts",
        message: "spec.dcs.hosts is given, but the DCS is Kubernetes itself",
        fix: "set dcs.type, or take the hosts out",
        path,
      }),
    ];
  }
  if (type !== "kubernetes" && hosts.length === 0) {
    return [
      error({
        rule: "dcs-hosts",
        message: `spec.dcs.hosts is empty, where is ${type}?`,
        fix: "list its servers as host:port",
        path,
      }),
    ];
  }
  if (type === "consul" && hosts.length > 1) {
    return [
      error({
        rule: "dcs-hosts",
        message: `spec.dcs.hosts names ${hosts.length} servers, Patroni asks one Consul agent`,
        fix: "name the agent",
        path,
      }),
    ];
  }
  return [];
}

function requestsWithinLimits({ resources }: Cluster): Finding[] {
  const measures = { cpu: millicores, memory: bytes };
  return (["cpu", "memory"] as const).flatMap((name) => {
    const request = measures[name](resources.requests[name]);
    const limit = measures[name](resources.limits[name]);
    if (request === undefined || limit === undefined || request <= limit) return [];
    return error({
      rule: "request-over-limit",
      message: `spec.resources.requests.${name} is ${resources.requests[name]}, over the limit of ${resources.limits[name]}`,
      fix: `raise spec.resources.limits.${name} or lower the request`,
      path: ["spec", "resources", "requests", name],
    });
  });
}

function limitsRaised({ spec, resources }: Cluster): Finding[] {
  return (["cpu", "memory"] as const).flatMap((name) => {
    const own = spec.resources.limits[name];
    if (own === undefined || own === resources.limits[name]) return [];
    return warning({
      rule: "limit-raised",
      message: `spec.resources.limits.${name} is ${own}, raised to the fleet's least of ${resources.limits[name]}`,
      fix: `write ${resources.limits[name]}, or lower min_${name}_limit in the OperatorConfiguration`,
      path: ["spec", "resources", "limits", name],
    });
  });
}

/**
 * Patroni writes names and values into postgresql.conf, whose grammar has one name and one value a line: with anything
 * else PostgreSQL does not start, or reads a setting that nobody wrote.
 * https://www.postgresql.org/docs/current/config-setting.html#CONFIG-SETTING-CONFIGURATION-FILE
 */
function parametersOfOneLine({ spec }: Cluster): Finding[] {
  const entries = Object.entries(spec.postgresql.parameters);
  const first = new Map([...entries].reverse().map(([name]) => [name.toLowerCase(), name]));
  return entries.flatMap(([name, value]): Finding[] => {
    const path = ["spec", "postgresql", "parameters", name];
    const same = first.get(name.toLowerCase());
    if (!/^[a-z_]\w*(\.[a-z_]\w*)?$/i.test(name)) {
      return [
        error({
          rule: "parameter-name",
          message: `${show(name)} is no name that postgresql.conf can have`,
          fix: "write letters, digits and _, as in work_mem or auto_explain.log_analyze",
          path,
          part: "key",
        }),
      ];
    }
    if (same !== undefined && same !== name) {
      return [
        error({
          rule: "parameter-name",
          message: `spec.postgresql.parameters.${name} and ${same} are one setting: letter case does not count`,
          fix: "keep one of the two",
          path,
          part: "key",
        }),
      ];
    }
    if (!/[\r\n\0]/.test(value)) return [];
    return [
      error({
        rule: "parameter-value",
        message: `spec.postgresql.parameters.${name} is ${show(value)}: with a line break in it PostgreSQL does not start`,
        fix: "write it on one line",
        path,
      }),
    ];
  });
}

function reservedParameters({ spec }: Cluster): Finding[] {
  return Object.keys(spec.postgresql.parameters)
    .filter((name) => Object.hasOwn(reserved, name.toLowerCase()))
    .map((name) =>
      warning({
        rule: "reserved-parameter",
        message: `spec.postgresql.parameters.${name} is left out: ${reserved[name.toLowerCase()] ?? ""}`,
        fix: "take it out of the spec",
        path: ["spec", "postgresql", "parameters", name],
        part: "key",
      }),
    );
}

/** https://github.com/distribution/reference (grammar of a reference); the API server accepts anything. */
function imageReference({ image, spec }: Cluster): Finding[] {
  const name =
    /^[a-zA-Z0-9][a-zA-Z0-9.:-]*(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*(:\w[\w.-]{0,127})?(@sha256:[0-9a-f]{64})?$/;
  if (image.length <= 512 && name.test(image)) return [];
  return [
    warning({
      rule: "image-reference",
      message: `${JSON.stringify(image)}${spec.dockerImage === undefined ? ", the fleet's docker_image," : ""} is no image that can be pulled`,
      fix: "write registry/repository:tag, or registry/repository:tag@sha256:… to pin it",
      path: ["spec", "dockerImage"],
    }),
  ];
}
