import type { Cluster, Fleet, Resources } from "../cluster/cluster.ts";
import { imageProfile } from "../cluster/image.ts";
import type { ClusterDocument, Spec } from "../cluster/spec.ts";
import { bytes, millicores } from "../kube/quantity.ts";
import type { Problem } from "../problem.ts";
import { rules } from "../rules/index.ts";
import type { Source } from "./source.ts";

/** A cluster from its document and what holds for the fleet, or what keeps it from being one. */
export function resolve(
  document: ClusterDocument,
  source: Source,
  fleet: Fleet,
): { cluster: Cluster; problems: Problem[] } {
  const spec = document.kind === "postgresql" ? withFleetDcs(document.spec, fleet) : document.spec;
  const image = spec.dockerImage ?? fleet.image;
  const version = Number(spec.postgresql.version);
  const resources = complete(spec, fleet);
  const cluster: Cluster = {
    name: document.metadata.name,
    namespace: document.metadata.namespace,
    folder: source.file.split("/").slice(0, -1).join("/"),
    at: source.placeOf(["metadata", "name"], "value"),
    version,
    image,
    profile: imageProfile(image, spec),
    resources,
    memoryBytes: Number(bytes(resources.limits.memory) ?? 0n),
    spec,
    fleet,
  };
  const problems = rules.flatMap((rule) =>
    rule(cluster, document.kind).map(({ path, part, ...said }): Problem => ({
      ...said,
      at: source.placeOf(path, part ?? "value"),
    })),
  );
  return { cluster, problems };
}

/** CPO's `etcd_host` is its fleet's DCS; a PostgresCluster names its own. */
function withFleetDcs(spec: Spec, fleet: Fleet): Spec {
  if (fleet.etcdHost === "") return spec;
  return { ...spec, dcs: { ...spec.dcs, type: "etcd3", hosts: fleet.etcdHost.split(",") } };
}

/**
 * Requests and limits with the fleet's defaults; a request over the default limit raises that limit, and the fleet's
 * least limits raise one that is below them, as CPO does.
 */
function complete({ resources: own }: Spec, { resources: fleet, leastLimits: least }: Fleet): Resources {
  const requests = {
    cpu: own.requests.cpu ?? smaller(fleet.requests.cpu, own.limits.cpu, millicores),
    memory: own.requests.memory ?? smaller(fleet.requests.memory, own.limits.memory, bytes),
  };
  const limits = {
    cpu: own.limits.cpu ?? larger(fleet.limits.cpu, requests.cpu, millicores),
    memory: own.limits.memory ?? larger(fleet.limits.memory, requests.memory, bytes),
  };
  return {
    requests,
    limits: {
      cpu: larger(limits.cpu, least.cpu, millicores),
      memory: larger(limits.memory, least.memory, bytes),
    },
  };
}

type Measure = (quantity: string) => bigint | undefined;

function larger(a: string, b: string, measure: Measure): string {
  return (measure(b) ?? 0n) > (measure(a) ?? 0n) ? b : a;
}

function smaller(a: string, b: string | undefined, measure: Measure): string {
  return b !== undefined && (measure(b) ?? 0n) < (measure(a) ?? 0n) ? b : a;
}
