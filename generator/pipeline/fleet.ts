import type { Fleet, LoadBalancers } from "../cluster/cluster.ts";
import { schemaOf } from "../cluster/schemas.ts";
import type { LoadBalancerConfiguration, OperatorConfiguration, Settings } from "../cluster/spec.ts";
import { enclosing } from "../file.ts";
import { durationSeconds } from "../kube/duration.ts";
import type { Problem } from "../problem.ts";
import { claimRetention, defaultResources, fleetPod } from "./fleet-pod.ts";
import { podProblems } from "./fleet-pod-rules.ts";
import { logicalBackups } from "./fleet-logical.ts";
import { logicalProblems } from "./fleet-logical-rules.ts";
import { fleetPooler } from "./fleet-pooler.ts";
import { fleetProblems, ranges } from "./fleet-rules.ts";
import type { Valid } from "./validate.ts";

/** What holds for the clusters of a folder: the documents of the nearest folder around it that has some, or defaults. */
export type Fleets = { readonly of: (folder: string) => Fleet; readonly problems: readonly Problem[] };

export function fleets(documents: readonly Valid[]): Fleets {
  const operators = byFolder(documents.filter((document) => document.kind === "operator"));
  const settings = byFolder(documents.filter((document) => document.kind === "settings"));
  const joined = new Map<string, Fleet>();
  const of = (folder: string): Fleet => {
    const known = joined.get(folder);
    if (known !== undefined) return known;
    const found = join(
      nearest(operators, folder)?.document.configuration ?? defaultOperator().configuration,
      nearest(settings, folder)?.document.spec ?? defaultSettings().spec,
    );
    joined.set(folder, found);
    return found;
  };
  const folders = documents.filter(({ kind }) => kind === "cluster").map(({ source }) => source.folder);
  const used = new Set(folders.flatMap(enclosing));
  return {
    of,
    problems: [
      ...[...operators.values()].flatMap((list) => onlyOne(list, "OperatorConfiguration")),
      ...[...settings.values()].flatMap((list) => onlyOne(list, "Settings")),
      ...[...operators.values()]
        .flat()
        .flatMap(({ source, document }) => [
          ...fleetProblems(of(source.folder), document, source),
          ...podProblems(of(source.folder), document, source),
          ...logicalProblems(of(source.folder), document, source),
        ]),
      ...[...settings.values()].flat().flatMap(({ source, document }) => ranges(document, source)),
      ...[...operators.values(), ...settings.values()]
        .flat()
        .flatMap(({ source, document }) =>
          folders.length === 0 || used.has(source.folder) ? [] : [idle(source, document.kind)],
        ),
    ],
  };
}

function byFolder<T extends Valid>(documents: readonly T[]): ReadonlyMap<string, readonly T[]> {
  const folders = new Map<string, T[]>();
  for (const document of documents) {
    const list = folders.get(document.source.folder);
    if (list === undefined) folders.set(document.source.folder, [document]);
    else list.push(document);
  }
  return folders;
}

function nearest<T>(folders: ReadonlyMap<string, readonly T[]>, folder: string): T | undefined {
  for (const around of enclosing(folder)) {
    const [first] = folders.get(around) ?? [];
    if (first !== undefined) return first;
  }
  return undefined;
}

function idle(source: Valid["source"], kind: string): Problem {
  return {
    rule: "holds-for-nothing",
    severity: "warning",
    message: `no cluster is in the folder of this ${kind} or below it, so it holds for none`,
    fix: "move it to a folder around the clusters that it is for",
    at: source.placeOf(["kind"], "value"),
  };
}

