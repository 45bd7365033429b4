// What a backup Job costs beside `pgbackrest backup` run by hand in the primary's pod, on the same data and into the same
// object store, in one run. On the Kubernetes of KUBECONFIG, with the images of the cluster tests:
//   npm run bench:backup -- [--report]        (Node 22.18 or later, which reads TypeScript)
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  apply,
  dropNamespace,
  healthy,
  image,
  inPod,
  manifests,
  restrictedNamespace,
  spec,
  sql,
} from "../test/cluster/support/cluster.ts";
import { completed } from "../test/cluster/support/jobs.ts";
import { kubectl } from "../test/cluster/support/kubectl.ts";
import { backedUp } from "../test/cluster/support/restore.ts";
import { giveKeys, inS3, s3 } from "../test/cluster/support/stores.ts";

const namespace = "pgrender-bench-backup";
const name = "pay";
const pod = `${name}-0`;
const rounds = 3;
const rows = 2_000_000;

type Cost = {
  /** As pgBackRest says itself. */
  readonly backupS: number;
  /** From the order to the end, with the start of a pod. */
  readonly wallS: number;
  /** Sent by the primary's pod; what lies in the store then; and all that went over the network for it. */
  readonly sentMB: number;
  readonly storedMB: number;
  readonly movedMB: number;
};

const bucket = inS3("repo1");
const pgbackrest = {
  image,
  configuration: { secret: "keys" },
  global: {
    "start-fast": "y",
    "repo1-path": "/job",
    "repo1-retention-full": "9",
    ...bucket.options,
  },
  repos: [{ ...bucket.repo, schedule: { full: "0 0 30 2 *" } }],
};

async function main(): Promise<void> {
  await restrictedNamespace(namespace);
  await apply(s3(namespace));
  await giveKeys(namespace, "keys", bucket.keys);
  await apply(manifests(spec(namespace, name, 1, { spec: { backup: { pgbackrest } } })));
  await healthy(namespace, name, 1, 240);
  await backedUp(namespace, pod);
  await sql(
    namespace,
    pod,
    `create table t as select i, md5(i::text) a, md5((i * 7)::text) b from generate_series(1, ${rows}) i; checkpoint`,
  );
  const size = Number(await sql(namespace, pod, "select sum(pg_database_size(oid)) from pg_database")) / 1e6;
  await inPod(namespace, pod, [...byHand, "stanza-create"]);

  const found: { job: Cost; plain: Cost }[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const ofJob = await measured(["pgbackrest"], () => job(round));
    const ofPlain = await measured(byHand, plain);
    // The Job's pod is between the primary and the store.
    found.push({ job: { ...ofJob, movedMB: ofJob.sentMB + ofJob.storedMB }, plain: ofPlain });
    process.stderr.write(`round ${round}: ${JSON.stringify(found.at(-1))}\n`);
  }
  const text = report(size, found);
  process.stdout.write(text);
  if (process.argv.includes("--report")) {
    const file = fileURLToPath(new URL("../docs/reports/backup.md", import.meta.url));
    mkdirSync(fileURLToPath(new URL("../docs/reports", import.meta.url)), { recursive: true });
    writeFileSync(file, text);
  }
}

/** Into a place of its own, whose archive nobody fills. */
const byHand = ["pgbackrest", "--repo1-path=/plain"];

async function plain(): Promise<string> {
  return inPod(namespace, pod, [...byHand, "--archive-check=n", "--type=full", "backup"]);
}

async function job(round: number): Promise<string> {
  const run = `round-${round}`;
  await kubectl(["-n", namespace, "create", "job", run, `--from=cronjob/pgbackrest-${name}-repo1-full`]);
  await completed(namespace, run, 600);
  return kubectl(["-n", namespace, "logs", `job/${run}`]);
}

async function measured(reader: readonly string[], run: () => Promise<string>): Promise<Cost> {
  const sent = await transmitted();
  const start = Date.now();
  const said = await run();
  const wallS = (Date.now() - start) / 1000;
  const [, ms = "NaN"] = /backup command end: completed successfully \((\d+)ms\)/.exec(said) ?? [];
  const sentMB = ((await transmitted()) - sent) / 1e6;
  const command = [...reader, "--output=json", "--log-level-console=off", "info"];
  const [stanza] = JSON.parse(await inPod(namespace, pod, command));
  const storedMB = stanza.backup.at(-1).info.repository.delta / 1e6;
  return { backupS: Number(ms) / 1000, wallS, sentMB, storedMB, movedMB: sentMB };
}

/** Bytes that the primary's pod has sent. https://docs.kernel.org/networking/statistics.html */
async function transmitted(): Promise<number> {
  const text = await inPod(namespace, pod, ["cat", "/proc/net/dev"]);
  return text.split("\n").reduce((sum, line) => {
    const [device, numbers] = line.split(":");
    const isOutside = numbers !== undefined && device?.trim() !== "lo";
    return isOutside ? sum + Number(numbers.trim().split(/\s+/)[8]) : sum;
  }, 0);
}

function report(size: number, found: readonly { job: Cost; plain: Cost }[]): string {
  const median = (values: readonly number[]) =>
    values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
  const line = (what: string, key: keyof Cost) => {
    const of = (way: "job" | "plain") => median(found.map((round) => round[way][key])).toFixed(1);
    const ratio = median(found.map(({ job: ours, plain: theirs }) => ours[key] / theirs[key]));
    return `| ${what} | ${of("job")} | ${of("plain")} | ${ratio.toFixed(2)} |`;
  };
  return `# What a backup Job costs

Measured on ${new Date().toISOString().slice(0, 10)} by \`npm run bench:backup -- --report\`: a full backup of ${size.toFixed(0)} MB into an object store, ${found.length} rounds
in turn, medians. Plain is \`pgbackrest backup\`, run by hand in the primary's pod into another path of the same store. The Job's pod
is the repository host: the primary's files come to it over TLS, compressed, and it hands them on.

| | Job | plain | ratio |
| --- | --- | --- | --- |
${[
  line("backup, in seconds, by pgBackRest's own clock", "backupS"),
  line("from the order to the end, in seconds", "wallS"),
  line("sent by the primary's pod, in MB", "sentMB"),
  line("in the store then, in MB", "storedMB"),
  line("moved over the network for it, in MB", "movedMB"),
].join("\n")}
`;
}

try {
  await main();
} finally {
  await dropNamespace(namespace);
}
