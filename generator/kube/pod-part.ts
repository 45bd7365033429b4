import type { IContainer } from "kubernetes-models/v1/Container";
import type { IVolume } from "kubernetes-models/v1/Volume";

/** What one component adds to the database pod. */
export type PodPart = {
  readonly env?: NonNullable<IContainer["env"]>;
  readonly mounts?: NonNullable<IContainer["volumeMounts"]>;
  readonly volumes?: readonly IVolume[];
  /** Containers that start before the database and end after it. */
  readonly beside?: readonly IContainer[];
  /** Containers that come and go with the database. */
  readonly alongside?: readonly IContainer[];
  /** Fields of the database container that the component alone decides. */
  readonly container?: Pick<
    IContainer,
    "command" | "args" | "lifecycle" | "startupProbe" | "readinessProbe" | "livenessProbe" | "ports"
  >;
};
