import type { Place } from "../problem.ts";
import type { Spec } from "./spec.ts";

/** What holds for all clusters: from CPO's OperatorConfiguration and from pgrender.yaml, with their defaults. */
export type Fleet = {
  readonly image: string;
  /** `host:port` of the members, separated by commas, of an etcd that CPO's clusters keep their leader in; empty for Kubernetes itself. */
  readonly etcdHost: string;
  readonly superuser: string;
  readonly replicationUser: string;
  readonly clusterLabels: Readonly<Record<string, string>>;
  readonly clusterNameLabel: string;
  readonly podRoleLabel: string;
  /** CPO's template of a credential Secret's name, e.g. `{username}.{cluster}.credentials.{tprkind}.{tprgroup}`. */
  readonly secretName: string;
  /** CPO's template of a disruption budget's name, e.g. `postgres-{cluster}-pdb`. */
  readonly disruptionBudgetName: string;
  readonly disruptionBudgets: boolean;
  readonly gracePeriodSeconds: number;
  readonly failsafe: boolean;
  readonly resources: Resources;
  /** A smaller limit of a cluster's is raised to it. */
  readonly leastLimits: Resources["limits"];
  readonly loadBalancers: LoadBalancers;
  readonly networkPolicies: boolean;
  /** Where the API server is, as network policies have to name it; no CIDR means anywhere. */
  readonly apiServer: { readonly cidrs: readonly string[]; readonly ports: readonly number[] };
};

/** What holds for Services of type LoadBalancer; the names of their DNS records are CPO's templates. */
export type LoadBalancers = {
  readonly primary: boolean;
  readonly replicas: boolean;
  readonly trafficPolicy: "Cluster" | "Local";
  /** Annotations of every Service, load balancer or not. */
  readonly annotations: Readonly<Record<string, string>>;
  readonly hostedZone: string;
  readonly primaryNames: DnsNames;
  readonly replicasNames: DnsNames;
};

/** Of `{cluster}`, `{namespace}`, `{team}` and `{hostedzone}`. */
type DnsNames = { readonly name: string; readonly legacy: string };

/** Quantities as Kubernetes writes them. */
export type Resources = {
  readonly requests: { readonly cpu: string; readonly memory: string };
  readonly limits: { readonly cpu: string; readonly memory: string };
};

/** How an image wants to be run. */
export type ImageProfile = {
  readonly uid: number;
  readonly gid: number;
  /** Where initdb and postgres are, with `{version}` for the major version. */
  readonly binDirectory: string;
  /** Whether the image's entrypoint has to run, so that the command goes into `args`. */
  readonly entrypoint: boolean;
};

/** One cluster, complete: holding one means that it is valid and that every default is filled in. */
export type Cluster = {
  readonly name: string;
  /** Absent: the objects go into the namespace that they are applied to. */
  readonly namespace: string | undefined;
  /** Folder of the document below the clusters folder, `""` at its top. */
  readonly folder: string;
  readonly at: Place;
  readonly version: number;
  readonly image: string;
  readonly profile: ImageProfile;
  readonly resources: Resources;
  /** The memory that PostgreSQL can count on, in bytes: the container's limit. */
  readonly memoryBytes: number;
  readonly spec: Spec;
  readonly fleet: Fleet;
};
