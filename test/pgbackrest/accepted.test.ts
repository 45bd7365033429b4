import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { render } from "../../generator/render.ts";

/** What is said of a spec's backups, in a manifest of CPO's. */
function said(pgbackrest: Readonly<Record<string, unknown>>): readonly string[] {
  const text = stringify({
    apiVersion: "cpo.opensource.cybertec.at/v1",
    kind: "postgresql",
    metadata: { name: "cluster-1", namespace: "cpo" },
    spec: {
      dockerImage: "registry.example.com/postgres:18",
      numberOfInstances: 2,
      postgresql: { version: "18" },
      teamId: "acid",
      volume: { size: "5Gi" },
      backup: { pgbackrest: { image: "registry.example.com/pgbackrest:1", ...pgbackrest } },
    },
  });
  return render([{ path: "a.yaml", text }])
    .problems.filter(({ rule }) => /^(backup|restore)-/.test(rule))
    .map(({ rule, message }) => `${rule}: ${message}`);
}

const kept = { "repo1-retention-full": "7", "repo1-retention-full-type": "count" };
const inBucket = { ...kept, "repo1-path": "/backups/orders/repo1/" };
const schedule = { full: "30 2 * * *" };
const configuration = { secret: "cluster-1-credentials" };
const pvc = { name: "repo1", storage: "pvc", volume: { size: "10Gi" }, schedule };
const s3 = { name: "repo1", storage: "s3", resource: "b", endpoint: "e", region: "r", schedule };
const gcs = { name: "repo1", storage: "gcs", resource: "b", key: "gcs.json", keyType: "service", schedule };
const azure = { name: "repo1", storage: "azure", resource: "c", account: "a", schedule };

describe("nothing is said of the options of", () => {
  // The first five are those of CPO's tutorials.
  it.each([
    ["a volume", { configuration, global: kept, repos: [pvc] }],
    ["S3", { configuration, global: { ...inBucket, "repo1-s3-uri-style": "path" }, repos: [s3] }],
    ["GCS", { configuration, global: inBucket, repos: [gcs] }],
    ["Azure", { configuration, global: inBucket, repos: [azure] }],
    [
      "a restore",
      {
        configuration,
        global: kept,
        repos: [pvc],
        restore: { id: "1", repo: "repo1", options: { type: "immediate", set: "20231215-111802F" } },
      },
    ],
    [
      "a restore to a time",
      {
        configuration,
        global: kept,
        repos: [pvc],
        restore: {
          id: "2",
          options: {
            type: "time",
            target: "2026-01-31 12:00:00.5+05:30",
            "target-timeline": "current",
            "process-max": "4",
          },
        },
      },
    ],
    [
      "S3 with the identity of its pods",
      {
        global: { ...kept, "repo1-s3-key-type": "web-id", "repo1-s3-role": "arn:aws:iam::1:role/b" },
        repos: [s3],
      },
    ],
    [
      "GCS with the identity of its pods",
      { global: kept, repos: [{ ...gcs, key: undefined, keyType: "auto" }] },
    ],
    [
      "an encrypted one with keys in variables",
      {
        global: { ...kept, "repo1-cipher-type": "aes-256-cbc" },
        repos: [pvc],
        env: [
          {
            name: "PGBACKREST_REPO1_CIPHER_PASS",
            valueFrom: { secretKeyRef: { name: "cipher", key: "pass" } },
          },
        ],
      },
    ],
    [
      "parallel, asynchronous, bundled and block incremental backups",
      {
        configuration,
        global: {
          ...kept,
          "process-max": "4",
          "archive-async": "y",
          "archive-push-queue-max": "4GiB",
          "archive-get-queue-max": "1GiB",
          "compress-type": "zst",
          "compress-level": "3",
          "repo1-bundle": "y",
          "repo1-bundle-limit": "4MiB",
          "repo1-block": "y",
          "backup-standby": "prefer",
          "start-fast": "y",
          delta: "y",
          "log-level-console": "info",
          "repo1-cipher-type": "aes-256-cbc",
        },
        repos: [{ ...pvc, schedule: { full: "0 1 * * 0", diff: "0 1 * * 1-6", incr: "0 * * * *" } }],
      },
    ],
  ])("%s", (_, pgbackrest) => {
    expect(said(pgbackrest)).toEqual([]);
  });
});
