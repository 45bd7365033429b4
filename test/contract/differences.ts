/** Where pgrender differs from CPO on purpose. Each has to occur: one that does not is taken out of this list. */
export type Difference = {
  readonly object: RegExp;
  readonly path: RegExp;
  readonly reason: string;
};

export const differences: readonly Difference[] = [
  {
    object: /^StatefulSet /,
    path: /^spec\.template\.spec\.serviceAccount(Name)?$/,
    reason: "every cluster has an account of its own, whose Role reaches no other cluster",
  },
  {
    object: /^StatefulSet /,
    path: /^spec\.updateStrategy\.type$/,
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
    object: /^StatefulSet /,
    path: /^spec\.template\.metadata\.labels\.pgrender\.dev\/scope$/,
    reason: "the name label is the same in every generation of a cluster, Patroni needs one that is not",
  },
  {
    object: /^StatefulSet /,
    path: /\.ports\[8080\]\./,
    reason: "nothing listens on 8080 when Patroni is started without the image's process supervisor",
  },
  {
    object: /^StatefulSet /,
    path: /\.ports\[(5432|8008)\]\.name$/,
    reason: "the ports of the container have names, for monitors and probes to refer to",
  },
  {
    object: /^Secret .*-tde$/,
    path: /^metadata\.labels\./,
    reason: "it is found with everything else of the cluster; CPO's has no labels",
  },
];

/** What a later version renders: CPO's part of it, by the field that is warned of until then. */
export const later: readonly (Difference & { readonly field: RegExp })[] = [
  {
    object: /^StatefulSet /,
    path: /^spec\.template\.metadata\.labels\.cpo_monitoring_stack$/,
    field: /^spec\.monitor /,
    reason: "a label for the monitor's selector",
  },
];

/** Objects that CPO makes and pgrender does not: by the field that is warned of, or never (`undefined`). */
export const objectsLater: readonly {
  readonly object: RegExp;
  readonly field: RegExp | undefined;
  readonly reason: string;
}[] = [
  { object: / cpo-pod$/, field: undefined, reason: "every cluster has an account of its own" },
  { object: /pgbackrest/, field: /^spec\.backup /, reason: "backups" },
  {
    object: /^Secret pooler\./,
    field: /^spec\.(connectionPooler|enableConnectionPooler) /,
    reason: "poolers",
  },
  { object: /^Secret cpo-exporter\./, field: /^spec\.monitor /, reason: "the exporter's role" },
  { object: /^Secret appl-db-/, field: /^spec\.preparedDatabases /, reason: "roles of prepared databases" },
  {
    object: /^Secret (foo-user|zalando|appl-user|db-owner)\./,
    field: /^spec\.users /,
    reason: "Secrets of the spec's users",
  },
];
