import type { IResourceRequirements } from "kubernetes-models/v1/ResourceRequirements";
import type { Group } from "../cluster/group.ts";

/** What the database container asks for. Of huge pages Kubernetes wants the request to be the limit. */
export function resources({ spec, resources: { requests, limits } }: Group): IResourceRequirements {
  if (spec.hugePages === undefined) return { requests, limits };
  const { pageSize, amount } = spec.hugePages;
  const pages = { [`hugepages-${pageSize}`]: amount };
  return { requests: { ...requests, ...pages }, limits: { ...limits, ...pages } };
}
