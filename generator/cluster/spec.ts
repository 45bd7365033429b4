// Generated from schema.json by npm run generate.
// From operator-configuration.schema.json and settings.schema.json too. A field with a default is always there, because
// validation fills it in; one that may be null was nullable in CPO's CRD.
/* eslint-disable max-lines */
import type { IContainer } from "kubernetes-models/v1/Container";
import type { IEnvVar } from "kubernetes-models/v1/EnvVar";
import type { ITopologySpreadConstraint } from "kubernetes-models/v1/TopologySpreadConstraint";
import type { IVolume } from "kubernetes-models/v1/Volume";

/** A privilege of a role. @public */
export type RoleFlag =
  | "bypassrls"
  | "BYPASSRLS"
  | "nobypassrls"
  | "NOBYPASSRLS"
  | "createdb"
  | "CREATEDB"
  | "nocreatedb"
  | "NOCREATEDB"
  | "createrole"
  | "CREATEROLE"
  | "nocreaterole"
  | "NOCREATEROLE"
  | "inherit"
  | "INHERIT"
  | "noinherit"
  | "NOINHERIT"
  | "login"
  | "LOGIN"
  | "nologin"
  | "NOLOGIN"
  | "replication"
  | "REPLICATION"
  | "noreplication"
  | "NOREPLICATION"
  | "superuser"
  | "SUPERUSER"
  | "nosuperuser"
  | "NOSUPERUSER";

