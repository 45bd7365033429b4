import type { IContainer } from "kubernetes-models/v1/Container";
import type { Place } from "../problem.ts";
import type { BackupRepository, Spec, Toleration } from "./spec.ts";

/** What holds for all clusters: from CPO's OperatorConfiguration and from pgrender.yaml, with their defaults. */
export type Fleet = {
  readonly image: string;
  /** By major version; it wins over `image`. */
  readonly images: Readonly<Record<string, string>>;
  readonly requireDigest: boolean;
  /** `host:port` of the members, separated by commas, of an etcd that CPO's clusters keep their leader in; empty for Kubernetes itself. */
  readonly etcdHost: string;
  readonly superuser: string;
  readonly replicationUser: string;
  /** Roles that every owner of a database becomes a member of. */
  readonly ownerRoles: readonly string[];
  /** The role whose members may grant each user's; undefined for none. */
  readonly usersAdministrator: string | undefined;
  /** Names that no user of a cluster gets. */
  readonly protectedRoles: readonly string[];
  readonly clusterLabels: Readonly<Record<string, string>>;
  readonly clusterNameLabel: string;
  readonly podRoleLabel: string;
  /** CPO's template of a credential Secret's name, e.g. `{username}.{cluster}.credentials.{tprkind}.{tprgroup}`. */
  readonly secretName: string;
  /** Whether Secrets of users may go into other namespaces. */
  readonly foreignSecrets: boolean;
  /** CPO's template of a disruption budget's name, e.g. `postgres-{cluster}-pdb`. */
  readonly disruptionBudgetName: string;
  readonly disruptionBudgets: boolean;
  readonly gracePeriodSeconds: number;
  readonly pod: FleetPod;
  /** Keys of a cluster's metadata that its objects take over; `statefulSet` are patterns of further annotations for that one. */
  readonly inherited: {
    readonly labels: readonly string[];
    readonly annotations: readonly string[];
    readonly statefulSet: readonly string[];
  };
  /** What CPO keeps the number of instances between, -1 for no limit, and the annotation that frees a cluster of it. */
  readonly instances: { readonly least: number; readonly most: number; readonly freedBy: string };
  /** Whether the name of a cluster has to begin with that of its team. */
  readonly teamPrefix: boolean;
  /** Kubernetes deletes the claims of members that go, or keeps them. */
  readonly claimRetention: { readonly whenDeleted: Retention; readonly whenScaled: Retention };
  readonly failsafe: boolean;
  readonly resources: Resources;
  /** A smaller limit of a cluster's is raised to it. */
  readonly leastLimits: Resources["limits"];
  readonly loadBalancers: LoadBalancers;
  readonly pooler: FleetPooler;
  /** A larger request of a cluster's is cut to it. */
  readonly greatestRequests: { readonly cpu: string | undefined; readonly memory: string | undefined };
  /** Whether the memory that is set aside is all that may be used. */
  readonly memoryRequestIsLimit: boolean;
  readonly logicalBackups: LogicalBackups;
  readonly networkPolicies: boolean;
  /** Where the API server is, as network policies have to name it; no CIDR means anywhere. */
  readonly apiServer: { readonly cidrs: readonly string[]; readonly ports: readonly number[] };
};

/** What holds for Services of type LoadBalancer; the names of their DNS records are CPO's templates. */
export type LoadBalancers = {
  readonly primary: boolean;
  readonly replicas: boolean;
  readonly primaryPooler: boolean;
  readonly replicasPooler: boolean;
  readonly trafficPolicy: "Cluster" | "Local";
  /** Annotations of every Service, load balancer or not. */
  readonly annotations: Readonly<Record<string, string>>;
  readonly hostedZone: string;
  readonly primaryNames: DnsNames;
  readonly replicasNames: DnsNames;
};

/** Of `{cluster}`, `{namespace}`, `{team}` and `{hostedzone}`. */
type DnsNames = { readonly name: string; readonly legacy: string };

/** What holds for poolers, where a cluster does not say otherwise. */
export type FleetPooler = {
  readonly image: string;
  /** Pods of each pooler, while the cluster is awake. */
  readonly instances: number;
  readonly schema: string;
  readonly user: string;
  readonly mode: "session" | "transaction" | "statement";
  /** Connections of all pods to one database, where there is room for so many. */
  readonly connections: number;
  readonly resources: Resources;
};

