import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  apply,
  dropNamespace,
  healthy,
  inPod,
  manifests,
  restrictedNamespace,
  spec,
  sql,
} from "../support/cluster.ts";
import { dumpRuns, holdDumps, inDumps } from "../support/dumps.ts";
import { completed } from "../support/jobs.ts";
import { kubectl } from "../support/kubectl.ts";
import { azure, azureKey, gcs, giveKeys, inS3, s3 } from "../support/stores.ts";

const namespace = "pgrender-dump-stores";
const name = "pay";

/** What CPO's configuration says of each kind of store, and what the Secret says beyond the keys: the stand-ins are no public stores. */
const stores = {
  s3: {
    configuration: { logical_backup_s3_bucket: "backups", logical_backup_s3_endpoint: "https://s3:9000" },
    secret: [...inS3("repo1").keys, "repo1-cipher-type=aes-256-cbc", "repo1-cipher-pass=correct-horse"],
  },
  gcs: {
    configuration: { logical_backup_provider: "gcs", logical_backup_s3_bucket: "backups" },
    secret: ["repo1-gcs-key-type=token", "repo1-gcs-key=any", "repo1-gcs-endpoint=gcs:4443"],
  },
  azure: {
    configuration: {
      logical_backup_provider: "az",
      logical_backup_azure_storage_account_name: "store",
      logical_backup_azure_storage_container: "backups",
    },
    secret: [
      `repo1-azure-key=${azureKey}`,
      "repo1-azure-uri-style=path",
      "repo1-storage-host=azure",
      "repo1-storage-port=10000",
    ],
  },
} as const;

/** A cluster without any repository, beside CPO's configuration and our settings. */
function rendered(configuration: Readonly<Record<string, string>>): string {
  const operator = {
    apiVersion: "cpo.opensource.cybertec.at/v1",
    kind: "OperatorConfiguration",
    metadata: { name: "cpo" },
    configuration: { logical_backup: { ...configuration, logical_backup_s3_retention_time: "2 week" } },
  };
  const settings = {
    apiVersion: "pgrender.dev/v1",
    kind: "Settings",
    spec: { logicalBackupSecret: "dump-keys" },
  };
  const cluster = spec(namespace, name, 1, { spec: { enableLogicalBackup: true } });
  return manifests([cluster, JSON.stringify(operator), JSON.stringify(settings)].join("\n---\n"));
}

describe("a cluster whose dumps go where CPO's configuration says", () => {
  beforeAll(async () => {
    await restrictedNamespace(namespace);
    await apply(s3(namespace));
    await apply(gcs(namespace));
    await apply(azure(namespace));
    await apply(rendered(stores.s3.configuration));
    const leader = await healthy(namespace, name, 1, 180);
    await sql(namespace, leader, "create table row as select generate_series(1, 1000) id");
    const pods = ["pod/s3", "pod/gcs", "pod/azure"];
    await kubectl(["-n", namespace, "wait", "--for=condition=Ready", ...pods, "--timeout=60s"]);
  });
  afterAll(() => dropNamespace(namespace));

  it.each(["s3", "gcs", "azure"] as const)(
    "has whole ones in %s, with keys that git has not",
    async (kind) => {
      const { configuration, secret } = stores[kind];
      await giveKeys(namespace, "dump-keys", ["repo1-storage-verify-tls=n", ...secret]);
      await apply(rendered(configuration));
      const job = `now-${kind}`;
      await kubectl(["-n", namespace, "create", "job", job, `--from=cronjob/logical-backup-${name}`]);
      await completed(namespace, job);

      await holdDumps(namespace, name);
      const [run = "", ...more] = await dumpRuns(namespace, "repo1");
      expect(more).toEqual([]);
      await inDumps(namespace, ["restore", run, "postgres", kind]);
      const command = ["psql", "-XqAt", "-h", "/run/postgresql", "-U", "postgres", "-d", kind];
      const rows = await inPod(namespace, `${name}-0`, [...command, "-c", "select count(*) from row"]);
      expect(rows.trim()).toBe("1000");
      await kubectl(["-n", namespace, "delete", "job", "dumps", "--cascade=foreground", "--timeout=60s"]);
    },
  );
});