/** One PostgreSQL cluster: CPO's own manifest (kind postgresql) or the same with more fields (kind PostgresCluster). @public */
export interface ClusterDocument {
  /** cpo.opensource.cybertec.at/v1 with kind postgresql, pgrender.dev/v1 with kind PostgresCluster. */
  apiVersion: "cpo.opensource.cybertec.at/v1" | "pgrender.dev/v1";
  /** postgresql is CPO's own manifest, unchanged. PostgresCluster has more fields. */
  kind: "postgresql" | "PostgresCluster";
  /** Name and labels of the cluster. */
  metadata: Metadata;
  /** What the cluster is made of. */
  spec: Spec;
  /** What an operator last saw. */
  status?: unknown;
}
/** Name and labels of the cluster. @public */
export interface Metadata {
  /** Name of the cluster, from which every object's name is built. Renaming it means another, empty cluster. At most 51 characters, so that the longest Service name built from it still fits. */
  name: string;
  /** Kubernetes namespace that all objects of the cluster are put into. Moving it means another, empty cluster. */
  namespace?: string;
  /** Labels of the document itself. They choose nothing in the database. */
  labels?: Record<string, string>;
  /** Annotations of the document itself. */
  annotations?: Record<string, string>;
  /** Time of creation in the API server. */
  creationTimestamp?: unknown;
  /** Time at which the API server was asked to delete the object. */
  deletionTimestamp?: unknown;
  /** Seconds the API server grants before a deletion is final. */
  deletionGracePeriodSeconds?: unknown;
  /** Controllers that want a word before the object is deleted. */
  finalizers?: unknown;
  /** Prefix for a name chosen by the API server. Every cluster here needs a name of its own. */
  generateName?: unknown;
  /** Counter of changes to the object in the API server. */
  generation?: unknown;
  /** Record of which client set which field. */
  managedFields?: unknown;
  /** Objects whose deletion takes this one along. */
  ownerReferences?: unknown;
  /** Version stamp of the object in the API server. */
  resourceVersion?: unknown;
  /** Address of the object, from old API servers. */
  selfLink?: unknown;
  /** Identity that the API server gave to the object. */
  uid?: unknown;
}
/** Amounts of CPU and memory. @public */
export interface Quantities {
  /** CPU: whole or decimal cores (`2`, `0.5`) or thousandths of one (`500m`). Write it as a string. */
  cpu?: string;
  /** Memory in bytes, with a suffix such as `Mi` or `Gi`. Write it as a string. */
  memory?: string;
}
/** What a container asks the node for, and what it may use at most. @public */
export interface Resources {
  /** Amounts reserved on the node. What is left out comes from the fleet's settings. */
  requests: Quantities;
  /** Amounts the container may not exceed. Above the memory limit it is killed. What is left out comes from the fleet's settings. */
  limits: Quantities;
}
/** One condition on a label. @public */
export interface SelectorRequirement {
  /** Label the condition is about. */
  key: string;
  /** How the label is compared. */
  operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
  /** Values to compare with. Empty for Exists and DoesNotExist. */
  values?: string[];
}
/** Chooses objects by their labels. @public */
export interface LabelSelector {
  /** Labels that must all be there with these values. */
  matchLabels?: Record<string, string>;
  /** Conditions that must all hold. */
  matchExpressions?: SelectorRequirement[];
}
/** A persistent volume to claim. @public */
export interface Volume {
  /** Size of the volume, such as `10Gi`. It may grow if the storage class allows it; it can never shrink. */
  size: string;
  /** Storage class of the claim. Left out, the Kubernetes cluster's default class is taken. Fixed once the claim exists. */
  storageClass?: string;
  /** Labels of the existing volumes that may be bound. Fixed once the claim exists. */
  selector?: LabelSelector;
  /** Folder within the volume that is mounted instead of its root. Relative, without `..`. Changing it starts the database in another, empty folder. */
  subPath?: string;
  /** Input and output operations a second of an AWS EBS volume. */
  iops?: number;
  /** Throughput of an AWS EBS volume in MiB a second. */
  throughput?: number;
  /** Kind of AWS EBS volume, such as gp3. */
  type?: string;
  /** Gives each pod a new, empty volume that goes with it: for databases that may be thrown away, or pools that may be copied anew. Kubernetes refuses a change of it on an existing StatefulSet. */
  ephemeral: boolean;
}
/** How the data come from an older major version. @public */
export interface Upgrade {
  /** Major version of the data before. */
  from: "13" | "14" | "15" | "16" | "17";
  /** Name of the generation that begins with the upgrade. Left out: `pg` and the version, as in `pg18`. Another one upgrades anew. */
  id?: string;
  /** The generation that is upgraded. Left out: that of `restore.id`, or that of the upgrade before, or `0`, the first one. */
  previous?: string;
  /** Whether indexes may be rebuilt while nobody serves, where the libraries of the image sort text by another version of a collation than before. */
  reindex?: boolean;
  /** Former generations that are let go, as in `restore.discard`. There is no way back to them. */
  discard?: string[];
}
/** Version and settings of PostgreSQL. @public */
export interface Postgresql {
  /** Major version. Data of another one stay what they are until `upgrade` says otherwise; it is lowered together with the generation of the data. */
  version: "13" | "14" | "15" | "16" | "17" | "18";
  /** Brings the data from an older major version to this one. It stays in the spec. */
  upgrade?: Upgrade;
  /** Settings of postgresql.conf by name. Every value is a string (`"on"`, `"100"`). Depending on the setting a change is a reload or a restart. */
  parameters: Record<string, string>;
  /** Environment variables of the database container. One that pgrender sets is not replaced. */
  env?: IEnvVar[] | null;
  /** Labels of the database pods; they win over `labels`. */
  labels?: Record<string, string> | null;
}
/** How Patroni writes its log. @public */
export interface PatroniLog {
  /** Form of the log lines: text or one JSON object a line. */
  type?: "plain" | "json";
  /** Lowest level that is written. */
  level?: "DEBUG" | "INFO" | "WARNING" | "ERROR" | "CRITICAL";
  /** Level at which Python tracebacks are written. */
  traceback_level?: "DEBUG" | "INFO" | "WARNING" | "ERROR" | "CRITICAL";
  /** Fields added to every line. Only with type json. */
  static_fields?: Record<string, string>;
  /** Leaves out a heartbeat line that equals the one before. */
  deduplicate_heartbeat_logs?: boolean;
}
/** The etcd that all sites share. @public */
export interface MultisiteEtcd {
  /** Addresses `host:port` of the etcd members, separated by commas. */
  hosts?: string;
  /** User name for etcd. */
  user?: string;
  /** Password for etcd, in clear text. Do not commit one. */
  password?: string;
  /** Protocol of the connection, http or https. */
  protocol?: string;
  /** Secret with the client certificate for etcd. */
  certSecretName?: string;
}
/** A database whose leader is chosen among several sites. @public */
export interface Multisite {
  /** Turns it on, which is refused: it needs CYBERTEC's Patroni fork and an address that only a running cluster knows. */
  enable?: boolean;
  /** Name of this site, different at every site. */
  site?: string;
  /** The etcd that all sites share. */
  etcd?: MultisiteEtcd;
  /** Seconds after which a site that is not heard of loses the leadership. */
  ttl?: number;
  /** Seconds for which a failed operation on the shared etcd is tried again. */
  retry_timeout?: number;
}
/** Settings of Patroni, which keeps one leader. @public */
export interface Patroni {
  /** Options of initdb by name; `"true"` stands for an option without value. Read only when the first data directory is made. */
  initdb: Record<string, string>;
  /** Lines of pg_hba.conf, in order. They replace the rendered ones; a change is a reload. */
  pg_hba?: string[];
  /** Seconds a leader lock lives without being renewed: the time until a failover begins. */
  ttl: number;
  /** Seconds between two runs of Patroni's loop. */
  loop_wait: number;
  /** Seconds for which operations on the store and PostgreSQL are tried again before a leader steps down. */
  retry_timeout: number;
  /** Bytes of WAL a replica may lack and still be promoted. */
  maximum_lag_on_failover: number;
  /** Whether a commit waits for replicas: `true` for chosen ones, `quorum` for any of them (PostgresCluster only), so that a failover loses nothing acknowledged. */
  synchronous_mode: true | false | "quorum";
  /** Refuses commits rather than going on without a synchronous replica. */
  synchronous_mode_strict: boolean;
  /** Number of replicas a commit waits for. */
  synchronous_node_count: number;
  /** Permanent replication slots by name, with Patroni's keys for each (type, database, plugin). */
  slots: Record<string, Record<string, string>>;
  /** Seconds for which the primary keeps WAL for a member that is away. Then its replication slot goes, and so it does for a member that was scaled away; `0`: at once. Patroni 4.0 and later. */
  member_slots_ttl: number;
  /** Lets a leader that has lost the store go on as long as it reaches every other member. Left out, the fleet's settings decide. */
  failsafe_mode?: boolean;
  /** How Patroni writes its log. */
  log?: PatroniLog;
  /** A database whose leader is chosen among several sites. Refused when enabled: see docs/objects.md for what there is instead. */
  multisite?: Multisite;
}
/** When backups are taken, as cron lines in UTC. @public */
export interface BackupSchedule {
  /** When everything is copied. */
  full?: string;
  /** When the difference to the last full backup is copied. */
  diff?: string;
  /** When the difference to the last backup of any kind is copied. */
  incr?: string;
}
/** One place that backups and WAL are kept in. @public */
export interface BackupRepository {
  /** Name of the repository, repo1 to repo4. */
  name: string;
  /** Kind of storage: a volume in the cluster or an object store. */
  storage: "s3" | "gcs" | "azure" | "pvc";
  /** Bucket (S3, GCS) or container (Azure). */
  resource?: string;
  /** Address of the object store. */
  endpoint?: string;
  /** Region of the object store. */
  region?: string;
  /** Azure storage account. */
  account?: string;
  /** GCS: name of the key file in the configuration Secret. Azure: refused, for it is the account's key in clear text. */
  key?: string;
  /** How the key is meant: `service` or `auto` for GCS, `shared` or `sas` for Azure. */
  keyType?: string;
  /** When backups are taken into this repository. */
  schedule?: BackupSchedule;
  /** Volume of a pvc repository. */
  volume?: Volume;
}
/** Switches against accidents. @public */
export interface BackupProtection {
  /** Documented by CPO, but without effect there. */
  restore?: boolean;
}
/** Further configuration of pgBackRest. @public */
export interface BackupConfiguration {
  /** Secret whose `*.conf` files pgBackRest reads, for keys and passwords. */
  secret?: string;
  /** Switches against accidents. */
  protection?: BackupProtection;
}
/** Puts the cluster back to an earlier state, in place. @public */
export interface Restore {
  /** Name of the generation that the cluster lives in. A new one starts a restore; it stays in the spec. `0` is the first generation. */
  id?: string;
  /** Repository to restore from. */
  repo?: string;
  /** Options of `pgbackrest restore` by name, such as type, target and set. */
  options?: Record<string, string>;
  /** The generation that serves until this one has taken over, by the id of its restore. Left out: `0`, the first one. */
  previous?: string;
  /** The generation whose backups are restored. Left out: the previous one. */
  source?: string;
  /** Begins the generation with an empty database instead of a backup. The backups of the others stay. */
  empty?: boolean;
  /** Former generations that are let go: their data on the members' volumes and their backups in the repositories are removed, as soon as there is a backup of this one. */
  discard?: string[];
}
/** Backups by pgBackRest. @public */
export interface PgBackRest {
  /** Image of the repository host and of the pods that make backups: it has `pgbackrest`. The members' own image needs it, too. */
  image: string;
  /** Further configuration of pgBackRest. */
  configuration?: BackupConfiguration;
  /** Lines of pgBackRest's [global] section by name. */
  global?: Record<string, string>;
  /** One to four repositories, in the order of their names. */
  repos: BackupRepository[] | null;
  /** Puts the cluster back to an earlier state, in place. */
  restore?: Restore;
  /** Resources of the repository host, and of the pods that make backups, which have none if this is left out. A value that is left out comes from the fleet's settings. */
  resources?: Resources;
  /** Environment variables of the repository host and of the containers that make backups. */
  env?: IEnvVar[] | null;
  /** Labels of the pods of the repository host and of those that make backups. */
  labels?: Record<string, string> | null;
  /** Annotations of the ServiceAccounts of all pods that reach the object stores, by which a cloud gives them an identity instead of a key, as in eks.amazonaws.com/role-arn. */
  serviceAccountAnnotations?: Record<string, string>;
}
/** The scratch space of a verification. @public */
export interface VerificationVolume {
  /** Size of the volume. Left out, that of the volumes of one instance together. */
  size?: string;
  /** Storage class of the volume, which need not outlive anything. Left out, the Kubernetes cluster's default class is taken. */
  storageClass?: string;
}
/** A question to the restored databases. @public */
export interface VerificationQuery {
  /** Name of the query, by which it is reported. */
  name: string;
  /** Database that it is asked of. */
  database: string;
  /** SQL that only reads, run by the superuser. An error fails the verification. */
  sql: string;
  /** What it has to give, as `psql -At` prints it: columns separated by |, rows by line breaks. Left out, anything will do. */
  expect?: string;
}
/** Proves by schedule that the newest backup of each repository can be restored. @public */
export interface Verification {
  /** When, as a cron line in UTC. Left out, once a week in a night and at a minute that follow from the name of the cluster, so that a fleet is not restored all at once. */
  schedule?: string;
  /** The repositories whose backups are restored. Left out, all of them. */
  repos?: string[];
  /** Where a backup is restored to: a volume that comes and goes with the pod. */
  volume: VerificationVolume;
  /** Questions to the restored databases. */
  queries: VerificationQuery[];
  /** How tables and indexes are checked by `pg_amcheck`, where the image has it: not at all, their structure, or also that each row is in its indexes. */
  amcheck: "none" | "structure" | "all";
  /** Whether every file of the repository is read, by `pgbackrest verify`, and not only the newest backup and the WAL since. */
  wholeRepository: boolean;
  /** How old the newest backup may be, such as `26h`. Left out, of any age. */
  maxBackupAge?: string;
  /** How old the newest WAL in the repository may be, such as `1h`, in a cluster that is written to all the time. Left out, of any age. */
  maxWalAge?: string;
  /** Seconds until a verification is ended and has failed. */
  deadlineSeconds: number;
  /** Resources of the pod. What is left out comes from the fleet's settings. */
  resources: Resources;
}
/** Backups of the cluster. @public */
export interface Backup {
  /** Backups by pgBackRest. */
  pgbackrest?: PgBackRest;
  /** Where the dumps of enableLogicalBackup go, and for how long. */
  logical?: LogicalBackup;
  /** Proves by schedule that the newest backup of each repository can be restored. Its presence turns it on. */
  verification?: Verification;
  /** One more backup at once, as before a migration. */
  now?: BackupNow;
  /** By which the pods of the cluster know each other when they exchange files and WAL. */
  certificates?: BackupCertificates;
  /** Time zone of all schedules of backups, by its IANA name, as in Europe/Vienna. Left out: that of Kubernetes' controller, mostly UTC. */
  timeZone?: string;
  /** Seconds after which a scheduled backup is given up and its Job fails. Left out: 86400. A verification has its own. */
  deadlineSeconds?: number;
}
/** By which the pods of the cluster know each other. @public */
export interface BackupCertificates {
  /** Who makes the Secret `C-pgbackrest-cert`. `generate`: the Secrets Job, once, for ten years. `certManager`: cert-manager, which renews it. `existing`: it is there already. Left out: generate if the Job makes the passwords too, otherwise existing. */
  provider?: "generate" | "certManager" | "existing";
  /** Who signs for certManager. Left out, an authority of the cluster's own, which cert-manager makes. */
  issuer?: CertificateIssuer;
  /** For how long a certificate of certManager holds, such as `720h`, one hour or more. Left out: cert-manager's 90 days. */
  duration?: string;
  /** How long before its end it is renewed, such as `240h`, five minutes or more. Left out: a third of its time. */
  renewBefore?: string;
}
/** An issuer of cert-manager's. @public */
export interface CertificateIssuer {
  /** Its name; an Issuer is in the namespace of the cluster. */
  name: string;
  /** `Issuer`, `ClusterIssuer`, or a kind of another group. */
  kind: string;
  /** API group of the issuer: that of an external one is its own. */
  group: string;
}
/** One more backup at once. @public */
export interface BackupNow {
  /** Names the backup, once: another id makes another one. pgBackRest keeps it as the annotation pgrender. */
  id: string;
  /** Kind of backup. Left out: full. */
  type?: "full" | "diff" | "incr";
  /** Repositories of backup.pgbackrest that it goes into. Left out: all of them. */
  repositories?: string[];
}
/** Where the dumps of enableLogicalBackup go, and for how long. @public */
export interface LogicalBackup {
  /** Repositories of backup.pgbackrest that dumps are put into. Left out: the store that the fleet's configuration names, or else all of them. */
  repositories?: string[];
  /** Age from which dumps are removed, as in `2 weeks`. The newest whole one always stays. Empty: never. Left out: the fleet's. */
  retention?: string;
}
/** The repository of the source cluster. @public */
export interface CloneRepository {
  /** Which of the source's repositories it is, if that has several on volumes. The options and keys of a repository begin with it. Left out: repo1. */
  name?: string;
  /** Kind of storage: a volume in the cluster or an object store. */
  storage?: "s3" | "gcs" | "azure" | "pvc";
  /** Bucket (S3, GCS) or container (Azure). */
  resource?: string;
  /** Address of the object store. */
  endpoint?: string;
  /** Region of the object store. */
  region?: string;
  /** Azure storage account. */
  account?: string;
  /** GCS: name of the key file in the configuration Secret. Azure: the account's key, in clear text: do not commit one. */
  key?: string;
  /** How the key is meant: `service` or `auto` for GCS, `shared` or `sas` for Azure. */
  keyType?: string;
}
/** Further configuration of pgBackRest for this repository. @public */
export interface CloneConfiguration {
  /** Secret whose `*.conf` files pgBackRest reads, for keys and passwords. */
  secret?: string;
}
/** The repository that has the backups of another cluster. @public */
export interface ClonePgBackRest {
  /** Further configuration of pgBackRest for this repository. */
  configuration?: CloneConfiguration;
  /** Further lines of pgBackRest's configuration, such as repo1-path; and the options of `pgbackrest restore` that say where a clone ends, such as type, target and set. */
  options?: Record<string, string>;
  /** The repository of the source cluster. */
  repo?: CloneRepository;
  /** The generation of the source cluster whose backups these are: the restore.id there. Left out: `0`, the first one. */
  generation?: string;
}
/** The cluster that this one starts as a copy of. @public */
export interface Clone {
  /** Name of the source cluster. */
  cluster: string;
  /** Namespace of the source cluster. Left out: the clone's own. */
  namespace?: string;
  /** Secret of the clone's namespace with the source's replication password under the key password. Left out: the one with the source's name for it. Needed only while the copy is made. */
  credentialsSecret?: string;
  /** Kubernetes UID of the source cluster, a part of the path of its WAL archive. */
  uid?: string;
  /** Point in time to copy, as in 2026-01-31T12:00:00+00:00. The offset is needed, and pgbackrest, which has the backups. */
  timestamp?: string;
  /** Path of the source's WAL archive in S3. Refused: WAL-E reads it, which no image has any more. */
  s3_wal_path?: string;
  /** Address of the S3 store. Refused: WAL-E reads it, which no image has any more. */
  s3_endpoint?: string;
  /** Access key of the S3 store. Refused: WAL-E reads it, which no image has any more. */
  s3_access_key_id?: string;
  /** Secret key of the S3 store. In clear text: do not commit one. Refused: WAL-E reads it, which no image has any more. */
  s3_secret_access_key?: string;
  /** Puts the bucket into the path instead of the host name. Refused: WAL-E reads it, which no image has any more. */
  s3_force_path_style?: boolean;
  /** The repository to copy from, instead of the running cluster. */
  pgbackrest?: ClonePgBackRest;
}
/** The cluster that this one follows: by streaming from its leader, standby_host, by the WAL in its repository, pgbackrest, or by both. @public */
export interface Standby {
  /** Host name or address of the leader to stream from: the Service of a cluster, or several hosts separated by commas. */
  standby_host?: string;
  /** Port of the leader to stream from, as a string. */
  standby_port?: string;
  /** Replication slot to use at the leader, which has to exist there: patroni.slots of the source makes it. */
  standby_primary_slot_name?: string;
  /** Path of the leader's WAL archive in S3. Refused: WAL-E reads it, which no image has any more. */
  s3_wal_path?: string;
  /** Path of the leader's WAL archive in Google Cloud Storage. Refused: WAL-E reads it, which no image has any more. */
  gs_wal_path?: string;
  /** The repository with the backups of the leader's cluster: the standby is made from them, and follows by the WAL there whenever it does not stream. */
  pgbackrest?: ClonePgBackRest;
  /** Name of the leader's cluster, if its repository is on a volume. */
  cluster?: string;
  /** Namespace of that cluster. Left out: the standby's own. */
  namespace?: string;
}
/** PgBouncer between applications and database. @public */
export interface ConnectionPooler {
  /** Pods of each pooler. Left out, the OperatorConfiguration decides. */
  numberOfInstances?: number;
  /** Schema of the function by which the pooler looks up passwords, in the database postgres. Left out, the OperatorConfiguration decides. */
  schema?: string;
  /** Role by which the pooler looks up passwords. Not the superuser. Left out, the OperatorConfiguration decides. */
  user?: string;
  /** When a connection to the database is given back: at the end of a session, a transaction or, with transactions of several statements refused, a statement. Left out, the OperatorConfiguration decides. */
  mode?: "session" | "transaction" | "statement";
  /** Image of the pooler: PgBouncer 1.21 or later, a shell and openssl. Left out, the OperatorConfiguration decides. */
  dockerImage?: string;
  /** Connections that the pods of a pooler make to each database, all together. Left out, the OperatorConfiguration's, or fewer if `max_connections` has no room for so many. */
  maxDBConnections?: number;
  /** Environment variables of the pooler container. PgBouncer itself reads none. */
  env?: IEnvVar[] | null;
  /** Labels of the pooler's pods and Services. */
  labels?: Record<string, string> | null;
  /** Settings of PgBouncer by their names, as in `query_wait_timeout: "30"`. They win over those that are rendered without them. */
  parameters?: Record<string, string>;
  /** Resources of the pooler container. How many clients a pod takes follows from its memory. */
  resources?: Resources;
}
/** One condition on a node. @public */
export interface NodeRequirement {
  /** Label or field the condition is about. */
  key: string;
  /** How it is compared. */
  operator: "In" | "NotIn" | "Exists" | "DoesNotExist" | "Gt" | "Lt";
  /** Values to compare with. */
  values?: string[];
}
/** Conditions on a node. @public */
export interface NodeSelectorTerm {
  /** Conditions on the node's labels that must all hold. */
  matchExpressions?: NodeRequirement[];
  /** Conditions on the node's fields that must all hold. */
  matchFields?: NodeRequirement[];
}
/** Terms of which a node has to meet one. @public */
export interface NodeSelector {
  /** Terms of which a node has to meet one. */
  nodeSelectorTerms: NodeSelectorTerm[];
}
/** A term with its weight. @public */
export interface PreferredNode {
  /** Weight of the term, 1 to 100. */
  weight: number;
  /** The term. */
  preference: NodeSelectorTerm;
}
/** Nodes that the pods may or should run on. @public */
export interface NodeAffinity {
  /** Nodes that the pods may run on. */
  requiredDuringSchedulingIgnoredDuringExecution?: NodeSelector;
  /** Nodes that the pods should run on. */
  preferredDuringSchedulingIgnoredDuringExecution?: PreferredNode[];
}
/** A taint that the pods put up with. @public */
export interface Toleration {
  /** Key of the taint. */
  key?: string;
  /** Whether the value has to be equal, or any will do. */
  operator?: "Equal" | "Exists";
  /** Value of the taint. */
  value?: string;
  /** Effect of the taint. */
  effect?: "NoExecute" | "NoSchedule" | "PreferNoSchedule";
  /** Seconds that a pod stays on a node after a NoExecute taint appeared. */
  tolerationSeconds?: number;
}
/** A further volume of the database pod. @public */
export interface AdditionalVolume {
  /** Name of the volume. */
  name: string;
  /** Where it is mounted. */
  mountPath: string;
  /** Folder within the volume that is mounted. Relative, without `..`. */
  subPath?: string;
  /** Whether subPath holds variables, as in `$(POD_NAME)`. CPO documents it and does not read it. */
  isSubPathExpr?: boolean;
  /** Containers that mount it; `all` for every one. Left out, the database container. */
  targetContainers?: string[] | null;
  /** The volume's source as in a Kubernetes pod. */
  volumeSource: Omit<IVolume, "name">;
}
/** A schema that is made with its roles. @public */
export interface PreparedSchema {
  /** Makes owner, reader and writer roles for the schema. */
  defaultRoles?: boolean;
  /** Makes users that may log in for these roles. */
  defaultUsers?: boolean;
}
/** What a role has besides its privileges. @public */
export interface RoleOptions {
  /** Connections that it may have at a time; -1 for any number. */
  connectionLimit?: number;
  /** When its password is no longer taken, in UTC, or `infinity`. */
  validUntil?: string;
  /** PostgreSQL settings that its sessions begin with, all of them: others are taken back. `{}` for none. */
  settings?: Record<string, string>;
  /** Roles that it is a member of, all of them, besides those that a database it owns brings: others are taken back. `{}` for none. */
  memberOf?: {
    /** One role. */
    [k: string]: Membership;
  };
  /** What it is for; an empty text takes the comment away. */
  comment?: string;
  /** Drops the role. One that owns anything stays, and the Job fails with what it owns, unless `reassignOwnedTo` is given. */
  absent?: boolean;
  /** Who gets what an absent role owns, in all databases. Its privileges are revoked. */
  reassignOwnedTo?: string;
}
/** How a role is a member of another one. @public */
export interface Membership {
  /** Whether it may grant the membership to others. Left out: it may not. */
  admin?: boolean;
  /** Whether it has the privileges without SET ROLE; from PostgreSQL 16 on. Left out: as the role's own `inherit` was when the membership was made. */
  inherit?: boolean;
  /** Whether it may become the other one by SET ROLE; from PostgreSQL 16 on. Left out: it may. */
  set?: boolean;
}
/** What is to go of a database. @public */
export interface DatabaseOptions {
  /** Drops the database with all that is in it. It stays as long as somebody is connected, unless `force` is given. */
  absent?: boolean;
  /** Ends the sessions in a database that is absent. */
  force?: boolean;
  /** Schemas by name. */
  schemas?: {
    /** One schema. */
    [k: string]: Absence;
  };
  /** Extensions by name. */
  extensions?: {
    /** One extension. */
    [k: string]: Absence;
  };
}
/** Whether something of a database is to go. @public */
export interface Absence {
  /** Drops it. It stays, and the Job fails with what it holds, unless `cascade` is given. */
  absent: boolean;
  /** Drops what it holds and what depends on it, too. */
  cascade?: boolean;
}
/** A database that is made with its roles, schemas and extensions. @public */
export interface PreparedDatabase {
  /** Makes users that may log in for the owner, reader and writer roles. */
  defaultUsers?: boolean;
  /** Extensions by name, with the schema each goes into. */
  extensions?: Record<string, string>;
  /** Schemas by name. Left out, one named data. */
  schemas?: {
    /** One schema. */
    [k: string]: PreparedSchema;
  };
  /** Namespace that the users' Secrets are put into, besides the cluster's, if the OperatorConfiguration's `enable_cross_namespace_secret` is on. */
  secretNamespace?: string;
}
/** A table whose changes are streamed. @public */
export interface StreamTable {
  /** Type of the event. */
  eventType: string;
  /** Column with the event's identity. */
  idColumn?: string;
  /** Column with the event's content. */
  payloadColumn?: string;
  /** Type of the event that failed ones are sent as. */
  recoveryEventType?: string;
}
/** A stream of change events. @public */
export interface Stream {
  /** Name of the application that reads the stream. */
  applicationId: string;
  /** Database whose changes are streamed. */
  database: string;
  /** Tables by name. */
  tables: {
    /** One table. */
    [k: string]: StreamTable;
  };
  /** Filters by table. */
  filter?: Record<string, string>;
  /** Events in one batch. */
  batchSize?: number;
  /** Sends failed events again. */
  enableRecovery?: boolean;
}
/** The server's certificate. @public */
export interface Tls {
  /** Secret of this namespace with certificate and key. Empty for none. */
  secretName: string;
  /** File with the certificate in the Secret. */
  certificateFile: string;
  /** File with the private key in the Secret. */
  privateKeyFile: string;
  /** File with the certificate authority that certificates of clients are checked against, if they have one; pg_hba can ask for it (clientcert=verify-full). */
  caFile?: string;
  /** Secret of this namespace with caFile, if it is another one. Empty for the same. */
  caSecretName?: string;
}
/** Encryption of the data files, with CYBERTEC's PGEE images. @public */
export interface Tde {
  /** Turns it on. Only possible when the cluster is made. */
  enable: boolean;
  /** Length of the key in bits, as of the Secret `C-tde`, whose `key` is in hexadecimal digits. Only read when the cluster is made. */
  keybits: 128 | 192 | 256;
}
/** A metrics exporter beside the database. @public */
export interface Monitor {
  /** Image of the exporter. */
  image?: string;
  /** ConfigMap with further queries. */
  customQueries?: string;
  /** Environment variables of the exporter. */
  env?: IEnvVar[] | null;
  /** Who may read the metrics, each a NetworkPolicy peer (podSelector, namespaceSelector, ipBlock), as a rule Prometheus. Left out: the exporter's from anywhere, Patroni's from nowhere. */
  scrapers: Record<string, unknown>[];
  /** Has a Prometheus Operator scrape the members. Its presence turns it on; the operator has to be there. */
  podMonitor?: PodMonitor;
  /** Alerts about the cluster, for a Prometheus Operator. Its presence turns them on; they rest on what `podMonitor` has scraped, on kube-state-metrics and on the kubelet's metrics. */
  alerts?: Alerts;
  /** A dashboard of the cluster as a ConfigMap, which Grafana's sidecar finds by the label `grafana_dashboard`. Its presence turns it on. */
  dashboard?: Dashboard;
}
/** How Prometheus scrapes the members. @public */
export interface PodMonitor {
  /** Seconds between two scrapes. */
  intervalSeconds: number;
  /** More labels of the PodMonitor, by which a Prometheus chooses what it scrapes, as in `release: prometheus`. */
  labels: Record<string, string>;
}
/** When somebody has to look at the cluster. @public */
export interface Alerts {
  /** More labels of the PrometheusRule, by which a Prometheus chooses its rules, as in `release: prometheus`. */
  labels: Record<string, string>;
  /** More labels of each alert, by which it finds its way to people, as in `team: shop`. */
  alertLabels: Record<string, string>;
  /** How much WAL a replica may be behind for five minutes. */
  replicationLag: string;
  /** Percent of the connections that clients can have, of which more are in use for five minutes. */
  connections: number;
  /** Percent of a volume that is full. From half of what is then left on, the alert is critical. */
  disk: number;
  /** How old the newest backup of a repository may be, such as `26h`. Left out, it follows from the schedules: 30 hours for a daily one, eight days for a weekly one, 32 days for a monthly one. */
  backupAge?: string;
  /** Age of the oldest transaction of a database, of some two billion that there can be. Halfway from there to two billion, the alert is critical. */
  transactionAge: number;
  /** Days that a certificate has to hold. In the last quarter of them, the alert is critical. */
  certificateDays: number;
}
/** How Grafana finds the dashboard. @public */
export interface Dashboard {
  /** More labels of the ConfigMap. */
  labels: Record<string, string>;
  /** Folder of Grafana's, as the annotation `grafana_folder` of the ConfigMap. Empty: none. */
  folder: string;
}
/** Where Patroni keeps leader and configuration. @public */
export interface Dcs {
  /** Kind of store. Changing it on a running cluster makes a new leader election in the new store. */
  type: "kubernetes" | "etcd3" | "consul" | "zookeeper";
  /** Addresses `host:port` of the store. Needed for all but kubernetes. */
  hosts: string[];
  /** Protocol of the connection to etcd3 or consul. */
  protocol: "http" | "https";
  /** Prefix of Patroni's keys in the store, with a slash at both ends. Changing it hides the running cluster's state from Patroni. */
  namespace: string;
  /** Secret of this namespace with the keys username and password (etcd3) or token (consul). */
  credentialsSecret?: string;
  /** Secret of this namespace with the key ca.crt, by which the store is recognised. */
  tlsSecret?: string;
  /** Whether tlsSecret has the keys tls.crt and tls.key too, with which the members show who they are. */
  clientCertificate: boolean;
}
/** Where the passwords of the cluster come from. @public */
export interface Secrets {
  /** `generate`: a Job in the cluster makes each Secret that is missing and never overwrites one. `existing`: the Secrets are there already. `externalSecrets`: the External Secrets Operator makes them. `sealed`, `sops`: they are in git beside the spec, as SealedSecrets or encrypted by SOPS; one that is missing is an error. */
  provider: "generate" | "existing" | "externalSecrets" | "sealed" | "sops";
  /** Where the External Secrets Operator has the passwords from. */
  externalSecrets: ExternalSecrets;
  /** Cluster of the same namespace whose Secrets the members use, as a standby has to. None is made then. Left out: the cluster's own. */
  cluster?: string;
}
/** Where the External Secrets Operator has passwords from. @public */
export interface ExternalSecrets {
  /** The store that holds them. Left out: the operator makes each password, once. */
  store?: SecretStore;
  /** The name of a user's secret in the store, of `{namespace}`, `{cluster}` and `{username}`; for the key of encrypted data files the last one is `tde`. */
  key: string;
  /** The part of it that is the password, or the key. */
  property: string;
  /** How often the operator looks into the store. */
  refreshInterval: string;
}
/** A store of the External Secrets Operator. @public */
export interface SecretStore {
  /** Its name. */
  name: string;
  /** One of the namespace, or of all. */
  kind: "SecretStore" | "ClusterSecretStore";
}
/** Who may connect to the pods. @public */
export interface Network {
  /** Renders NetworkPolicies, which let only the cluster's own traffic and the clients in. */
  policies: boolean;
  /** Clients that may connect to PostgreSQL, each a NetworkPolicy peer (podSelector, namespaceSelector, ipBlock). */
  clients: Record<string, unknown>[];
  /** More that members may connect to, as rules of a NetworkPolicy: foreign servers, LDAP, an archive. A change is live. */
  egress: Record<string, unknown>[];
}
/** How many pods a node drain may take at once. @public */
export interface DisruptionBudget {
  /** `any`: a drain leaves at least one pod. `majority`: it leaves more than half of them. */
  mode: "any" | "majority";
}
/** How a running cluster is brought to what its spec says. @public */
export interface Converge {
  /** When it is looked at again besides after each change of the spec, as cron writes it, in UTC. Left out: every half an hour, at a minute of the cluster's own. Empty: never. */
  schedule?: string;
}
/** How the database image is built. What is left out comes from the named profile. @public */
export interface ImageProfile {
  /** Family of the image. Left out, it is recognised from the image's name. */
  name?: "cybertec" | "spilo" | "plain";
  /** User id that PostgreSQL runs as, owner of the data directory. */
  uid?: number;
  /** Group id that PostgreSQL runs as. */
  gid?: number;
  /** Absolute folder of the PostgreSQL programs; `{version}` stands for the major version. */
  binDirectory?: string;
  /** Whether the image's own entrypoint has to run before Patroni. */
  entrypoint?: boolean;
}
/** What the cluster is made of. @public */
export interface Spec {
  /** Team that owns the cluster; becomes the label `team` of every object. May be left out or empty. */
  teamId?: string;
  /** Image of the database pods. Left out, the fleet's settings decide. Changing it replaces the pods one by one. */
  dockerImage?: string;
  /** Number of database pods: one leader, the rest replicas. 0 stops the database and keeps its volumes. */
  numberOfInstances: number;
  /** Version and settings of PostgreSQL. */
  postgresql: Postgresql;
  /** Settings of Patroni, which keeps one leader. */
  patroni: Patroni;
  /** Resources of the database container. Changing them replaces the pods one by one. */
  resources: Resources;
  /** The volume of each instance. */
  volume: Volume;
  /** Where Patroni keeps leader and configuration. */
  dcs: Dcs;
  /** Where the passwords of the cluster come from. */
  secrets: Secrets;
  /** Who may connect to the pods. */
  network: Network;
  /** How many pods a node drain may take at once. */
  disruptionBudget: DisruptionBudget;
  /** How the running cluster is brought to what the spec says. */
  converge: Converge;
  /** How the database image is built. */
  imageProfile: ImageProfile;
  /** A volume of its own for the WAL of each instance. Kubernetes refuses a StatefulSet that gains or loses it: docs/objects.md has the steps. */
  walVolume?: MemberVolume;
  /** Volumes for tablespaces by name, one for each instance, mounted at /home/postgres/tablespaces. CREATE TABLESPACE is SQL's. */
  tablespaces: {
    /** Volume of one tablespace. */
    [k: string]: MemberVolume;
  };
  /** Groups of replicas that never become the primary: for reports, for reading elsewhere, or delayed. */
  pools: Pool[];
  /** Domains over which the instances are spread evenly. In synchronous mode a commit then waits for as many replicas as it takes to be in two of them. */
  failureDomains?: FailureDomains;
  /** Huge pages for PostgreSQL's shared memory. */
  hugePages?: HugePages;
  /** Stops all pods and keeps everything else. Taking it out wakes the database as it was. */
  hibernate: boolean;
  /** What roles have besides their privileges, by name: those of `users`, of prepared databases, and of the fleet. An option that is left out is left as it is in PostgreSQL. */
  roleOptions?: {
    /** One role. */
    [k: string]: RoleOptions;
  };
  /** What is to go of databases, schemas and extensions, by the database's name. Nothing else is ever dropped. */
  databaseOptions?: {
    /** One database. */
    [k: string]: DatabaseOptions;
  };
  /** Roles by name, with their privileges: superuser, createdb, createrole, inherit, login, replication, bypassrls, or one of them with `no` before it. Each gets a Secret with its password. */
  users?: Record<string, RoleFlag[] | null>;
  /** Databases by name, with their owner. */
  databases?: Record<string, string>;
  /** Databases that are made with roles, schemas and extensions. `{}` means one, named after the cluster. */
  preparedDatabases?: {
    /** One database. */
    [k: string]: PreparedDatabase;
  };
  /** Users whose name and password are replaced now and then. */
  usersWithSecretRotation?: string[] | null;
  /** Users whose password alone is replaced now and then. */
  usersWithInPlaceSecretRotation?: string[] | null;
  /** Backups of the cluster: their WAL goes to the repositories as it is written, and their files by schedule. */
  backup?: Backup;
  /** Dumps every database on a schedule, by pg_dump, and the roles. */
  enableLogicalBackup?: boolean;
  /** When logical backups are taken, as a cron line of numbers, `*` and steps. Left out: when the fleet's are. */
  logicalBackupSchedule?: string;
  /** The cluster that this one starts as a copy of: the running one, or its backups. Read only when it is made. */
  clone?: Clone;
  /** The cluster that this one follows, read-only, from the day it is made. The passwords of its members are the source's: see docs/objects.md. */
  standby?: Standby;
  /** The server's certificate. Left out, each member makes one of its own, which proves no identity. */
  tls?: Tls;
  /** Encryption of the data files, with CYBERTEC's PGEE images. Rendered as CPO does; the licensed build is not part of the tests. */
  tde?: Tde | null;
  /** A metrics exporter beside the database. */
  monitor?: Monitor | null;
  /** Streams of change events, which another operator turns into messages. */
  streams?: Stream[];
  /** Puts a PgBouncer before the leader, with the Service `C-pooler`. Left out, there is one if `connectionPooler` is given. */
  enableConnectionPooler?: boolean;
  /** Puts a PgBouncer before the replicas, with the Service `C-pooler-repl`. */
  enableReplicaConnectionPooler?: boolean;
  /** How PgBouncer stands between applications and the database. */
  connectionPooler?: ConnectionPooler;
  /** Makes the leader's Service one of type LoadBalancer. Left out, the OperatorConfiguration decides. */
  enableMasterLoadBalancer?: boolean;
  /** Makes the replicas' Service one of type LoadBalancer. Left out, the OperatorConfiguration decides. */
  enableReplicaLoadBalancer?: boolean;
  /** Makes the Service of the leader's pooler one of type LoadBalancer. Left out, the OperatorConfiguration decides. */
  enableMasterPoolerLoadBalancer?: boolean;
  /** Makes the Service of the replicas' pooler one of type LoadBalancer. Left out, the OperatorConfiguration decides. */
  enableReplicaPoolerLoadBalancer?: boolean;
  /**
   * @deprecated
   * Old name of enableMasterLoadBalancer.
   */
  useLoadBalancer?: boolean;
  /**
   * @deprecated
   * Old name of enableReplicaLoadBalancer.
   */
  replicaLoadBalancer?: boolean;
  /** Address ranges (CIDR) that may use a load balancer. None is 127.0.0.1/32, as under CPO: nobody. A network policy that names clients lets these in, too. */
  allowedSourceRanges?: string[] | null;
  /** Annotations of all Services; they win over the OperatorConfiguration's. */
  serviceAnnotations: Record<string, string>;
  /** Annotations of the leader's Service; they win over serviceAnnotations. */
  masterServiceAnnotations: Record<string, string>;
  /** Annotations of the replicas' Service; they win over serviceAnnotations. */
  replicaServiceAnnotations: Record<string, string>;
  /** Annotations of the headless Service; they win over serviceAnnotations. CPO's own CRD drops this field. */
  clusterPodsServiceAnnotations: Record<string, string>;
  /** Annotations of all database pods; they win over the fleet's. */
  podAnnotations?: Record<string, string>;
  /** Labels of all database pods. */
  labels?: Record<string, string> | null;
  /** Environment variables of the database container, after those of `postgresql.env`. One that pgrender sets is not replaced. */
  env?: IEnvVar[] | null;
  /** Containers that run before the database. */
  initContainers?: IContainer[] | null;
  /**
   * @deprecated
   * Old spelling of initContainers.
   */
  init_containers?: IContainer[] | null;
  /** Containers that run beside the database. They see its volume and get POD_NAME, POD_NAMESPACE, POSTGRES_USER and POSTGRES_PASSWORD. */
  sidecars?: (Omit<IContainer, "name"> & { name?: string })[] | null;
  /** Further volumes of the database pod. */
  additionalVolumes?: AdditionalVolume[];
  /** Mounts memory at /dev/shm, for parallel queries. Left out, as the fleet does; `false` holds, which CPO ignores. */
  enableShmVolume?: boolean;
  /** Nodes that the pods may or should run on. */
  nodeAffinity?: NodeAffinity;
  /** Taints that the pods put up with. */
  tolerations?: Toleration[];
  /** How the pods are spread over zones and nodes. */
  topologySpreadConstraints?: ITopologySpreadConstraint[] | null;
  /** Scheduler that places the pods. */
  schedulerName?: string;
  /** Priority class of the pods. */
  podPriorityClassName?: string;
  /**
   * @deprecated
   * Old name of podPriorityClassName.
   */
  pod_priority_class_name?: string;
  /** User id of the pods. In a PostgresCluster, imageProfile.uid wins. */
  spiloRunAsUser?: number;
  /** Group id of the pods. In a PostgresCluster, imageProfile.gid wins. */
  spiloRunAsGroup?: number;
  /** Group that owns the volumes. Left out, the group id of the image. */
  spiloFSGroup?: number;
  /** Hours in UTC in which PostgreSQL is restarted for a setting that holds from a start on, as in `Sat:01:00-06:00` or, on every day, `01:00-06:00`. Left out: at once. They do not hold back what the GitOps engine applies. */
  maintenanceWindows?: string[];
}
/** A further volume of each instance. @public */
export interface MemberVolume {
  /** Size of the volume, such as `10Gi`. It may grow if the storage class allows it; it can never shrink. */
  size: string;
  /** Storage class of the claim. Left out, the Kubernetes cluster's default class is taken. Fixed once the claim exists. */
  storageClass?: string;
  /** Labels of the existing volumes that may be bound. Fixed once the claim exists. */
  selector?: LabelSelector;
}
/** Huge pages for PostgreSQL's shared memory. @public */
export interface HugePages {
  /** Size of a page. The nodes must have pages of this size set aside. */
  pageSize: "2Mi" | "1Gi";
  /** Memory in huge pages, a whole number of them, such as `2Gi`. It comes on top of the container's memory, as request and as limit. */
  amount: string;
}
/** Parts of the infrastructure that fail by themselves, such as zones. @public */
export interface FailureDomains {
  /** Label of the nodes that names the domain a node is in. */
  topologyKey: string;
  /** Number of domains. With fewer that can take a pod, some pods wait. */
  count: number;
}
/** Replicas of their own size and place that never become the primary and that no commit waits for. @public */
export interface Pool {
  /** Name of the pool, from which the names of its StatefulSet, pods, claims and Service are built. Renaming it means other, empty volumes. */
  name: string;
  /** Number of replicas in the pool. */
  instances: number;
  /** Resources of the database container. What is left out is as in the cluster. */
  resources: Resources;
  /** The volume of each replica. Left out, it is as in the cluster. */
  volume?: Volume;
  /** The WAL volume of each replica. Left out, it is as in the cluster. */
  walVolume?: MemberVolume;
  /** Nodes that the replicas may or should run on. Left out, it is as in the cluster. */
  nodeAffinity?: NodeAffinity;
  /** Taints that the replicas put up with. Left out, they are as in the cluster. */
  tolerations?: Toleration[];
  /** Settings of postgresql.conf that differ from the cluster's, by name. Those that have to be equal on all members are refused. */
  parameters: Record<string, string>;
  /** Time by which the replicas lag behind on purpose, such as `1h`, so that a mistake can still be undone from them. Their volumes hold the WAL of that time. */
  delay?: string;
  /** Whether clients of the cluster's read-only Service reach these replicas too. The pool has a Service of its own in any case. */
  replicaService: boolean;
}

