import type { Fleet } from "../cluster/cluster.ts";
import type { OperatorConfiguration } from "../cluster/spec.ts";
import type { Problem } from "../problem.ts";
import { show } from "./messages.ts";
import type { Source } from "./source.ts";

const keys = [
  ["logical_backup_s3_access_key_id", "repo1-s3-key"],
  ["logical_backup_s3_secret_access_key", "repo1-s3-key-secret"],
  ["logical_backup_azure_storage_account_key", "repo1-azure-key"],
] as const;

/** What CPO's configuration says of logical backups that is a secret in git, or not enough to reach a store. */
export function logicalProblems(
  { logicalBackups: { store, secret } }: Fleet,
  { configuration: { logical_backup: given } }: OperatorConfiguration,
  source: Source,
): Problem[] {
  const at = (key: string, part: "key" | "value") =>
    source.placeOf(["configuration", "logical_backup", key], part);
  const problem = (key: string, says: string, fix: string): Problem => ({
    rule: "logical-backup-store",
    severity: "error",
    message: `configuration.logical_backup.${key} ${says}`,
    fix,
    at: at(key, "value"),
  });
  const inClear = keys
    .filter(([key]) => given[key] !== "")
    .map(([key, option]): Problem => ({
      rule: "logical-backup-secret",
      severity: "error",
      message: `configuration.logical_backup.${key} is a secret in clear text`,
      fix: `take it out and change it where it is from; a line [global] and a line ${option}=… in a *.conf file of the Secret that logicalBackupSecret of pgrender.yaml names give it to the Jobs`,
      at: at(key, "key"),
    }));
  if (store === undefined) return inClear;
  const { logical_backup_s3_endpoint: endpoint, logical_backup_s3_region: region } = given;
  return [
    ...inClear,
    ...(store.storage === "s3" && endpoint === "" && region === ""
      ? [
          problem(
            "logical_backup_s3_bucket",
            `is ${show(store.resource)}, of no region`,
            "write logical_backup_s3_region, e.g. eu-central-1, or the logical_backup_s3_endpoint of a store of your own",
          ),
        ]
      : []),
    ...(store.storage === "s3" && endpoint.startsWith("http:")
      ? [
          problem(
            "logical_backup_s3_endpoint",
            `is ${show(endpoint)}: keys and dumps would go unencrypted, which pgBackRest does not do`,
            "let the store have TLS, and write https://",
          ),
        ]
      : []),
    ...(store.storage === "azure" && secret === ""
      ? [
          problem(
            "logical_backup_azure_storage_container",
            `is ${show(store.resource)}, for which nobody has a key: pgBackRest knows no identity of Azure's`,
            "name the Secret that has repo1-azure-key=… in a *.conf file, in logicalBackupSecret of pgrender.yaml",
          ),
        ]
      : []),
    ...(store.storage === "azure" && (store.account ?? "") === ""
      ? [
          problem(
            "logical_backup_azure_storage_container",
            `is ${show(store.resource)}, of no account`,
            "write logical_backup_azure_storage_account_name",
          ),
        ]
      : []),
  ];
}
