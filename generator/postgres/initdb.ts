import type { Cluster } from "../cluster/cluster.ts";
import { tdeOptions } from "./tde.ts";
import { generationOf } from "../cluster/generation.ts";
import { walDirectory } from "../naming.ts";

/** Options that initdb takes without a value; with one it refuses them. */
const flags = new Set([
  "allow-group-access",
  "data-checksums",
  "debug",
  "discard-caches",
  "no-clean",
  "no-data-checksums",
  "no-instructions",
  "no-locale",
  "no-sync",
  "noclean",
]);

/** Options that Patroni does not let through, https://github.com/patroni/patroni (postgresql/bootstrap.py). */
export const refusedOptions: Readonly<Record<string, string>> = {
  nosync: "Patroni refuses it, and the first start would fail; there is no-sync",
  "sync-only": "Patroni refuses it, and the first start would fail",
  pgdata: "the claim is mounted in one place",
  pwfile: "the password of the superuser comes from its Secret",
  version: "it only prints a version",
};

/** Options that older versions of initdb do not know. */
export const sinceVersion: Readonly<Record<string, number>> = {
  "icu-locale": 15,
  "locale-provider": 15,
  "icu-rules": 16,
  "builtin-locale": 17,
  "no-data-checksums": 18,
};

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
    ...tdeOptions(cluster),
    ...cluster.spec.patroni.initdb,
    ...(cluster.spec.walVolume === undefined ? {} : { waldir: walDirectory(generationOf(cluster)) }),
  };
  // initdb refuses a locale of ICU's for another provider.
  if (options["locale-provider"] !== "icu" && !("icu-locale" in cluster.spec.patroni.initdb)) {
    delete options["icu-locale"];
  }
  // Since 18 checksums are on unless they are refused.
  if (options["data-checksums"] === "false" && cluster.version >= 18) options["no-data-checksums"] = "true";
  return Object.entries(options)
    .filter(([name, value]) => !(flags.has(name) && value === "false"))
    .map(([name, value]) => (flags.has(name) ? name : { [name]: value }));
}
