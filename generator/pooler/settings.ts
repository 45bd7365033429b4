import { byKey } from "../kube/metadata.ts";
import type { Cluster } from "../cluster/cluster.ts";

/** What a setting of PgBouncer takes. */
type Kind = "count" | "seconds" | "flag" | "text";

/**
 * Settings that a spec may give, as PgBouncer 1.21 and later know them: https://www.pgbouncer.org/config.html. The others follow from
 * fields and from what the pod has; none of these needs another start.
 */
export const settings: Readonly<Record<string, Kind>> = {
  application_name_add_host: "flag",
  autodb_idle_timeout: "seconds",
  cancel_wait_timeout: "seconds",
  client_idle_timeout: "seconds",
  client_login_timeout: "seconds",
  client_tls_ciphers: "text",
  client_tls_protocols: "text",
  default_pool_size: "count",
  idle_transaction_timeout: "seconds",
  ignore_startup_parameters: "text",
  log_connections: "flag",
  log_disconnections: "flag",
  log_pooler_errors: "flag",
  log_stats: "flag",
  max_client_conn: "count",
  max_prepared_statements: "count",
  max_user_connections: "count",
  min_pool_size: "count",
  query_timeout: "seconds",
  query_wait_timeout: "seconds",
  reserve_pool_size: "count",
  reserve_pool_timeout: "seconds",
  server_check_delay: "seconds",
  server_check_query: "text",
  server_connect_timeout: "seconds",
  server_idle_timeout: "seconds",
  server_lifetime: "seconds",
  server_login_retry: "seconds",
  server_reset_query: "text",
  server_reset_query_always: "flag",
  server_round_robin: "flag",
  server_tls_ciphers: "text",
  server_tls_protocols: "text",
  stats_period: "count",
  tcp_keepcnt: "count",
  tcp_keepidle: "count",
  tcp_keepintvl: "count",
  tcp_user_timeout: "count",
};

/** Settings that follow from something else, and from what. */
export const derived: Readonly<Record<string, string>> = {
  pool_mode: "connectionPooler.mode says it",
  max_db_connections: "connectionPooler.maxDBConnections says it for all pods",
  listen_port: "Services and network policies rely on 5432",
  client_tls_cert_file: "spec.tls says it",
  client_tls_key_file: "spec.tls says it",
  client_tls_ca_file: "spec.tls says it",
  auth_user: "connectionPooler.user says it",
};

const forms: Readonly<Record<Kind, readonly [form: RegExp, words: string]>> = {
  count: [/^\d{1,9}$/, "a number, as in 100"],
  seconds: [/^\d{1,9}(\.\d{1,6})?$/, "seconds, as in 30 or 0.5"],
  flag: [/^[01]$/, "0 or 1"],
  text: [/^.*$/, "text on one line"],
};

/** What a value has to be, in words, if it is not. */
export function misfit(kind: Kind, value: string): string | undefined {
  const [form, words] = forms[kind];
  return form.test(value) ? undefined : words;
}

/** The spec's own settings, in order. */
export function ownSettings({ spec }: Cluster): { readonly name: string; readonly value: string }[] {
  return Object.entries(spec.connectionPooler?.parameters ?? {})
    .sort(byKey)
    .filter(([name]) => Object.hasOwn(settings, name))
    .map(([name, value]) => ({ name, value }));
}
