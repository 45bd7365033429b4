import { apply, healthy, image, restrictedNamespace, sql } from "./cluster.ts";
import { get, kubectl, until } from "./kubectl.ts";

/** One row that the database acknowledged: when, its number, and the address of the member that took it. */
export type Ack = { readonly atMs: number; readonly id: string; readonly member: string };

/** How many clients write through new connections: see `anew`. */
const clients = ["a", "b", "c", "d"];

/**
 * Inserts a row again and again, through a new connection for each, and notes what was acknowledged. The number of a row
 * is chosen here, so that an acknowledged row can be looked for afterwards. Several clients in turn: one that asks a pod
 * which is no more waits for its timeout, two seconds at least, and would tell of that instead of the database.
 */
const anew = `
touch /tmp/new.acks
write() {
  i=0
  while :; do
    i=$((i + 1))
    row=$(psql -XqAt -c "insert into acks values ('new-$1-$i') returning host(inet_server_addr())" 2>/tmp/new.$1.err) &&
      echo "$(date +%s%3N) new-$1-$i $row" >>/tmp/new.acks
    sleep 0.2
  done
}
for client in ${clients.join(" ")}; do
  write $client &
  sleep 0.05
done
wait`;

/** The same through a connection that is kept until it breaks. */
const kept = `
i=0
while :; do
  i=$((i + 1))
  { n=0; while :; do n=$((n + 1)); echo "insert into acks values ('kept-$i-$n') returning 'kept-$i-$n', host(inet_server_addr());"; sleep 0.05; done; } |
    psql -XqAt -F ' ' -v ON_ERROR_STOP=1 2>/tmp/kept.err | while read -r id member; do
      echo "$(date +%s%3N) $id $member" >>/tmp/kept.acks
    done
done`;

/** Applies a cluster in a namespace of its own, waits until all its members stream, and starts to write to it. */
export async function startWrittenTo(
  namespace: string,
  cluster: string,
  instances: number,
  yaml: string,
): Promise<void> {
  await restrictedNamespace(namespace);
  await apply(yaml);
  const leader = await healthy(namespace, cluster, instances);
  await sql(namespace, leader, "create table acks (id text primary key)");
  await startWriter(namespace, cluster);
}

/** A pod that writes to a cluster through its read/write Service. */
export async function startWriter(namespace: string, cluster: string): Promise<void> {
  const secret = `postgres.${cluster}.credentials.postgresql.cpo.opensource.cybertec.at`;
  const container = (name: string, script: string) => ({
    name,
    image,
    imagePullPolicy: "IfNotPresent",
    command: ["sh", "-c", script],
    env: [
      { name: "PGHOST", value: cluster },
      { name: "PGUSER", value: "postgres" },
      { name: "PGDATABASE", value: "postgres" },
      { name: "PGSSLMODE", value: "require" },
      { name: "PGCONNECT_TIMEOUT", value: "2" },
      { name: "PGPASSWORD", valueFrom: { secretKeyRef: { name: secret, key: "password" } } },
    ],
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] }, runAsUser: 26 },
    volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
  });
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "writer", namespace },
    spec: {
      terminationGracePeriodSeconds: 0,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
      containers: [container("new", anew), container("kept", kept)],
      volumes: [{ name: "tmp", emptyDir: {} }],
    },
  };
  await apply(JSON.stringify(pod));
  await until(
    "both ways of writing are acknowledged",
    60,
    async () => (await acks(namespace, "new")).length > 3 && (await acks(namespace, "kept")).length > 3,
  );
}

/** What has been acknowledged so far, in order. */
async function acks(namespace: string, how: "new" | "kept"): Promise<Ack[]> {
  const text = await kubectl(["-n", namespace, "exec", "writer", "-c", how, "--", "cat", `/tmp/${how}.acks`]);
  return text
    .split("\n")
    .map((line) => line.split(" "))
    .filter((words) => words.length === 3)
    .map(([at, id, member]) => ({ atMs: Number(at), id: id ?? "", member: member ?? "" }));
}

/** All acknowledged rows of both ways, by time. */
export async function allAcks(namespace: string): Promise<Ack[]> {
  const both = [...(await acks(namespace, "new")), ...(await acks(namespace, "kept"))];
  return both.sort((a, b) => a.atMs - b.atMs);
}

/**
 * The longest time between two commits, in milliseconds, over the ways of writing, each by itself; and how often the
 * member that took the rows of one client over new connections changed.
 */
export function gaps(rows: readonly Ack[]): { longestMs: number; switches: number } {
  const [anew, kept] = [
    rows.filter(({ id }) => id.startsWith("new-")),
    rows.filter(({ id }) => id.startsWith("kept-")),
  ];
  const between = [anew, kept].flatMap((way) =>
    way.slice(1).map((row, index) => row.atMs - (way[index]?.atMs ?? row.atMs)),
  );
  const switches = clients.map((client) => {
    const own = anew.filter(({ id }) => id.startsWith(`new-${client}-`));
    return own.slice(1).filter((row, index) => row.member !== own[index]?.member).length;
  });
  return { longestMs: Math.max(0, ...between), switches: Math.max(...switches) };
}

/** The address of a member's pod. */
export async function addressOf(namespace: string, pod: string): Promise<string> {
  return (await get(namespace, "pod", pod)).status.podIP;
}

/**
 * Rows acknowledged after a moment that a member does not have. What is acknowledged is read first: the writer goes on
 * meanwhile.
 */
export async function lostRows(namespace: string, pod: string, afterMs = 0): Promise<Ack[]> {
  const acknowledged = (await allAcks(namespace)).filter((ack) => ack.atMs > afterMs);
  const there = new Set((await sql(namespace, pod, "select id from acks")).split("\n"));
  return acknowledged.filter((ack) => !there.has(ack.id));
}

/** Waits until rows are acknowledged both ways after a moment, e.g. that of a failure. */
export async function writesAgain(namespace: string, afterMs: number, seconds = 120): Promise<void> {
  await until("rows are acknowledged both ways", seconds, async () => {
    const after = (await allAcks(namespace)).filter((ack) => ack.atMs > afterMs);
    return ["new-", "kept-"].every((way) => after.some((ack) => ack.id.startsWith(way)));
  });
}
