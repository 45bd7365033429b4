import type { IContainer } from "kubernetes-models/v1/Container";
import type { Group } from "../cluster/group.ts";
import { escalates } from "../kube/complete.ts";
import { restrictedContainer } from "../kube/container.ts";

/** What the database container may do: the `restricted` standard, and what the fleet loosens of it. */
export function databaseSecurity({ fleet }: Group): NonNullable<IContainer["securityContext"]> {
  const { privileged, escalation, readOnlyRoot, capabilities: add } = fleet.pod.security;
  return {
    ...restrictedContainer,
    allowPrivilegeEscalation: escalation || escalates({ privileged, capabilities: { add: [...add] } }),
    ...(add.length === 0 ? {} : { capabilities: { add: [...add], ...restrictedContainer.capabilities } }),
    privileged,
    readOnlyRootFilesystem: readOnlyRoot,
  };
}
