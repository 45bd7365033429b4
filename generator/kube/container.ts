import type { IJob } from "kubernetes-models/batch/v1/Job";
import type { IContainer } from "kubernetes-models/v1/Container";
import type { IEnvVar } from "kubernetes-models/v1/EnvVar";
import type { IPodSpec } from "kubernetes-models/v1/PodSpec";
import type { IVolumeMount } from "kubernetes-models/v1/VolumeMount";
import type { Cluster } from "../cluster/cluster.ts";

/** What holds for every pod. What the API server would fill in is written out: a server-side dry-run shows no difference. */
export const podDefaults = {
  dnsPolicy: "ClusterFirst",
  schedulerName: "default-scheduler",
  // Service variables of other Services would become settings of programs that read their environment.
  enableServiceLinks: false,
} as const satisfies Partial<IPodSpec>;

/** What the API server fills in for every container. */
export const containerDefaults = {
  imagePullPolicy: "IfNotPresent",
  terminationMessagePath: "/dev/termination-log",
  terminationMessagePolicy: "File",
} as const satisfies Partial<IContainer>;

/** A Job that is done once, and what the API server fills in for it. */
export const jobDefaults = {
  backoffLimit: 6,
  completionMode: "NonIndexed",
  completions: 1,
  manualSelector: false,
  parallelism: 1,
  podReplacementPolicy: "TerminatingOrFailed",
  suspend: false,
} as const satisfies Partial<IJob["spec"]>;

/** Where a container sees a volume, or a folder of it. */
export function mountOf(name: string, mountPath: string, subPath?: string): IVolumeMount {
  return { mountPath, name, ...(subPath === undefined ? {} : { subPath }) };
}

/** A container under the `restricted` pod security standard, with nothing to write to but its volumes. */
export const restrictedContainer = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
  privileged: false,
  readOnlyRootFilesystem: true,
} satisfies IContainer["securityContext"];

/** A pod under the `restricted` pod security standard, as the user that the image is made for. */
export function restrictedPod({ profile }: Cluster): NonNullable<IPodSpec["securityContext"]> {
  return {
    fsGroup: profile.fsGroup,
    // A volume of a terabyte is not walked through at each start.
    fsGroupChangePolicy: "OnRootMismatch",
    runAsGroup: profile.gid,
    runAsNonRoot: profile.uid !== 0,
    runAsUser: profile.uid,
    seccompProfile: { type: "RuntimeDefault" },
  };
}

/** The command of a container: in `args` where the image's entrypoint has to run before it. */
export function run({ profile }: Cluster, command: string[]): Pick<IContainer, "command" | "args"> {
  return profile.entrypoint ? { args: command } : { command };
}

/** A variable with a field of the pod's. */
export function fromField(name: string, fieldPath: string): IEnvVar {
  return { name, valueFrom: { fieldRef: { apiVersion: "v1", fieldPath } } };
}

/** A variable with a key of a Secret's: the value never passes through here. */
export function fromSecret(name: string, secret: string, key: string): IEnvVar {
  return { name, valueFrom: { secretKeyRef: { name: secret, key } } };
}

/** Variables of which the first one of a name holds, in any letter case: as CPO does it. */
export function firstOfEachName(variables: readonly IEnvVar[]): IEnvVar[] {
  const first = new Map(variables.toReversed().map((variable) => [variable.name.toLowerCase(), variable]));
  return variables.filter((variable) => first.get(variable.name.toLowerCase()) === variable);
}
