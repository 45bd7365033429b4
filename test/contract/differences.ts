import { backupDifferences } from "./backup-differences.ts";

/** Where pgrender differs from CPO on purpose. Each has to occur: one that does not is taken out of this list. */
export type Difference = {
  readonly object: RegExp;
  readonly path: RegExp;
  readonly reason: string;
  /** Where what CPO's generators make is not what its operator applies. */
  readonly profile?: "generated";
};

const postgres = "spec\\.template\\.spec\\.containers\\[postgres\\]\\.";

export const differences: readonly Difference[] = [
  {
    object: /^RoleBinding (cpo|postgres)-pod$/,
    path: /^/,
    reason: "every cluster has an account of its own, whose Role reaches no other cluster",
  },
  {
    object: /^StatefulSet /,
    path: /^spec\.template\.spec\.serviceAccount(Name)?$/,
    reason: "every cluster has an account of its own, whose Role reaches no other cluster",
  },
  {
    object: /^StatefulSet /,
    path: /^spec\.updateStrategy\b/,
    reason: "RollingUpdate: there is no operator that deletes the pods one by one",
  },
  {
    object: /^StatefulSet /,
    path: /^spec\.podManagementPolicy$/,
    reason: "Parallel: after an outage the member with the newest data has to come up, whichever it is",
  },
  {
    object: /^StatefulSet /,
    path: /^spec\.volumeClaimTemplates\[pgdata\]\.(metadata\.labels\..*|spec\.resources\.requests\.storage)$/,
    reason:
      "the claim template is immutable, so it is constant; the claims are declared, with CPO's labels and size",
  },
  {
    object: /^PersistentVolumeClaim /,
    path: /^metadata\.annotations\.(argocd|kustomize)\b/,
    reason: "an engine that prunes must not delete data",
  },
  {
    object: /^StatefulSet /,
    path: /^spec\.template\.metadata\.labels\.pgrender\.dev\/scope$/,
    reason: "the name label is the same in every generation of a cluster, Patroni needs one that is not",
  },
  {
    object: /^StatefulSet /,
    path: new RegExp(`^${postgres}ports\\[8080\\]`),
    reason: "nothing listens on 8080 when Patroni is started without the image's process supervisor",
  },
  {
    object: /^StatefulSet /,
    path: new RegExp(`^${postgres}ports\\[(5432|8008)\\]\\.name$`),
    reason: "the ports of the container have names, for monitors and probes to refer to",
  },
  {
    object: /^StatefulSet /,
    path: new RegExp(
      `^${postgres}env\\[(SCOPE|PGROOT|PG(USER|PASSWORD)_(SUPERUSER|STANDBY)|KUBERNETES_.*|PAM_OAUTH2|HUMAN_ROLE|PGVERSION|SPILO_CONFIGURATION|DCS_ENABLE_KUBERNETES_API|SSL_.*|TDE.*|STANDBY_.*)\\]`,
    ),
    reason: "the image's launch scripts read it, in whose place the rendered patroni.yml is",
  },
  {
    object: /^StatefulSet /,
    path: new RegExp(`^${postgres}env\\[(LD_PRELOAD|NSS_WRAPPER_.*)\\]`),
    reason: "the image sets it itself; another image has no such library",
  },
  {
    object: /^StatefulSet /,
    path: new RegExp(
      `^${postgres}(env\\[(PGDATA|BIN_DIRECTORY|POD_NAME|STATEFULSET|HANDOVER_SECONDS|PATRONICTL_CONFIG_FILE|PATRONI_.*)\\]|args\\[|command\\[|lifecycle\\b)`,
    ),
    reason: "Patroni is started with the rendered patroni.yml, and hands over before it stops",
  },
  {
    object: /^StatefulSet /,
    path: new RegExp(
      `^${postgres}(startupProbe|livenessProbe|readinessProbe\\.(timeoutSeconds|periodSeconds|initialDelaySeconds|failureThreshold))\\b`,
    ),
    reason: "timed so that a frozen primary is out of its Service, and ended, before another one is promoted",
  },
  {
    object: /^StatefulSet /,
    path: new RegExp(
      `^(${postgres}volumeMounts\\[(postgres-run|patroni|tde-key)\\]|spec\\.template\\.spec\\.volumes\\[(patroni|tde-key)\\])`,
    ),
    reason: "Patroni's configuration is a ConfigMap; of /run only PostgreSQL's part is written to",
  },
  {
    object: /^StatefulSet /,
    path: /^spec\.template\.spec\.(containers\[[^\]]+\]\.)?(securityContext|enableServiceLinks)\b/,
    reason: "the restricted pod security standard; CPO's `{}` leaves it to the image",
  },
  {
    object: /^StatefulSet /,
    path: /^spec\.template\.spec\.affinity\.podAntiAffinity\.preferred/,
    reason: "members wish for nodes of their own where the OperatorConfiguration says nothing",
  },
  {
    object: /^StatefulSet /,
    path: /\.podAntiAffinity\..*\.labelSelector\.matchLabels\.(team|cpo_monitoring_stack)$/,
    reason: "the selector of the cluster is enough, and a team that changes would split the cluster in two",
  },
  {
    object: /^PodDisruptionBudget /,
    path: /^/,
    profile: "generated",
    reason:
      "CPO's generator makes one for a single instance, too; its operator does not apply it, as `live` shows",
  },
  {
    object: /^ConfigMap .*-pgbackrest-config$/,
    path: /^keys/,
    profile: "generated",
    reason: "CPO makes an empty configuration of pgBackRest for clusters without backups",
  },
  {
    object: /^Secret .*-tde$/,
    path: /^metadata\.labels\./,
    reason: "it is found with everything else of the cluster; CPO's has no labels",
  },
  {
    object: /^Secret (postgres|standby|cpo-replication)\.(acid-standby-cluster|standby-cluster-1)\./,
    path: /./,
    reason:
      "a standby's passwords are its source's; CPO makes others up if they are missing, and its members are locked out",
  },
  {
    object: /^Deployment .*-pooler(-repl)?$/,
    path: /^spec\.template\.spec\.containers\[connection-pooler\]\.env\[(PG|CONNECTION_POOLER_)/,
    reason:
      "the image's start script reads it, in whose place the rendered pgbouncer.ini is; a password that is a file can be renewed",
  },
  {
    object: /^Deployment .*-pooler(-repl)?$/,
    path: /^spec\.template\.spec\.(serviceAccountName|securityContext)$/,
    reason: "a pooler asks the API server nothing, and runs under the restricted pod security standard",
  },
  {
    object: /^Deployment .*-pooler(-repl)?$/,
    path: /^spec\.strategy$/,
    reason: "one more pod before one goes, where CPO leaves it to the API server's default",
  },
  {
    object: /^(Service|PodDisruptionBudget) .*-pooler(-repl)?$/,
    path: /^$/,
    reason:
      "CPO makes poolers when the members run, which they never did where `live` was recorded; a budget it does not make at all",
  },
  {
    object: /^StatefulSet /,
    path: /containers\[postgres-exporter\]\.(env\[POSTGRES_(USER|PASSWORD)\]|volumeMounts\[pgdata\])/,
    reason: "who measures a database is neither its superuser nor at its files",
  },
  {
    object: /^StatefulSet /,
    path: /containers\[postgres-exporter\]\.(env\[DATA_SOURCE_PASS\]|volumeMounts\[exporter(-user)?\]|command\b)|volumes\[exporter(-user)?\]/,
    reason: "a password in a file can be renewed; the questions are rendered, and not those of the image",
  },
  {
    object: /^StatefulSet /,
    path: /containers\[postgres-exporter\]\.readinessProbe\b/,
    reason: "a database stays in its Service when its exporter does not answer",
  },
  {
    object: /^StatefulSet /,
    path: /containers\[postgres-exporter\]\.ports\[9187\]\.name$/,
    reason: "the port has a name, for a PodMonitor to refer to",
  },
  ...backupDifferences,
];

/** What a later version renders: CPO's part of it, by the field that is warned of until then. */
export const later: readonly (Difference & { readonly field: RegExp })[] = [];

/** Manifests of CPO's that are refused, because a render could not keep what they promise: by the rule that says so. */
export const refused: readonly { readonly input: string; readonly rule: string; readonly reason: string }[] =
  [
    {
      input: "multisite",
      rule: "multisite",
      reason: "CYBERTEC's fork of Patroni keeps one leader among the sites; without it there would be two",
    },
  ];