function join(operator: OperatorConfiguration["configuration"], settings: Settings["spec"]): Fleet {
  const { kubernetes, users, postgres_pod_resources: resources } = operator;
  return {
    image: operator.docker_image,
    images: settings.images,
    requireDigest: settings.requireDigest,
    etcdHost: operator.etcd_host ?? "",
    superuser: users.super_username,
    replicationUser: users.replication_username,
    ownerRoles: users.additional_owner_roles ?? [],
    usersAdministrator: operator.teams_api.enable_admin_role_for_users
      ? operator.teams_api.team_admin_role
      : undefined,
    protectedRoles: operator.teams_api.protected_role_names,
    clusterLabels: kubernetes.cluster_labels,
    clusterNameLabel: kubernetes.cluster_name_label,
    podRoleLabel: kubernetes.pod_role_label,
    secretName: kubernetes.secret_name_template,
    foreignSecrets: kubernetes.enable_cross_namespace_secret,
    disruptionBudgetName: kubernetes.pdb_name_format,
    disruptionBudgets: kubernetes.enable_pod_disruption_budget,
    gracePeriodSeconds: durationSeconds(kubernetes.pod_terminate_grace_period) ?? 300,
    failsafe: operator.patroni.enable_patroni_failsafe_mode,
    resources: defaultResources(resources),
    leastLimits: { cpu: resources.min_cpu_limit, memory: resources.min_memory_limit },
    loadBalancers: loadBalancers(operator.load_balancer),
    pooler: fleetPooler(operator.connection_pooler),
    greatestRequests: { cpu: resources.max_cpu_request, memory: resources.max_memory_request },
    memoryRequestIsLimit: operator.set_memory_request_to_limit,
    pod: fleetPod(operator),
    inherited: {
      labels: kubernetes.inherited_labels,
      annotations: kubernetes.inherited_annotations,
      statefulSet: kubernetes.downscaler_annotations,
    },
    instances: {
      least: operator.min_instances,
      most: operator.max_instances,
      freedBy: operator.ignore_instance_limits_annotation_key,
    },
    teamPrefix: operator.enable_team_id_clustername_prefix,
    claimRetention: claimRetention(operator),
    logicalBackups: logicalBackups(operator.logical_backup, settings),
    networkPolicies: settings.networkPolicies,
    apiServer: settings.apiServer,
  };
}

function loadBalancers(given: LoadBalancerConfiguration): LoadBalancers {
  return {
    primary: given.enable_master_load_balancer,
    replicas: given.enable_replica_load_balancer,
    primaryPooler: given.enable_master_pooler_load_balancer,
    replicasPooler: given.enable_replica_pooler_load_balancer,
    trafficPolicy: given.external_traffic_policy,
    annotations: given.custom_service_annotations,
    hostedZone:
      given.db_hosted_zone === ""
        ? defaultOperator().configuration.load_balancer.db_hosted_zone
        : given.db_hosted_zone,
    primaryNames: { name: given.master_dns_name_format, legacy: given.master_legacy_dns_name_format },
    replicasNames: { name: given.replica_dns_name_format, legacy: given.replica_legacy_dns_name_format },
  };
}

function onlyOne(documents: readonly Valid[], kind: string): Problem[] {
  return documents.slice(1).map(({ source }) => ({
    rule: "second-of-its-kind",
    severity: "error",
    message: `a second ${kind}: the first is in ${documents[0]?.source.file ?? ""}`,
    fix: `keep one ${kind} in a folder, it holds for all clusters below`,
    at: source.placeOf(["kind"], "value"),
  }));
}

function defaultOperator(): OperatorConfiguration {
  const document: unknown = {
    apiVersion: "cpo.opensource.cybertec.at/v1",
    kind: "OperatorConfiguration",
    metadata: { name: "defaults" },
    configuration: {},
  };
  return filled<OperatorConfiguration>("operator", document);
}

function defaultSettings(): Settings {
  return filled<Settings>("settings", { apiVersion: "pgrender.dev/v1", kind: "Settings", spec: {} });
}

/** A document with nothing but the defaults of its schema. */
function filled<T>(kind: "operator" | "settings", document: unknown): T {
  const { validate } = schemaOf(kind);
  const accepts = (given: unknown): given is T => validate(given) === true;
  if (accepts(document)) return document;
  throw new Error(`the defaults of ${kind} do not hold: ${JSON.stringify(validate.errors)}`);
}