/** CPO's OperatorConfiguration: the settings of a whole fleet. x-default is CPO's own value, which says nothing new. @public */
export interface OperatorConfiguration {
  /** Always cpo.opensource.cybertec.at/v1. */
  apiVersion: "cpo.opensource.cybertec.at/v1";
  /** Always OperatorConfiguration. */
  kind: "OperatorConfiguration";
  /** Name of the document. */
  metadata?: ConfigurationMetadata;
  /** The fleet's settings, with the operator's keys. */
  configuration: Configuration;
  /** What an operator last saw. */
  status?: unknown;
}
/** Name of the document. @public */
export interface ConfigurationMetadata {
  /** Name of the document. It appears in no rendered object. */
  name?: string;
  /** Namespace of the document. It appears in no rendered object. */
  namespace?: string;
  /** Labels of the document itself. */
  labels?: Record<string, string>;
  /** Annotations of the document itself. */
  annotations?: Record<string, string>;
  /** Written by the API server (creationTimestamp). */
  creationTimestamp?: unknown;
  /** Written by the API server (generation). */
  generation?: unknown;
  /** Written by the API server (managedFields). */
  managedFields?: unknown;
  /** Written by the API server (ownerReferences). */
  ownerReferences?: unknown;
  /** Written by the API server (finalizers). */
  finalizers?: unknown;
  /** Written by the API server (resourceVersion). */
  resourceVersion?: unknown;
  /** Written by the API server (uid). */
  uid?: unknown;
}
/** Names of the system's roles and handling of passwords. @public */
export interface UsersConfiguration {
  /** Name of the superuser. Changing it on a running cluster locks Patroni out of it. */
  super_username: string;
  /** Name of the role that replicas stream with. CPO's tutorial chart calls it cpo_replication. */
  replication_username: string;
  /** Roles that every owner of a database becomes a member of, and can so act as. One that is missing is made, without a login. */
  additional_owner_roles: string[] | null;
  /** Replaces the passwords of all users now and then. */
  enable_password_rotation?: boolean;
  /** Days between two rotations. */
  password_rotation_interval?: number;
  /** Days that a rotated user is kept. */
  password_rotation_user_retention?: number;
}
/** What becomes of the volumes. @public */
export interface RetentionPolicy {
  /** When the cluster is deleted. */
  when_deleted: "delete" | "retain";
  /** When instances are taken away. */
  when_scaled: "delete" | "retain";
}
/** A Secret with roles. @public */
export interface InfrastructureRoles {
  /** Name of the Secret. */
  secretname: string;
  /** Key with the role's name. */
  userkey: string;
  /** Key with the password. */
  passwordkey: string;
  /** Key with the role to be a member of. */
  rolekey?: string;
  /** Name of the role if the key is missing. */
  defaultuservalue?: string;
  /** Role to be a member of if the key is missing. */
  defaultrolevalue?: string;
  /** Further privileges, as YAML text. */
  details?: string;
  /** Takes the keys as a template for many roles. */
  template?: boolean;
}
/** Names, labels and pods. @public */
export interface KubernetesConfiguration {
  /** Labels of every object, part of every selector. Fixed once clusters exist. */
  cluster_labels: Record<string, string>;
  /** Label that holds the cluster's name, part of every selector. Fixed once clusters exist. */
  cluster_name_label: string;
  /** Label in which Patroni keeps the role of each pod, and by which the Services choose the leader. */
  pod_role_label: string;
  /** Name of a user's Secret. `{username}` and `{cluster}` have to appear; `{tprkind}` and `{tprgroup}` may. */
  secret_name_template: string;
  /** Name of the PodDisruptionBudget, with `{cluster}` in it. */
  pdb_name_format: string;
  /** Keeps a node drain from taking too many pods of a cluster at once. */
  enable_pod_disruption_budget: boolean;
  /** Time a pod has to stop, as a duration such as `5m` or `90s`. After it PostgreSQL is killed. */
  pod_terminate_grace_period: string;
  /** DNS domain of the Kubernetes cluster, the end of every Service's full name. */
  cluster_domain?: string;
  /** Linux capabilities of the database container. */
  additional_pod_capabilities: string[];
  /** Whether the database container's own files are read-only. */
  container_readonly_root_filesystem: boolean;
  /** Annotations of all pods. */
  custom_pod_annotations: Record<string, string>;
  /** Annotation that has to hold today's date for a deletion. */
  delete_annotation_date_key?: string;
  /** Annotation that has to hold the cluster's name for a deletion. */
  delete_annotation_name_key?: string;
  /** Annotations of a downscaler that are copied to the StatefulSet. */
  downscaler_annotations: string[];
  /** Lets a user named `namespace.user`, and those of a prepared database with a `secretNamespace`, have their Secrets in that namespace too. */
  enable_cross_namespace_secret: boolean;
  /** Allows initContainers in clusters. */
  enable_init_containers: boolean;
  /** Gives the database container a liveness probe. */
  enable_liveness_probe?: boolean;
  /** Keeps the pods of a cluster on different nodes. Left out, it is a wish; `false` switches it off. */
  enable_pod_antiaffinity?: boolean;
  /** Gives the database container a readiness probe. */
  enable_readiness_probe?: boolean;
  /** Allows sidecars in clusters. */
  enable_sidecars: boolean;
  /** Annotations whose change the operator overlooks. */
  ignored_annotations?: string[];
  /** Secret with roles for every cluster. */
  infrastructure_roles_secret_name?: string;
  /** Secrets with roles for every cluster. */
  infrastructure_roles_secrets?: InfrastructureRoles[] | null;
  /** Annotations that objects take over from the cluster's metadata. */
  inherited_annotations: string[];
  /** Labels that objects take over from the cluster's metadata. */
  inherited_labels: string[];
  /** Time the operator waits for a leader to leave a node. */
  master_pod_move_timeout?: string;
  /** Labels of nodes that pods may run on. */
  node_readiness_label: Record<string, string>;
  /** How these labels and a cluster's nodeAffinity are joined. */
  node_readiness_label_merge: "AND" | "OR";
  /** Secret with the operator's token for the teams API. */
  oauth_token_secret_name?: string;
  /** What becomes of the volumes. */
  persistent_volume_claim_retention_policy: RetentionPolicy;
  /** Makes the rule about different nodes a wish. */
  pod_antiaffinity_preferred_during_scheduling: boolean;
  /** Label of nodes that says what counts as different. */
  pod_antiaffinity_topology_key: string;
  /** ConfigMap of the cluster's namespace whose keys become environment variables (`envFrom`). */
  pod_environment_configmap: string;
  /** Secret of the cluster's namespace whose keys become environment variables (`envFrom`); they win over the ConfigMap's. */
  pod_environment_secret: string;
  /** Whether pods start one by one or all at once. */
  pod_management_policy?: "ordered_ready" | "parallel";
  /** Priority class of all pods. */
  pod_priority_class_name: string;
  /** ServiceAccount of the pods, as JSON text. */
  pod_service_account_definition?: string;
  /** ServiceAccount of the pods. */
  pod_service_account_name?: string;
  /** RoleBinding of the pods, as JSON text. */
  pod_service_account_role_binding_definition?: string;
  /** Lets sidecars use PostgreSQL's socket. */
  share_pgsocket_with_sidecars: boolean;
  /** Whether processes of the database container may gain privileges. Left out, they may not. */
  spilo_allow_privilege_escalation?: boolean;
  /** Group that owns the volumes. */
  spilo_fsgroup?: number;
  /** Runs the database container privileged. */
  spilo_privileged: boolean;
  /** Group id of the pods' processes. */
  spilo_runasgroup?: number;
  /** User id of the pods' processes. */
  spilo_runasuser?: number;
  /** How the operator makes volumes larger. */
  storage_resize_mode?: "ebs" | "mixed" | "pvc" | "off";
  /** Taint that all pods put up with whose cluster names none. */
  toleration: Toleration;
  /** Namespace in which the operator looks for clusters. */
  watched_namespace?: string;
}
/** Resources of database containers whose cluster asks for none. @public */
export interface PodResources {
  /** CPU that is reserved on the node. */
  default_cpu_request: string;
  /** Memory that is reserved on the node. */
  default_memory_request: string;
  /** CPU that may be used at most. */
  default_cpu_limit: string;
  /** Memory that may be used at most. Above it the container is killed. */
  default_memory_limit: string;
  /** Lowest CPU limit of a cluster. A smaller one is raised to it, with a warning. */
  min_cpu_limit: string;
  /** Lowest memory limit of a cluster. A smaller one is raised to it, with a warning. */
  min_memory_limit: string;
  /** Highest CPU request of a cluster. */
  max_cpu_request?: string;
  /** Highest memory request of a cluster. */
  max_memory_request?: string;
}
/** Patroni's settings for clusters that have none. @public */
export interface PatroniConfiguration {
  /** Lets a leader that has lost the store go on as long as it reaches every other member. CPO has false. */
  enable_patroni_failsafe_mode: boolean;
}
/** Defaults of the connection poolers. @public */
export interface PoolerConfiguration {
  /** Image of the poolers. */
  connection_pooler_image: string;
  /** Pods of each pooler. */
  connection_pooler_number_of_instances: number;
  /** Schema of the function that looks up passwords. */
  connection_pooler_schema: string;
  /** Role that looks up passwords. */
  connection_pooler_user: string;
  /** When a server connection is given back. */
  connection_pooler_mode: "session" | "transaction" | "statement";
  /** Connections that the pods of a pooler make to each database, all together: fewer if `max_connections` has no room for so many. */
  connection_pooler_max_db_connections: number;
  /** CPU that is reserved for a pooler. */
  connection_pooler_default_cpu_request: string;
  /** CPU that a pooler may use at most. */
  connection_pooler_default_cpu_limit: string;
  /** Memory that is reserved for a pooler. */
  connection_pooler_default_memory_request: string;
  /** Memory that a pooler may use at most. */
  connection_pooler_default_memory_limit: string;
}
/** Defaults of the load balancers. @public */
export interface LoadBalancerConfiguration {
  /** Opens every leader to the outside. */
  enable_master_load_balancer: boolean;
  /** Opens all replicas to the outside. */
  enable_replica_load_balancer: boolean;
  /** Opens every leader's pooler to the outside. */
  enable_master_pooler_load_balancer: boolean;
  /** Opens all replicas' poolers to the outside. */
  enable_replica_pooler_load_balancer: boolean;
  /** Whether a load balancer's traffic may take a way over another node, which hides the client's address (Cluster), or not (Local). */
  external_traffic_policy: "Cluster" | "Local";
  /** Annotations of all Services. A cluster's own win. */
  custom_service_annotations: Record<string, string>;
  /** DNS zone of the load balancers' names, which external-dns keeps. Empty for the default. */
  db_hosted_zone: string;
  /** DNS name of a leader, from {cluster}, {namespace}, {team} and {hostedzone}. */
  master_dns_name_format: string;
  /** A second DNS name of a leader whose cluster's name begins with its team's; {cluster} is then the rest. */
  master_legacy_dns_name_format: string;
  /** DNS name of the replicas, from {cluster}, {namespace}, {team} and {hostedzone}. */
  replica_dns_name_format: string;
  /** A second DNS name of the replicas of such a cluster. */
  replica_legacy_dns_name_format: string;
  /** What CPO's default configuration calls replica_legacy_dns_name_format, without effect there. */
  replica_dns_old_name_format?: unknown;
}
/** Settings for AWS, Google Cloud and Azure. @public */
export interface CloudConfiguration {
  /** AWS region. */
  aws_region?: string;
  /** Turns gp2 volumes into gp3. */
  enable_ebs_gp3_migration?: boolean;
  /** Size in GiB up to which volumes are turned into gp3. */
  enable_ebs_gp3_migration_max_size?: number;
  /** Secret that is mounted in the database pods. */
  additional_secret_mount: string;
  /** Folder it is mounted at. */
  additional_secret_mount_path: string;
  /** File with Google Cloud credentials. */
  gcp_credentials?: string;
  /** AWS role of the pods. */
  kube_iam_role: string;
  /** S3 bucket for PostgreSQL's log files. */
  log_s3_bucket?: string;
  /** S3 bucket for WAL. */
  wal_s3_bucket?: string;
  /** Google Cloud bucket for WAL. */
  wal_gs_bucket?: string;
  /** Azure storage account for WAL. */
  wal_az_storage_account?: string;
}
/** Defaults of the logical backups. @public */
export interface LogicalBackupConfiguration {
  /** When they are taken, as a cron line, for clusters that do not say it themselves. */
  logical_backup_schedule: string;
  /** Image of the Jobs. */
  logical_backup_docker_image?: string;
  /** Start of the CronJobs' names, before that of the cluster. */
  logical_backup_job_prefix: string;
  /** What kind of store dumps are put into. */
  logical_backup_provider: "az" | "gcs" | "s3";
  /** Refused: it is a key in clear text. It belongs into the Secret that logicalBackupSecret of pgrender.yaml names. */
  logical_backup_azure_storage_account_key: string;
  /** Azure storage account. */
  logical_backup_azure_storage_account_name: string;
  /** Azure container that dumps are put into. */
  logical_backup_azure_storage_container: string;
  /** Key file for Google Cloud. Its last part is the name of the file in the Secret that logicalBackupSecret of pgrender.yaml names. */
  logical_backup_google_application_credentials: string;
  /** Refused: it belongs into the Secret that logicalBackupSecret of pgrender.yaml names. */
  logical_backup_s3_access_key_id: string;
  /** Bucket that dumps are put into, of S3 or Google Cloud. The default is the operator's example, and names none. */
  logical_backup_s3_bucket: string;
  /** Address of the S3 store. Empty: that of AWS in the region. */
  logical_backup_s3_endpoint: string;
  /** S3 region. */
  logical_backup_s3_region: string;
  /** Age from which dumps are removed, as in `2 weeks`, in any store. Empty: never. */
  logical_backup_s3_retention_time: string;
  /** Refused: it is a key in clear text. It belongs into the Secret that logicalBackupSecret of pgrender.yaml names. */
  logical_backup_s3_secret_access_key: string;
  /** Encryption at the S3 store. */
  logical_backup_s3_sse?: string;
  /** CPU that is reserved for a Job. */
  logical_backup_cpu_request?: string;
  /** CPU that a Job may use at most. */
  logical_backup_cpu_limit?: string;
  /** Memory that is reserved for a Job. */
  logical_backup_memory_request?: string;
  /** Memory that a Job may use at most. */
  logical_backup_memory_limit?: string;
}
/** Roles for the members of teams. @public */
export interface TeamsConfiguration {
  /** Asks the teams API for members. */
  enable_teams_api?: boolean;
  /** Address of the teams API. */
  teams_api_url?: string;
  /** Reads PostgresTeam objects. */
  enable_postgres_team_crd?: boolean;
  /** Lets PostgresTeam objects name superusers. */
  enable_postgres_team_crd_superusers?: boolean;
  /** Lets members of team_admin_role grant each of the spec's users. */
  enable_admin_role_for_users: boolean;
  /** Renames the roles of members who left. */
  enable_team_member_deprecation?: boolean;
  /** Makes team members superusers. */
  enable_team_superuser?: boolean;
  /** Role of people who log in through PAM. */
  pam_role_name?: string;
  /** Options of the PAM module. */
  pam_configuration?: string;
  /** Teams whose members are superusers. */
  postgres_superuser_teams?: string[];
  /** Names that users of a cluster may not have: such a user is left out. */
  protected_role_names: string[];
  /** End of the names of roles of members who left. */
  role_deletion_suffix?: string;
  /** Role of administrators. It is made without a login, and may make databases. */
  team_admin_role: string;
  /** Settings of team members' roles. */
  team_api_role_configuration?: Record<string, string>;
}
/** The etcd that all sites share. @public */
export interface ConfigurationMultisiteEtcd {
  /** Addresses `host:port` of the etcd members, separated by commas. */
  hosts?: string;
  /** User name for etcd. */
  user?: string;
  /** Password for etcd. In clear text: do not commit one. */
  password?: string;
  /** Protocol of the connection, http or https. */
  protocol?: string;
  /** Secret with the client certificate for etcd. */
  certSecretName?: string;
}
/** Defaults of clusters that span several sites. @public */
export interface ConfigurationMultisite {
  /** Turns it on for every cluster, which is refused: see patroni.multisite of a cluster. */
  enable: boolean;
  /** Name of this site. */
  site?: string;
  /** The etcd that all sites share. */
  etcd?: ConfigurationMultisiteEtcd;
  /** Seconds after which a site that is not heard of loses the leadership. */
  ttl?: number;
  /** Seconds for which a failed operation on the shared etcd is tried again. */
  retry_timeout?: number;
}
/** Major upgrades by the operator. @public */
export interface UpgradeConfiguration {
  /** `off`, `manual` or `full`. With full, clusters below the lowest version are upgraded to the target. */
  major_version_upgrade_mode?: string;
  /** Lowest major version. */
  minimal_major_version?: string;
  /** Version that an automatic upgrade leads to. */
  target_major_version?: string;
  /** Teams whose clusters may be upgraded. */
  major_version_upgrade_team_allow_list?: string[];
}
/** Waiting times of the operator. @public */
export interface TimeoutsConfiguration {
  /** Time between two questions to Patroni. */
  patroni_api_check_interval?: string;
  /** Time Patroni has to answer. */
  patroni_api_check_timeout?: string;
  /** Time a pod has to go. */
  pod_deletion_wait_timeout?: string;
  /** Time a pod has to get its role. */
  pod_label_wait_timeout?: string;
  /** Time between two looks at readiness. */
  ready_wait_interval?: string;
  /** Time the CRD has to become ready. */
  ready_wait_timeout?: string;
  /** Time between two looks at an object. */
  resource_check_interval?: string;
  /** Time an object has to come to be. */
  resource_check_timeout?: string;
}
/** The operator's debugging. @public */
export interface DebugConfiguration {
  /** Writes more to the operator's log. */
  debug_logging?: boolean;
  /** Lets the operator run SQL. */
  enable_database_access?: boolean;
}
/** The operator's own API. @public */
export interface RestApiConfiguration {
  /** Port it listens on. */
  api_port?: number;
  /** Changes it remembers. */
  cluster_history_entries?: number;
  /** Log lines it remembers. */
  ring_log_lines?: number;
}
/** A log shipper of Scalyr. @public */
export interface ScalyrConfiguration {
  /** Key for the service. In clear text: do not commit one. */
  scalyr_api_key?: string;
  /** Image of the shipper. */
  scalyr_image?: string;
  /** Address of the service. */
  scalyr_server_url?: string;
  /** CPU that is reserved for it. */
  scalyr_cpu_request?: string;
  /** CPU that it may use at most. */
  scalyr_cpu_limit?: string;
  /** Memory that is reserved for it. */
  scalyr_memory_request?: string;
  /** Memory that it may use at most. */
  scalyr_memory_limit?: string;
}
/** The fleet's settings, with the operator's keys. @public */
export interface Configuration {
  /** Image of database pods whose cluster names none. */
  docker_image: string;
  /** Addresses `host:port` of an etcd that Patroni keeps its state in, separated by commas. Empty: the Kubernetes API. */
  etcd_host: string;
  /** Names of the system's roles and handling of passwords. */
  users: UsersConfiguration;
  /** Names, labels and pods. */
  kubernetes: KubernetesConfiguration;
  /** Resources of database containers whose cluster asks for none. */
  postgres_pod_resources: PodResources;
  /** Patroni's settings for clusters that have none. */
  patroni: PatroniConfiguration;
  /** Lets Patroni keep its state in ConfigMaps rather than Endpoints. */
  kubernetes_use_configmaps?: boolean;
  /** Tells the image the major version by a variable. */
  enable_pgversion_env_var?: boolean;
  /** Looks for WAL in paths of old images too. */
  enable_spilo_wal_path_compat?: boolean;
  /** Mounts memory at /dev/shm in all database pods. */
  enable_shm_volume: boolean;
  /** Wants cluster names to begin with the team. */
  enable_team_id_clustername_prefix: boolean;
  /** Waits with a new image until pods are replaced anyway. */
  enable_lazy_spilo_upgrade?: boolean;
  /** Makes memory requests equal to the limits. */
  set_memory_request_to_limit: boolean;
  /** Lowest number of instances; -1 for none. */
  min_instances: number;
  /** Highest number of instances; -1 for none. */
  max_instances: number;
  /** Annotation that frees a cluster from these limits. */
  ignore_instance_limits_annotation_key: string;
  /** Containers that run beside every database, after the cluster's own; of two with one name the cluster's runs. */
  sidecars: IContainer[] | null;
  /**
   * @deprecated
   * Images that run beside every database, by the name of their container.
   */
  sidecar_docker_images: Record<string, string>;
  /** Defaults of the connection poolers. */
  connection_pooler: PoolerConfiguration;
  /** Defaults of the load balancers. */
  load_balancer: LoadBalancerConfiguration;
  /** Defaults of the logical backups. */
  logical_backup: LogicalBackupConfiguration;
  /** Settings for AWS, Google Cloud and Azure. */
  aws_or_gcp: CloudConfiguration;
  /** Roles for the members of teams. */
  teams_api: TeamsConfiguration;
  /** Defaults of clusters that span several sites. */
  multisite: ConfigurationMultisite;
  /** Major upgrades by the operator. */
  major_version_upgrade?: UpgradeConfiguration;
  /** A log shipper of Scalyr. */
  scalyr?: ScalyrConfiguration;
  /** Waiting times of the operator. */
  timeouts?: TimeoutsConfiguration;
  /** The operator's debugging. */
  debug?: DebugConfiguration;
  /** The operator's own API. */
  logging_rest_api?: RestApiConfiguration;
  /** Categories of the operator's CRDs. */
  crd_categories?: string[] | null;
  /** Lets the operator install its CRDs. */
  enable_crd_registration?: boolean;
  /**
   * @deprecated
   * Had the CRDs check their objects.
   */
  enable_crd_validation?: boolean;
  /** Time between two repairs of failed clusters. */
  repair_period?: string;
  /** Time between two rounds over all clusters. */
  resync_period?: string;
  /** Clusters the operator works on at once. */
  workers?: number;
}

