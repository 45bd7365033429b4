import type { Fleet } from "../cluster/cluster.ts";
import { expression, handedOn } from "../cluster/inherited.ts";
import type { OperatorConfiguration } from "../cluster/spec.ts";
import type { Problem } from "../problem.ts";
import { podLoosened } from "../rules/security.ts";
import type { Source } from "./source.ts";

type Said = Omit<Problem, "at"> & { readonly path: readonly (string | number)[] };

/** What CPO's configuration says of pods that does not hold here, or holds and has a price. */
export function podProblems(
  fleet: Fleet,
  { configuration }: OperatorConfiguration,
  source: Source,
): Problem[] {
  const said = [
    ...podLoosened(fleet),
    ...notHandedOn(fleet),
    ...patterns(fleet),
    ...ownNamespace(configuration.kubernetes.pod_environment_configmap),
    ...deletedClaims(fleet),
  ];
  return said.map(({ path, ...problem }) => ({
    ...problem,
    at: source.placeOf(["configuration", ...path], "value"),
  }));
}

function notHandedOn({ inherited }: Fleet): Said[] {
  const lists = { inherited_labels: inherited.labels, inherited_annotations: inherited.annotations };
  return Object.entries(lists).flatMap(([list, keys]) =>
    keys
      .filter((key) => !handedOn(key))
      .map((key): Said => ({
        rule: "not-inherited",
        severity: "warning",
        message: `configuration.kubernetes.${list} has ${key}, which is not copied: it steers how an engine treats one object`,
        fix: "take it out of the list",
        path: ["kubernetes", list, keys.indexOf(key)],
      })),
  );
}

function patterns({ inherited }: Fleet): Said[] {
  return inherited.statefulSet.flatMap((pattern, index) => {
    if (expression(pattern) !== undefined) return [];
    return {
      rule: "wrong-format",
      severity: "error",
      message: `configuration.kubernetes.downscaler_annotations[${index}] is ${JSON.stringify(pattern)}, which is no regular expression`,
      fix: "write one, as in ^downscaler/",
      path: ["kubernetes", "downscaler_annotations", index],
    };
  });
}

function ownNamespace(given: string): Said[] {
  if (!given.includes("/")) return [];
  const path = ["kubernetes", "pod_environment_configmap"];
  return [
    {
      rule: "own-namespace",
      severity: "warning",
      message: `configuration.${path.join(".")} is ${given}: a pod reads a ConfigMap of its own namespace alone`,
      fix: `put a copy of ${given.replace(/^.*\//, "")} into each namespace with a cluster, and write the name alone`,
      path,
    },
  ];
}

function deletedClaims({ claimRetention }: Fleet): Said[] {
  const keys = { when_deleted: claimRetention.whenDeleted, when_scaled: claimRetention.whenScaled };
  return Object.entries(keys)
    .filter(([, retention]) => retention === "Delete")
    .map(([key]): Said => ({
      rule: "claims-deleted",
      severity: "warning",
      message: `configuration.kubernetes.persistent_volume_claim_retention_policy.${key} is delete: Kubernetes deletes volumes with their data when ${key === "when_scaled" ? "a cluster gets fewer instances" : "a StatefulSet is deleted, also by mistake"}`,
      fix: "write retain, and delete claims by hand",
      path: ["kubernetes", "persistent_volume_claim_retention_policy", key],
    }));
}
