// What the rendered pooler costs beside the same PgBouncer started by hand, in one run, before the same database. On the Kubernetes
// of KUBECONFIG, with the images of the cluster tests:
//   npm run bench:pooler -- [--report]        (Node 22.18 or later, which reads TypeScript)
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  apply,
  credentials,
  dropNamespace,
  healthy,
  manifests,
  restrictedNamespace,
  spec,
} from "../test/cluster/support/cluster.ts";
import { completed, jobOf } from "../test/cluster/support/jobs.ts";
import { get, kubectl } from "../test/cluster/support/kubectl.ts";
import { toolPod } from "../test/cluster/support/pod.ts";
import {
  addApplication,
  inClient,
  poolerImage,
  poolerReady,
  small,
  startClient,
} from "../test/cluster/support/pooler.ts";

const namespace = "pgrender-bench-pooler";
const name = "pay";
const rounds = 31;

/** As one writes it by hand: where to go, who may come in, the same mode and sizes, encrypted on both sides. */
const byHand = `
set -e
cd /tmp
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=hand -keyout key -out crt 2>/dev/null
printf '"pooler" "%s"\\n' "$PASSWORD" >users.txt
cat >pgbouncer.ini <<INI
[databases]
* = host=${name} port=5432
[pgbouncer]
listen_addr = *
listen_port = 5432
unix_socket_dir =
auth_type = scram-sha-256
auth_file = /tmp/users.txt
auth_user = pooler
auth_dbname = postgres
auth_query = SELECT uname, phash FROM pooler.user_lookup(\\$1)
client_tls_sslmode = require
client_tls_cert_file = /tmp/crt
client_tls_key_file = /tmp/key
server_tls_sslmode = require
pool_mode = transaction
max_client_conn = 1000
default_pool_size = 10
max_prepared_statements = 200
INI
exec pgbouncer pgbouncer.ini`;

const plainPod = toolPod(
  namespace,
  "by-hand",
  {
    name: "pgbouncer",
    image: poolerImage,
    command: ["sh", "-c", byHand],
    env: [
      {
        name: "PASSWORD",
        valueFrom: { secretKeyRef: { name: credentials("pooler", name), key: "password" } },
      },
    ],
    resources: small,
    readinessProbe: { tcpSocket: { port: 5432 } },
  },
  998,
);

/** A PgBouncer, by its pod. */
type Way = { readonly pod: string; readonly host: string };

/**
 * What pgbench counts, transactions a second over kept connections and milliseconds for a new one; and how long PgBouncer computed for
 * a transaction, in microseconds, which does not depend on what else the machine does.
 */
type Cost = { readonly tps: number; readonly connectMs: number; readonly cpuUs: number };

async function main(): Promise<void> {
  await restrictedNamespace(namespace);
  const connectionPooler = {
    dockerImage: poolerImage,
    resources: small,
    numberOfInstances: 1,
    maxDBConnections: 20,
  };
  const rendered = manifests(spec(namespace, name, 1, { spec: { connectionPooler } }));
  await apply(rendered);
  const leader = await healthy(namespace, name, 1, 240);
  await addApplication(namespace, leader);
  await completed(namespace, jobOf(rendered, `${name}-converge`));
  await startClient(namespace);
  await apply(JSON.stringify(plainPod));
  await kubectl(["-n", namespace, "wait", "--for=condition=Ready", "pod/by-hand", "--timeout=60s"]);
  const [pod = ""] = await poolerReady(namespace, `${name}-pooler`);
  const [ours, plain] = [await wayOf(pod), await wayOf("by-hand")];
  await inClient(namespace, `PGHOST=${ours.host} pgbench -i -s 10 -q 2>&1`);
  await measured(ours);
  await measured(plain);

  const found: { rendered: Cost; plain: Cost }[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    // Whoever comes first in one round comes second in the next.
    const first = await measured(round % 2 === 0 ? ours : plain);
    const second = await measured(round % 2 === 0 ? plain : ours);
    found.push(round % 2 === 0 ? { rendered: first, plain: second } : { rendered: second, plain: first });
    process.stderr.write(`round ${round}: ${JSON.stringify(found.at(-1))}\n`);
  }
  const text = report(found);
  process.stdout.write(text);
  if (process.argv.includes("--report")) {
    const file = fileURLToPath(new URL("../docs/reports/pooler.md", import.meta.url));
    mkdirSync(fileURLToPath(new URL("../docs/reports", import.meta.url)), { recursive: true });
    writeFileSync(file, text);
  }
}

async function wayOf(pod: string): Promise<Way> {
  return { pod, host: (await get(namespace, "pod", pod)).status.podIP };
}

/** One row by its key, over prepared statements; and a connection for each. */
async function measured({ pod, host }: Way): Promise<Cost> {
  const pgbench = (words: string) => inClient(namespace, `PGHOST=${host} pgbench -n -S ${words} 2>&1`);
  const before = await computedUs(pod);
  const kept = await pgbench("-M prepared -c 8 -j 2 -T 3");
  const computed = (await computedUs(pod)) - before;
  const anew = await pgbench("-C -c 4 -j 2 -T 3");
  return {
    tps: Number(/tps = ([\d.]+)/.exec(kept)?.[1]),
    connectMs: Number(/average connection time = ([\d.]+) ms/.exec(anew)?.[1]),
    cpuUs: computed / Number(/actually processed: (\d+)/.exec(kept)?.[1]),
  };
}

/** What the first process of a pod has computed so far. https://docs.kernel.org/filesystems/proc.html, in hundredths of a second */
async function computedUs(pod: string): Promise<number> {
  const stat = await kubectl(["-n", namespace, "exec", pod, "--", "cat", "/proc/1/stat"]);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

/** The value that this share of all is below. */
function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? 0;
}

function report(found: readonly { rendered: Cost; plain: Cost }[]): string {
  const line = (what: string, key: keyof Cost, digits: number) => {
    const of = (way: "rendered" | "plain") =>
      quantile(
        found.map((round) => round[way][key]),
        0.5,
      ).toFixed(digits);
    const ratios = found.map(({ rendered, plain }) => rendered[key] / plain[key]);
    const at = (share: number) => quantile(ratios, share);
    const spread = `${at(0.25).toFixed(2)} – ${at(0.75).toFixed(2)}`;
    return `| ${what} | ${of("rendered")} | ${of("plain")} | ${at(0.5).toFixed(3)} | ${spread} |`;
  };
  return `# What the rendered pooler costs

Measured on ${new Date().toISOString().slice(0, 10)} by \`npm run bench:pooler -- --report\`: ${rounds} rounds, in turn, medians; the ratio is the median of the rounds'
ratios. By hand is the same PgBouncer with a short \`pgbouncer.ini\` of its own, in a pod of its own, with the same mode, the same sizes
and \`auth_query\`, encrypted on both sides. pgbench reads single rows by key, from a third pod.

| | rendered | by hand | ratio | half of the ratios |
| --- | --- | --- | --- | --- |
${[
  line("transactions a second, 8 clients, prepared statements", "tps", 0),
  line("a new connection, 4 clients, in milliseconds", "connectMs", 2),
  line("CPU of PgBouncer for a transaction, in microseconds", "cpuUs", 1),
].join("\n")}
`;
}

try {
  await main();
} finally {
  await dropNamespace(namespace);
}