/** Settings of pgrender itself, in pgrender.yaml at the root of the clusters folder. @public */
export interface Settings {
  /** Always pgrender.dev/v1. */
  apiVersion: "pgrender.dev/v1";
  /** Always Settings. */
  kind: "Settings";
  /** Name of the document. */
  metadata?: SettingsMetadata;
  /** The settings. */
  spec: SettingsSpec;
}
/** Name of the document. @public */
export interface SettingsMetadata {
  /** Name of the document. It appears in no rendered object. */
  name?: string;
  /** Labels of the document itself. */
  labels?: Record<string, string>;
  /** Annotations of the document itself. */
  annotations?: Record<string, string>;
}
/** The settings. @public */
export interface SettingsSpec {
  /** Where the Kubernetes API is reached. */
  apiServer: ApiServer;
  /** Whether network policies are rendered for the clusters. Off: nothing of theirs is cut off. */
  networkPolicies: boolean;
  /** Image of the database pods by major version, for clusters without a dockerImage of their own. Changing one replaces the pods of all of them; a dockerImage of its own holds a cluster back. */
  images: Record<string, string>;
  /** Secret in the namespace of a cluster with the keys of the store that the configuration names for logical backups: `*.conf` files with lines of pgBackRest's for repo1. Empty: the pods have an identity of their own. */
  logicalBackupSecret: string;
  /** Refuses an image without a digest: a tag can name another image tomorrow. */
  requireDigest: boolean;
}
/** Where the Kubernetes API is reached. Network policies let pods connect to it. @public */
export interface ApiServer {
  /** Address ranges of the API server, such as 10.0.0.1/32. Empty: its ports are open to any address. */
  cidrs: string[];
  /** Ports of the API server. */
  ports: number[];
}

