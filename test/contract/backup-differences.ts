import type { Difference } from "./differences.ts";

/** Where backups differ from CPO's on purpose. */
export const backupDifferences: readonly Difference[] = [
  {
    object: /^CronJob pgbackrest-/,
    path: /containers\[pgbackrest-backup\]\.(env\[(COMMAND_OPTS|CONTAINER|MODE|SELECTOR|USE_PGBACKREST)\]|env\[(REPOSITORY|TYPE|PGBACKREST_.*)\]|args\[|command\[)/,
    reason:
      "the pod is the repository host and calls pgBackRest itself; CPO's looks for a pod with kubectl, executes there, and succeeds if there is none",
  },
  {
    object: /^CronJob pgbackrest-/,
    path: /(serviceAccount(Name)?|automountServiceAccountToken)$/,
    reason: "a backup asks the API server nothing, so its pod has no account",
  },
  {
    object: /^CronJob pgbackrest-/,
    path: /(volumes|volumeMounts)\[(cert-secret|repo\d)\]|volumes\[pgbackrest-config\]\.projected\.sources\[0\]\.configMap/,
    reason: "it has the repository's volume, and the certificate by which the members let it in",
  },
  {
    object: /^CronJob pgbackrest-/,
    path: /podAffinity\.requiredDuringSchedulingIgnoredDuringExecution/,
    reason: "the volume of a repository is mounted on the node of its host",
  },
  {
    object: /^CronJob pgbackrest-/,
    path: /(activeDeadlineSeconds|startingDeadlineSeconds|backoffLimit)$/,
    reason: "a backup that hangs would keep every later one from starting",
  },
  {
    object: /^CronJob pgbackrest-/,
    path: /^spec\.jobTemplate\.spec\.template\.metadata\.namespace$/,
    reason: "a pod is in the namespace of its Job",
  },
  {
    object: /^CronJob pgbackrest-|-repo-host$/,
    path: /ports\[(5432|8008|8080|8432)\]/,
    reason: "the port of pgBackRest's server, where there is one; nothing listens on CPO's",
  },
  {
    object: /^CronJob pgbackrest-/,
    path: /(securityContext|enableServiceLinks)\b/,
    reason: "the restricted pod security standard; CPO's `{}` leaves it to the image",
  },
  {
    object: /-pgbackrest-repo-host$/,
    path: /containers\[pgbackrest\]\.(env\[(MODE|USE_PGBACKREST|PGBACKREST_.*)\]|args\[|command\[)/,
    reason: "the image's launch scripts read it, in whose place `pgbackrest server` is started",
  },
  {
    object: /-pgbackrest-repo-host$/,
    path: /(readinessProbe\b|automountServiceAccountToken$)/,
    reason: "ready when it can take WAL, and without an account: it asks the API server nothing",
  },
  {
    object: /-pgbackrest-repo-host$/,
    path: /podAntiAffinity/,
    reason: "CPO keeps the host of repositories away from itself, of which there is one",
  },
  {
    object: /-pgbackrest-repo-host$/,
    path: /^spec\.volumeClaimTemplates\[repo\d\]\.(metadata\.labels\..*|spec\.resources\.requests\.storage)$/,
    reason:
      "the claim template is immutable, so it is constant; the claims are declared, with CPO's labels and size",
  },
  {
    object: /^StatefulSet /,
    path: /volumes\[pgbackrest-(config|clone)\]\.projected\.sources\[0\]\.configMap\.items\b/,
    reason: "a pod sees what it reads alone",
  },
  {
    object: /^StatefulSet /,
    path: /containers\[postgres\]\.env\[(USE_PGBACKREST|COMMAND|REPO_HOST|PGBACKREST_.*)\]/,
    reason:
      "the image's launch scripts read it; pgBackRest is told what to read, whatever its package brings",
  },
  {
    object: /^StatefulSet /,
    path: /initContainers\[pgbackrest\]|(volumes|containers\[postgres\]\.volumeMounts)\[cert-secret\]/,
    reason:
      "a server beside the database lets a backup read the member's files, so that nobody has to execute there",
  },
  {
    object: /^StatefulSet /,
    path: /initContainers\[pgbackrest-restore\]/,
    reason: "it does what a ConfigMap says that CPO writes while it runs",
  },
  {
    object: /^ConfigMap .*-pgbackrest-restore$/,
    path: /^/,
    reason: "CPO writes it while it restores; here the members know from the spec what they begin with",
  },
  {
    object: /^(Service|StatefulSet) /,
    path: /^spec\.(selector|template\.metadata\.labels)\.pgrender\.dev\/in-service$/,
    reason: "while a restore takes over, members that still serve are told from those that did",
  },
  {
    object: /^StatefulSet /,
    path: /^spec\.template\.metadata\.annotations(\.pgrender\.dev\/restore)?$/,
    reason: "a member that waits for a restore to be corrected is replaced by the correction",
  },
  {
    object: /^StatefulSet /,
    path: /volumes\[pgbackrest-clone(-certs)?\]\..*\.optional$/,
    reason: "a clone outlives its source, and starts without its Secrets",
  },
  {
    object: /^StatefulSet /,
    path: /volumes\[pgbackrest-clone-certs\]\.(secret|projected)\b/,
    reason: "the same files from either form of Secret, CPO's or cert-manager's",
  },
  {
    object: /^ConfigMap .*-pgbackrest-(repohost-|clone-)?config$/,
    path: /^(keys|metadata\.labels)/,
    reason: "the scripts are beside the configuration, and it is found with everything else of the cluster",
  },
  {
    object: /^Secret .*-pgbackrest-cert$/,
    path: /^(keys|metadata\.labels)/,
    reason: "without `key`, which nothing reads, and found with everything else of the cluster",
  },
  {
    object: /^Secret .*-pgbackrest-cert$/,
    path: /^$/,
    reason: "also for object stores: the pod that makes a backup is let in to the members by it",
  },
];
