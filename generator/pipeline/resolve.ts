import type { Cluster, Fleet } from "../cluster/cluster.ts";
import { imageProfile } from "../cluster/image.ts";
import { withDomains } from "../cluster/domains.ts";
import { inherited } from "../cluster/inherited.ts";
import { memoryBytes, pools } from "../cluster/pool.ts";
import { databaseResources } from "../cluster/resources.ts";
import type { ClusterDocument, Spec } from "../cluster/spec.ts";
import type { Problem } from "../problem.ts";
import { rules } from "../rules/index.ts";
import type { Source } from "./source.ts";

/** A cluster from its document and what holds for the fleet, or what keeps it from being one. */
export function resolve(
  document: ClusterDocument,
  source: Source,
  fleet: Fleet,
): { cluster: Cluster; problems: Problem[] } {
  const own = document.kind === "postgresql" ? withFleetDcs(document.spec, fleet) : document.spec;
  const spec = withDomains({ ...own, numberOfInstances: allowedInstances(document, fleet) });
  const image = spec.dockerImage ?? fleet.images[spec.postgresql.version] ?? fleet.image;
  const version = Number(spec.postgresql.version);
  const resources = databaseResources(spec.resources, fleet);
  const cluster: Cluster = {
    name: document.metadata.name,
    namespace: document.metadata.namespace,
    folder: source.folder,
    at: () => source.placeOf(["metadata", "name"], "value"),
    version,
    image,
    profile: imageProfile(image, spec, fleet),
    resources,
    memoryBytes: memoryBytes(resources),
    spec,
    pools: pools(spec, fleet),
    askedInstances: own.numberOfInstances,
    inherited: inherited(document.metadata, fleet),
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

/** The number of instances between the fleet's limits, of which an annotation can free a cluster. */
function allowedInstances({ metadata, spec }: ClusterDocument, { instances }: Fleet): number {
  const { least, most, freedBy } = instances;
  if (freedBy !== "" && metadata.annotations?.[freedBy] === "true") return spec.numberOfInstances;
  const upTo = most < 0 ? spec.numberOfInstances : Math.min(most, spec.numberOfInstances);
  return Math.max(least, upTo);
}
