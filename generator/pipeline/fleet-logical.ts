import type { LogicalBackups } from "../cluster/cluster.ts";
import type { BackupRepository, LogicalBackupConfiguration, Settings } from "../cluster/spec.ts";

/** What the chart of CPO's operator has in the place of a bucket. */
const placeholder = "my-bucket-url";

/** What CPO's configuration says about the logical backups of all clusters, with the Secret of our settings. */
export function logicalBackups(
  given: LogicalBackupConfiguration,
  { logicalBackupSecret: secret }: Settings["spec"],
): LogicalBackups {
  return {
    schedule: given.logical_backup_schedule,
    prefix: given.logical_backup_job_prefix,
    store: store(given, secret !== ""),
    secret,
    retention: given.logical_backup_s3_retention_time,
    resources: {
      requests: amounts(given.logical_backup_cpu_request, given.logical_backup_memory_request),
      limits: amounts(given.logical_backup_cpu_limit, given.logical_backup_memory_limit),
    },
  };
}

/** The bucket or container as a repository of pgBackRest's. Where there is a Secret, the kind of key is for it to say. CPO's provider gcs has its bucket in the key for S3. */
function store(given: LogicalBackupConfiguration, hasSecret: boolean): BackupRepository | undefined {
  const bucket = given.logical_backup_s3_bucket;
  const isNamed = bucket !== "" && bucket !== placeholder;
  switch (given.logical_backup_provider) {
    case "s3":
      return isNamed ? s3(given, bucket) : undefined;
    case "gcs": {
      const key = given.logical_backup_google_application_credentials.replace(/^.*\//, "");
      const keys = !hasSecret ? { keyType: "auto" } : key === "" ? {} : { key };
      return isNamed ? { name: "repo1", storage: "gcs", resource: bucket, ...keys } : undefined;
    }
    case "az":
      return given.logical_backup_azure_storage_container === ""
        ? undefined
        : {
            name: "repo1",
            storage: "azure",
            resource: given.logical_backup_azure_storage_container,
            account: given.logical_backup_azure_storage_account_name,
          };
  }
}

function s3(given: LogicalBackupConfiguration, resource: string): BackupRepository {
  const region = given.logical_backup_s3_region;
  return {
    name: "repo1",
    storage: "s3",
    resource,
    endpoint:
      given.logical_backup_s3_endpoint === ""
        ? `s3.${region}.amazonaws.com`
        : given.logical_backup_s3_endpoint,
    // A store of one's own has no regions, but is asked for one.
    region: region === "" ? "us-east-1" : region,
  };
}

function amounts(cpu: string | undefined, memory: string | undefined) {
  return { ...(cpu === undefined ? {} : { cpu }), ...(memory === undefined ? {} : { memory }) };
}
