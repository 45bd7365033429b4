import type { BackupRepository } from "../cluster/spec.ts";
import type { Spelt } from "../pgbackrest/options.ts";

/** Why an option is not the user's in `global`, and what to do instead. */
export type Reserved = { readonly reason: string; readonly fix: string };

const takeOut = "take it out";

/** Options whose value follows from the layout of the pods, by their name without a number. */
const ofLayout: readonly (readonly [name: RegExp, reason: string])[] = [
  [/^pg-/, "where PostgreSQL is follows from the cluster's members"],
  [/^repo-host/, "the repository host is rendered with its certificates"],
  [/^tls-server-/, "the TLS server is rendered with its certificates"],
  [
    /^(lock-path|spool-path|log-path|log-level-file)$/,
    "locks, spool and logs lie where the pods have a place for them",
  ],
  [
    /^(config|config-path|config-include-path|stanza)$/,
    "what pgBackRest reads, and its stanza, are rendered",
  ],
  [/^cmd(-ssh)?$/, "which program runs follows from the image"],
  [
    /^(db-include|db-exclude)$/,
    "every member that is made from a backup would have databases that cannot be read",
  ],
  [/^archive-mode$/, "a cluster that comes from a backup would not archive"],
  [/^recovery-option$/, "Patroni writes the settings of a recovery"],
  [/^(link-all|link-map|tablespace-map|tablespace-map-all)$/, "all members have their files at one place"],
];

/** Fields of an entry of `repos` that become an option. */
const fields: Readonly<Record<string, keyof BackupRepository>> = {
  "repo-type": "storage",
  "repo-s3-bucket": "resource",
  "repo-s3-endpoint": "endpoint",
  "repo-s3-region": "region",
  "repo-gcs-bucket": "resource",
  "repo-gcs-endpoint": "endpoint",
  "repo-gcs-key": "key",
  "repo-gcs-key-type": "keyType",
  "repo-azure-container": "resource",
  "repo-azure-account": "account",
  "repo-azure-endpoint": "endpoint",
  "repo-azure-key-type": "keyType",
};

/** Those that an object store may have here instead of in its entry. */
const eitherPlace = new Set([
  "repo-gcs-endpoint",
  "repo-gcs-key-type",
  "repo-azure-endpoint",
  "repo-azure-key-type",
]);

/** Undefined if lines of a configuration may have the option. `entryOf` tells where a repository's fields are. */
export function reserved(
  spelt: Spelt,
  repository: BackupRepository | undefined,
  entryOf: (name: string) => string,
): Reserved | undefined {
  const layout = ofLayout.find(([name]) => name.test(spelt.base));
  if (layout !== undefined) return { reason: layout[1], fix: takeOut };
  if (spelt.base === "repo-path" && repository?.storage === "pvc") {
    return { reason: `the volume of ${repository.name} is mounted at a path of its own`, fix: takeOut };
  }
  const field = fields[spelt.base];
  if (field === undefined || repository === undefined) return undefined;
  const kind = spelt.base.split("-")[1];
  if (kind !== "type" && kind !== repository.storage) return undefined;
  if (repository[field] === undefined && eitherPlace.has(spelt.base)) return undefined;
  return {
    reason: `it is ${field} of ${repository.name}`,
    fix: `take it out, and write ${field} in ${entryOf(repository.name)}`,
  };
}
