import type { IContainer } from "kubernetes-models/v1/Container";
import type { IEnvVar } from "kubernetes-models/v1/EnvVar";
import type { Group } from "../cluster/group.ts";
import { completeVariable } from "../kube/complete.ts";

/** A variable of the spec with its path there. */
type Own = { readonly path: readonly string[]; readonly variable: IEnvVar };

/** The variables of the database container: ours, then the spec's; the first one of a name holds, as with CPO. */
export function environment(cluster: Group, built: readonly IEnvVar[]): IEnvVar[] {
  return [...built, ...split(cluster, built).kept.map(({ variable }) => completeVariable(variable))];
}

/** The spec's variables that the container gets, and those that an earlier one keeps out. */
export function split(
  { spec }: Group,
  built: readonly IEnvVar[],
): { kept: readonly Own[]; leftOut: readonly Own[] } {
  // CPO compares names without regard to case.
  const taken = new Set(built.map(({ name }) => name.toLowerCase()));
  const own = [
    ...(spec.postgresql.env ?? []).map((variable, index) => ({
      variable,
      path: ["spec", "postgresql", "env", String(index)],
    })),
    ...(spec.env ?? []).map((variable, index) => ({ variable, path: ["spec", "env", String(index)] })),
  ];
  const [kept, leftOut]: [Own[], Own[]] = [[], []];
  for (const entry of own) {
    const name = entry.variable.name.toLowerCase();
    (taken.has(name) ? leftOut : kept).push(entry);
    taken.add(name);
  }
  return { kept, leftOut };
}

/** The fleet's ConfigMap and Secret, by reference: what they hold is not known here. The Secret's keys win. */
export function environmentObjects({ fleet }: Group): Pick<IContainer, "envFrom"> {
  const { configMap, secret } = fleet.pod.environment;
  const envFrom = [
    ...(configMap === "" ? [] : [{ configMapRef: { name: configMap } }]),
    ...(secret === "" ? [] : [{ secretRef: { name: secret } }]),
  ];
  return envFrom.length === 0 ? {} : { envFrom };
}