/** What holds for the logical backups of all clusters. */
export type LogicalBackups = {
  readonly schedule: string;
  /** Start of the CronJobs' names. */
  readonly prefix: string;
  /** The bucket or container that CPO's configuration names, as a repository of pgBackRest's; undefined if it names none. */
  readonly store: BackupRepository | undefined;
  /** The Secret with its keys, in the namespace of each cluster; empty: the pods have an identity of their own. */
  readonly secret: string;
  /** As in `2 weeks`; empty: dumps are never removed. */
  readonly retention: string;
  readonly resources: {
    readonly requests: Partial<Resources["requests"]>;
    readonly limits: Partial<Resources["limits"]>;
  };
};

type Retention = "Delete" | "Retain";

/** What holds for every database pod of the fleet. An empty name is none. */
export type FleetPod = {
  readonly sidecars: readonly IContainer[];
  readonly allowed: { readonly initContainers: boolean; readonly sidecars: boolean };
  /** Whether sidecars see PostgreSQL's socket. */
  readonly sharedSocket: boolean;
  readonly sharedMemory: boolean;
  readonly annotations: Readonly<Record<string, string>>;
  /** Labels of nodes that are ready for databases, and how they join a cluster's own choice of nodes. */
  readonly nodes: { readonly labels: Readonly<Record<string, string>>; readonly merge: "AND" | "OR" };
  readonly apart: { readonly mode: "no" | "preferred" | "required"; readonly topologyKey: string };
  readonly tolerations: readonly Toleration[];
  readonly priorityClass: string;
  readonly environment: { readonly configMap: string; readonly secret: string };
  readonly secretMount: { readonly secret: string; readonly path: string };
  readonly security: {
    readonly privileged: boolean;
    readonly escalation: boolean;
    readonly readOnlyRoot: boolean;
    readonly capabilities: readonly string[];
    readonly user: number | undefined;
    readonly group: number | undefined;
    readonly fsGroup: number | undefined;
  };
};

/** Quantities as Kubernetes writes them. */
export type Resources = {
  readonly requests: { readonly cpu: string; readonly memory: string };
  readonly limits: { readonly cpu: string; readonly memory: string };
};

/** How an image wants to be run. */
export type ImageProfile = {
  readonly uid: number;
  readonly gid: number;
  /** Group that the files of volumes belong to. */
  readonly fsGroup: number;
  /** Where initdb and postgres are, with `{version}` for the major version. */
  readonly binDirectory: string;
  /** Whether the image's entrypoint has to run, so that the command goes into `args`. */
  readonly entrypoint: boolean;
};

/** Replicas of their own kind, which follow only. */
export type Pool = {
  readonly name: string;
  /** Seconds that they lag behind on purpose. */
  readonly delaySeconds: number;
  /** Whether the cluster's read-only Service selects them too. */
  readonly replicaService: boolean;
  readonly resources: Resources;
  readonly memoryBytes: number;
  /** The spec of the cluster with what the pool has of its own in its place. */
  readonly spec: Spec;
};

/** One cluster, complete: holding one means that it is valid and that every default is filled in. */
export type Cluster = {
  readonly name: string;
  /** Absent: the objects go into the namespace that they are applied to. */
  readonly namespace: string | undefined;
  /** Folder of the document below the clusters folder, `""` at its top. */
  readonly folder: string;
  /** Of its name in the document. */
  readonly at: () => Place;
  readonly version: number;
  readonly image: string;
  readonly profile: ImageProfile;
  readonly resources: Resources;
  /** The memory that PostgreSQL can count on, in bytes: the container's limit. */
  readonly memoryBytes: number;
  /** With the number of instances that the fleet allows. */
  readonly spec: Spec;
  /** The number of instances that the document asks for. */
  readonly askedInstances: number;
  /** What the objects take over from the document's metadata; `statefulSet` goes to that object alone. */
  readonly inherited: {
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
    readonly statefulSet: Readonly<Record<string, string>>;
  };
  readonly pools: readonly Pool[];
  readonly fleet: Fleet;
};
