import type { Cluster, Fleet } from "../cluster/cluster.ts";
import type { IContainer } from "kubernetes-models/v1/Container";
import { warning, type Finding } from "./finding.ts";

const price = "a namespace that enforces the restricted pod security standard refuses the pods";

/** What the fleet's configuration loosens of the `restricted` standard: it holds, and is said. */
export function podLoosened({ pod }: Fleet): Finding[] {
  const { privileged, escalation, readOnlyRoot, capabilities, user } = pod.security;
  const said: readonly (readonly [boolean, string, string])[] = [
    [privileged, "spilo_privileged", "false"],
    [escalation, "spilo_allow_privilege_escalation", "false"],
    [!readOnlyRoot, "container_readonly_root_filesystem", "true"],
    [capabilities.some(beyond), "additional_pod_capabilities", "[]"],
    [user === 0, "spilo_runasuser", "the id of the image's postgres"],
  ];
  return said
    .filter(([loose]) => loose)
    .map(([, key, strict]) =>
      warning({
        rule: "security-loosened",
        message: `configuration.kubernetes.${key} gives every database more rights than it needs${key.startsWith("container") ? "" : `, and ${price}`}`,
        fix: `write ${strict}: PostgreSQL and Patroni need no more`,
        path: ["kubernetes", key],
      }),
    );
}

/** What a cluster's own containers loosen of it. */
export function containersLoosened({ spec }: Cluster): Finding[] {
  const lists = {
    sidecars: spec.sidecars,
    initContainers: spec.initContainers,
    init_containers: spec.init_containers,
  };
  const own = Object.entries(lists).flatMap(([list, containers]) =>
    (containers ?? []).flatMap((container, index) =>
      loosened(container).map((field) =>
        warning({
          rule: "security-loosened",
          message: `spec.${list}[${index}].securityContext.${field} goes beyond what a database pod needs, and ${price}`,
          fix: `take ${field} out, or apply the cluster to a namespace that allows it`,
          path: ["spec", list, String(index), "securityContext", field],
        }),
      ),
    ),
  );
  return [...own, ...rootUser(spec.spiloRunAsUser), ...hostFolders(spec.additionalVolumes ?? [])];
}

function loosened({ securityContext: given = {} }: Pick<IContainer, "securityContext">): string[] {
  const said: Readonly<Record<string, boolean>> = {
    privileged: given.privileged === true,
    allowPrivilegeEscalation: given.allowPrivilegeEscalation === true,
    runAsUser: given.runAsUser === 0,
    runAsNonRoot: given.runAsNonRoot === false,
    capabilities:
      (given.capabilities?.add ?? []).some(beyond) || given.capabilities?.drop?.includes("ALL") === false,
    procMount: given.procMount === "Unmasked",
    seccompProfile: given.seccompProfile?.type === "Unconfined",
    appArmorProfile: given.appArmorProfile?.type === "Unconfined",
  };
  return Object.keys(said).filter((field) => said[field]);
}

/** The one capability that the standard lets a container add. */
function beyond(capability: string): boolean {
  return capability !== "NET_BIND_SERVICE";
}

function rootUser(user: number | undefined): Finding[] {
  if (user !== 0) return [];
  const message = `spec.spiloRunAsUser is 0: PostgreSQL refuses to run as root, and ${price}`;
  return [
    warning({ rule: "security-loosened", message, fix: "take it out", path: ["spec", "spiloRunAsUser"] }),
  ];
}

function hostFolders(volumes: NonNullable<Cluster["spec"]["additionalVolumes"]>): Finding[] {
  return volumes.flatMap(({ volumeSource }, index) => {
    const kind = (["hostPath", "nfs"] as const).find((name) => volumeSource[name] !== undefined);
    if (kind === undefined) return [];
    return warning({
      rule: "security-loosened",
      message: `spec.additionalVolumes[${index}].volumeSource.${kind}: ${price}`,
      fix: "use a claim, or apply the cluster to a namespace that allows it",
      path: ["spec", "additionalVolumes", String(index), "volumeSource", kind],
    });
  });
}
