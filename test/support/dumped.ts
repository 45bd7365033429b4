import type { Tree } from "./object.ts";

/** A cluster that is dumped, with repositories to put its dumps into. */
export const dumped: Tree = {
  apiVersion: "pgrender.dev/v1",
  kind: "PostgresCluster",
  metadata: { name: "orders", namespace: "prod" },
  spec: {
    numberOfInstances: 2,
    postgresql: { version: "18" },
    volume: { size: "10Gi" },
    enableLogicalBackup: true,
    backup: {
      pgbackrest: {
        image: "pgbackrest:1",
        repos: [1, 2, 3, 4].map((number) => ({
          name: `repo${number}`,
          storage: "pvc",
          volume: { size: "1Gi" },
        })),
      },
    },
  },
};
/** What CPO's configuration says of logical backups: no store, and one of each kind. */
export const stores: readonly Tree[] = [
  {},
  { logical_backup_s3_bucket: "dumps" },
  { logical_backup_s3_bucket: "dumps", logical_backup_provider: "gcs" },
  { logical_backup_azure_storage_container: "dumps", logical_backup_provider: "az" },
];
