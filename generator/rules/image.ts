import type { Cluster } from "../cluster/cluster.ts";
import { error, warning, type Finding } from "./finding.ts";

/** https://github.com/distribution/reference (grammar of a reference); the API server accepts anything. */
export function imageReference({ image, spec }: Cluster): Finding[] {
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

/** A fleet that asks for digests runs what was reviewed: a tag may name another image tomorrow. */
export function imageDigest({ image, spec, fleet }: Cluster): Finding[] {
  if (!fleet.requireDigest || /@sha256:[0-9a-f]{64}$/.test(image)) return [];
  return [
    error({
      rule: "image-digest",
      message: `${JSON.stringify(image)}${spec.dockerImage === undefined ? ", the fleet's image," : ""} has no digest, and the Settings require one`,
      fix: `write registry/repository:tag@sha256:…, here or as spec.images."${spec.postgresql.version}" of the Settings`,
      path: ["spec", "dockerImage"],
    }),
  ];
}
