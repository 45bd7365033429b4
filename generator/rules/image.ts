import type { Cluster } from "../cluster/cluster.ts";
import { poolerOf, poolerRoles } from "../cluster/pooler.ts";
import { error, warning, type Finding } from "./finding.ts";

/** https://github.com/distribution/reference (grammar of a reference); the API server accepts anything. */
const reference =
  /^[a-zA-Z0-9][a-zA-Z0-9.:-]*(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*(:\w[\w.-]{0,127})?(@sha256:[0-9a-f]{64})?$/;

/** An image of the cluster's: where the spec names it, and what the OperatorConfiguration calls it if that does. */
type Image = {
  readonly name: string;
  readonly path: readonly string[];
  readonly ofFleet: string | undefined;
  readonly fix: string;
};

function images(cluster: Cluster): Image[] {
  const { image, spec } = cluster;
  const own = spec.connectionPooler?.dockerImage;
  return [
    {
      name: image,
      path: ["spec", "dockerImage"],
      ofFleet: spec.dockerImage === undefined ? "docker_image" : undefined,
      fix: `here or as spec.images."${spec.postgresql.version}" of the Settings`,
    },
    ...(poolerRoles(cluster).length === 0
      ? []
      : [
          {
            name: poolerOf(cluster).image,
            path: ["spec", "connectionPooler", "dockerImage"],
            ofFleet: own === undefined ? "connection_pooler_image" : undefined,
            fix: "here or as connection_pooler.connection_pooler_image of the OperatorConfiguration",
          },
        ]),
  ];
}

export function imageReference(cluster: Cluster): Finding[] {
  return images(cluster)
    .filter(({ name }) => name.length > 512 || !reference.test(name))
    .map(({ name, path, ofFleet }) =>
      warning({
        rule: "image-reference",
        message: `${JSON.stringify(name)}${ofFleet === undefined ? "" : `, the fleet's ${ofFleet},`} is no image that can be pulled`,
        fix: "write registry/repository:tag, or registry/repository:tag@sha256:… to pin it",
        path,
      }),
    );
}

/** A fleet that asks for digests runs what was reviewed: a tag may name another image tomorrow. */
export function imageDigest(cluster: Cluster): Finding[] {
  if (!cluster.fleet.requireDigest) return [];
  return images(cluster)
    .filter(({ name }) => !/@sha256:[0-9a-f]{64}$/.test(name))
    .map(({ name, path, ofFleet, fix }) =>
      error({
        rule: "image-digest",
        message: `${JSON.stringify(name)}${ofFleet === undefined ? "" : ", the fleet's image,"} has no digest, and the Settings require one`,
        fix: `write registry/repository:tag@sha256:…, ${fix}`,
        path,
      }),
    );
}
