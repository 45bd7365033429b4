import type { Cluster } from "../cluster/cluster.ts";

/** Options that initdb knows without a value. */
const flags = new Set([
  "data-checksums",
  "debug",
  "no-locale",
  "noclean",
  "nosync",
  "sync-only",
  "allow-group-access",
]);

/**
 * Options of initdb as Patroni takes them, CPO's first: a cluster made here collates as one that CPO made.
 * ICU as the provider is initdb's since 15.
 */
export function initdb(cluster: Cluster): (string | Record<string, string>)[] {
  const options: Record<string, string> = {
    "auth-host": "scram-sha-256",
    "auth-local": "trust",
    "data-checksums": "true",
    encoding: "UTF8",
    locale: "en_US.UTF-8",
    ...(cluster.version >= 15 ? { "locale-provider": "icu", "icu-locale": "en_US" } : {}),
    ...cluster.spec.patroni.initdb,
  };
  // initdb refuses a locale of ICU's for another provider.
  if (options["locale-provider"] !== "icu" && !("icu-locale" in cluster.spec.patroni.initdb)) {
    delete options["icu-locale"];
  }
  return Object.entries(options)
    .filter(([name, value]) => !(flags.has(name) && value === "false"))
    .map(([name, value]) => (flags.has(name) ? name : { [name]: value }));
}