/** A kustomization.yaml: which documents a folder is composed of, and what is changed in them. @public */
export interface Kustomization {
  /** kustomize.config.k8s.io/v1beta1; of a Component kustomize.config.k8s.io/v1alpha1. */
  apiVersion?: string;
  /** Kustomization or Component. */
  kind?: string;
  /** Name and labels of the file itself. They have no effect. */
  metadata?: Record<string, unknown>;
  /** Files, and folders with a kustomization of their own. */
  resources?: string[];
  /** Folders. The old name of resources. */
  bases?: string[];
  /** Folders with a Component. */
  components?: string[];
  /** Changes of single documents, in their order. */
  patches?: KustomizationPatch[];
  /** Files of strategic merge patches, or patches. The old form of patches. */
  patchesStrategicMerge?: string[];
  /** JSON 6902 patches. The old form of patches. */
  patchesJson6902?: KustomizationPatch[];
  /** Changes of what is rendered for the clusters: StatefulSet, Service and the like. kustomize does not know this key. */
  outputPatches?: KustomizationPatch[];
  /** Namespace of all documents. */
  namespace?: string;
  /** What all names begin with. */
  namePrefix?: string;
  /** What all names end in. */
  nameSuffix?: string;
  /** Labels of all documents. */
  labels?: KustomizationLabels[];
  /** Labels of all documents, and of what selects them. The old form of labels. */
  commonLabels?: Record<string, string>;
  /** Annotations of all documents. */
  commonAnnotations?: Record<string, string>;
  /** Other names, tags or digests of images. */
  images?: KustomizationImage[];
  /** How many instances a document has. */
  replicas?: KustomizationReplicas[];
  /** Values that are copied from one document to others. */
  replacements?: KustomizationReplacement[];
  /** ConfigMaps that are made of files and values. */
  configMapGenerator?: KustomizationConfigMap[];
  /** What holds for all generated ConfigMaps. */
  generatorOptions?: KustomizationGeneratorOptions;
  /** Files that tell kustomize which fields hold names and images. */
  configurations?: string[];
  /** The file that tells kustomize by which keys lists are merged. */
  openapi?: Record<string, unknown>;
  /** The order of kustomize's own output. It has no effect here. */
  sortOptions?: Record<string, unknown>;
  /** Not supported. */
  secretGenerator?: unknown;
  /** Not supported. */
  helmCharts?: unknown;
  /** Not supported. */
  helmGlobals?: unknown;
  /** Not supported. */
  helmChartInflationGenerator?: unknown;
  /** Not supported. */
  generators?: unknown;
  /** Not supported. */
  transformers?: unknown;
  /** Not supported. */
  validators?: unknown;
  /** Not supported. */
  vars?: unknown;
  /** Not supported. */
  crds?: unknown;
  /** Not supported. */
  buildMetadata?: unknown;
}
/** A strategic merge patch or a JSON 6902 patch. @public */
export interface KustomizationPatch {
  /** File of the patch. */
  path?: string;
  /** The patch itself. */
  patch?: string;
  /** What it is for; a strategic merge patch may name it itself. */
  target?: KustomizationSelector;
  /** What else it may change. */
  options?: KustomizationPatchOptions;
}
/** What else a strategic merge patch may change. @public */
export interface KustomizationPatchOptions {
  /** The name too. */
  allowNameChange?: boolean;
  /** The kind too. */
  allowKindChange?: boolean;
}
/** Which documents are meant. @public */
export interface KustomizationSelector {
  /** Group of the apiVersion. */
  group?: string;
  /** Version of the apiVersion. */
  version?: string;
  /** Kind. */
  kind?: string;
  /** Name. */
  name?: string;
  /** Namespace. */
  namespace?: string;
  /** Labels, as kubectl selects by them. */
  labelSelector?: string;
  /** Annotations, in the same form. */
  annotationSelector?: string;
}
/** Labels, and where they go. @public */
export interface KustomizationLabels {
  /** The labels. */
  pairs?: Record<string, string>;
  /** Also in what selects the objects. */
  includeSelectors?: boolean;
  /** Also in the templates of pods. */
  includeTemplates?: boolean;
  /** Further fields for them. */
  fields?: KustomizationField[];
}
/** A field of a kind. @public */
export interface KustomizationField {
  /** Group. */
  group?: string;
  /** Version. */
  version?: string;
  /** Kind. */
  kind?: string;
  /** Path with /. */
  path: string;
  /** Make it where it is not there. */
  create?: boolean;
}
/** What to change in an image. @public */
export interface KustomizationImage {
  /** The image as it is named in the documents, without its tag. */
  name: string;
  /** Another name. */
  newName?: string;
  /** Another tag. */
  newTag?: string;
  /** A digest instead of the tag. */
  digest?: string;
  /** What to append to the tag. */
  tagSuffix?: string;
}
/** How many instances. @public */
export interface KustomizationReplicas {
  /** Name of the document. */
  name: string;
  /** How many. */
  count: number;
}
/** A value to copy. @public */
export interface KustomizationReplacement {
  /** File with the replacement, or a list of them. */
  path?: string;
  /** Where it is. */
  source?: KustomizationReplacementSource;
  /** Where it goes. */
  targets?: KustomizationReplacementTarget[];
}
/** Where a value is. @public */
export interface KustomizationReplacementSource {
  /** Group. */
  group?: string;
  /** Version. */
  version?: string;
  /** Kind. */
  kind?: string;
  /** Name. */
  name?: string;
  /** Namespace. */
  namespace?: string;
  /** Path with dots; metadata.name if left out. */
  fieldPath?: string;
  /** Which part of it. */
  options?: KustomizationFieldOptions;
}
/** Where a value goes. @public */
export interface KustomizationReplacementTarget {
  /** Into which documents. */
  select: KustomizationSelector;
  /** Which of them not. */
  reject?: KustomizationSelector[];
  /** Paths with dots; metadata.name if left out. */
  fieldPaths?: string[];
  /** Which part of it. */
  options?: KustomizationFieldOptions;
}
/** Which part of a value is meant. @public */
export interface KustomizationFieldOptions {
  /** What separates its parts. */
  delimiter?: string;
  /** Which part. */
  index?: number;
  /** Make the field where it is not there. */
  create?: boolean;
  /** Not used by kustomize either. */
  encoding?: string;
}
/** A ConfigMap that is made of files and values. @public */
export interface KustomizationConfigMap {
  /** Name. */
  name: string;
  /** Namespace. */
  namespace?: string;
  /** create, merge or replace. */
  behavior?: "" | "unspecified" | "create" | "merge" | "replace";
  /** Files: their name, or key=file. */
  files?: string[];
  /** key=value. */
  literals?: string[];
  /** Files with a key=value on each line. */
  envs?: string[];
  /** One such file. */
  env?: string;
  /** What holds for this one. */
  options?: KustomizationGeneratorOptions;
}
/** What holds for generated ConfigMaps. @public */
export interface KustomizationGeneratorOptions {
  /** Labels. */
  labels?: Record<string, string>;
  /** Annotations. */
  annotations?: Record<string, string>;
  /** The name does not end in a hash of the content. */
  disableNameSuffixHash?: boolean;
  /** It cannot be changed. */
  immutable?: boolean;
}
