import type { Fleet, FleetPod, Resources } from "../cluster/cluster.ts";
import type { OperatorConfiguration } from "../cluster/spec.ts";
import { byKey } from "../kube/metadata.ts";

type Configuration = OperatorConfiguration["configuration"];

/** What CPO's configuration says about all database pods. */
export function fleetPod({ kubernetes: keys, aws_or_gcp: cloud, ...configuration }: Configuration): FleetPod {
  const images = Object.entries(configuration.sidecar_docker_images).sort(byKey);
  const { requests, limits } = defaultResources(configuration.postgres_pod_resources);
  const resources = { requests: { ...requests }, limits: { ...limits } };
  return {
    sidecars: [
      ...(configuration.sidecars ?? []),
      ...images.map(([name, image]) => ({
        name,
        image,
        imagePullPolicy: "IfNotPresent" as const,
        resources,
      })),
    ],
    allowed: { initContainers: keys.enable_init_containers, sidecars: keys.enable_sidecars },
    sharedSocket: keys.share_pgsocket_with_sidecars,
    sharedMemory: configuration.enable_shm_volume,
    annotations: {
      ...keys.custom_pod_annotations,
      ...(cloud.kube_iam_role === "" ? {} : { "iam.amazonaws.com/role": cloud.kube_iam_role }),
    },
    nodes: { labels: keys.node_readiness_label, merge: keys.node_readiness_label_merge },
    apart: { mode: apart(keys), topologyKey: keys.pod_antiaffinity_topology_key },
    tolerations: Object.keys(keys.toleration).length === 0 ? [] : [keys.toleration],
    priorityClass: keys.pod_priority_class_name,
    environment: {
      // CPO reads it from any namespace, a pod only from its own.
      configMap: keys.pod_environment_configmap.replace(/^.*\//, ""),
      secret: keys.pod_environment_secret,
    },
    secretMount: { secret: cloud.additional_secret_mount, path: cloud.additional_secret_mount_path },
    security: {
      privileged: keys.spilo_privileged,
      escalation: keys.spilo_allow_privilege_escalation ?? false,
      readOnlyRoot: keys.container_readonly_root_filesystem,
      capabilities: keys.additional_pod_capabilities,
      user: keys.spilo_runasuser,
      group: keys.spilo_runasgroup,
      fsGroup: keys.spilo_fsgroup,
    },
  };
}

/** What a database gets that asks for nothing. */
export function defaultResources(keys: Configuration["postgres_pod_resources"]): Resources {
  return {
    requests: { cpu: keys.default_cpu_request, memory: keys.default_memory_request },
    limits: { cpu: keys.default_cpu_limit, memory: keys.default_memory_limit },
  };
}

/** What CPO's configuration says about the claims of members that go. */
export function claimRetention({ kubernetes }: Configuration): Fleet["claimRetention"] {
  const { when_deleted: deleted, when_scaled: scaled } = kubernetes.persistent_volume_claim_retention_policy;
  return {
    whenDeleted: deleted === "delete" ? "Delete" : "Retain",
    whenScaled: scaled === "delete" ? "Delete" : "Retain",
  };
}

/** Where CPO's configuration says nothing, a wish: a small cluster of nodes still gets all its members. */
function apart(keys: Configuration["kubernetes"]): FleetPod["apart"]["mode"] {
  if (keys.enable_pod_antiaffinity === undefined) return "preferred";
  if (!keys.enable_pod_antiaffinity) return "no";
  return keys.pod_antiaffinity_preferred_during_scheduling ? "preferred" : "required";
}
