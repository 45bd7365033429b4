import { render } from "../../../generator/render.ts";
import { attempt, get, kubectl, until } from "./kubectl.ts";

/** An image with PostgreSQL of the version below, Patroni and python3, present on the nodes or to be pulled. */
export const image = process.env["PGRENDER_TEST_IMAGE"] ?? "localhost/postgres:17";
/** A locale that the image has; empty for the default of a render. */
const locale = process.env["PGRENDER_TEST_LOCALE"] ?? "C.UTF-8";
const version = process.env["PGRENDER_TEST_VERSION"] ?? "17";

type Overrides = { readonly spec?: Record<string, unknown>; readonly patroni?: Record<string, unknown> };

/** A cluster spec that a small node can run. */
export function spec(namespace: string, name: string, instances: number, more: Overrides = {}): string {
  return JSON.stringify({
    apiVersion: "pgrender.dev/v1",
    kind: "PostgresCluster",
    metadata: { name, namespace },
    spec: {
      numberOfInstances: instances,
      dockerImage: image,
      postgresql: { version, parameters: { max_connections: "50", shared_buffers: "32MB" } },
      resources: { requests: { cpu: "20m", memory: "128Mi" }, limits: { cpu: "2", memory: "400Mi" } },
      volume: { size: "1Gi" },
      patroni: { ...(locale === "" ? {} : { initdb: { locale } }), ...more.patroni },
      ...more.spec,
    },
  });
}

/** The objects of a spec as YAML documents, in the order in which they are applied. */
export function manifests(text: string): string {
  const { files, problems } = render([{ path: "test.yaml", text }]);
  const errors = problems.filter((problem) => problem.severity === "error");
  if (errors.length > 0) throw new Error(errors.map((problem) => problem.message).join("\n"));
  return files
    .filter((file) => !file.path.endsWith("/kustomization.yaml"))
    .map((file) => file.text)
    .join("---\n");
}

/** Applies as a GitOps engine does. */
export function apply(yaml: string): Promise<string> {
  return kubectl(["apply", "--server-side", "--force-conflicts", "-f", "-"], yaml);
}

/** The Secret of a role. */
export function credentials(role: string, cluster: string): string {
  return `${role}.${cluster}.credentials.postgresql.cpo.opensource.cybertec.at`;
}

/** The Secrets of a cluster whose spec says that they exist, all with one password. */
export async function createCredentials(
  namespace: string,
  cluster: string,
  password = "test",
  roles: readonly string[] = ["postgres", "standby"],
): Promise<void> {
  for (const role of roles) {
    const metadata = { name: credentials(role, cluster), namespace };
    const stringData = { username: role, password };
    await apply(JSON.stringify({ apiVersion: "v1", kind: "Secret", metadata, stringData }));
  }
}

/** The password of a role, from its Secret. */
export async function passwordOf(namespace: string, role: string, cluster: string): Promise<string> {
  const { data } = await get(namespace, "secret", credentials(role.replaceAll("_", "-"), cluster));
  return Buffer.from(data.password, "base64").toString();
}

/** A namespace that refuses every pod below the `restricted` standard. */
export async function restrictedNamespace(name: string): Promise<void> {
  const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
  await apply(JSON.stringify({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels } }));
}

/** Deletes a namespace with everything in it, at once: the claims of these tests hold nothing. */
export async function dropNamespace(name: string): Promise<void> {
  if (process.env["PGRENDER_TEST_KEEP"]) return;
  await attempt([
    "-n",
    name,
    "delete",
    "statefulset,deployment,job,pod",
    "--all",
    "--grace-period=0",
    "--force",
    "--wait=false",
  ]);
  await attempt(["delete", "namespace", name, "--wait=false"]);
}

export type Member = {
  readonly name: string;
  readonly role: string;
  readonly state: string;
  readonly lag?: number;
};

/** The members as Patroni sees them, asked for in the pod of one of them. */
export async function members(namespace: string, pod: string): Promise<Member[]> {
  const script =
    "import urllib.request; print(urllib.request.urlopen('http://localhost:8008/cluster', timeout=3).read().decode())";
  const answer = await inPod(namespace, pod, ["python3", "-c", script]);
  return JSON.parse(answer).members;
}

/** Standard output of a command in the database container of a pod. */
export function inPod(
  namespace: string,
  pod: string,
  command: readonly string[],
  input = "",
): Promise<string> {
  return kubectl(["-n", namespace, "exec", "-i", pod, "-c", "postgres", "--", ...command], input);
}

/** Rows of a query run as the superuser through the socket of a member, without headers. */
export async function sql(namespace: string, pod: string, query: string): Promise<string> {
  const command = [
    "psql",
    "-XqAt",
    "-v",
    "ON_ERROR_STOP=1",
    "-h",
    "/run/postgresql",
    "-U",
    "postgres",
    "-c",
    query,
  ];
  return (await inPod(namespace, pod, command)).trim();
}

/** What a role gets with a password through a Service, asked in a member's pod: rows, or what was said instead. */
export async function through(
  namespace: string,
  pod: string,
  service: string,
  password: string,
  query: string,
  { role = "postgres", database = "postgres" } = {},
): Promise<string> {
  const words = `host=${service} user=${role} dbname=${database} sslmode=require connect_timeout=5`;
  const script = `PGPASSWORD="$1" psql -XqAt -d "$2" -c "$3" 2>&1 || true`;
  return (await inPod(namespace, pod, ["sh", "-c", script, "-", password, words, query])).trim();
}

/** Deletes a pod, and waits for the one in its place: until then the StatefulSet may say that all are Ready. */
export async function deletePod(namespace: string, pod: string, ...how: readonly string[]): Promise<void> {
  const uid = async () => (await get(namespace, "pod", pod)).metadata.uid;
  const before = await uid();
  await kubectl(["-n", namespace, "delete", "pod", pod, ...how]);
  await until(`${pod} is another pod`, 120, async () => (await uid()) !== before);
}

/** What the pods say themselves: the status of their StatefulSet is some seconds behind them. */
async function areReady(namespace: string, name: string, instances: number): Promise<boolean> {
  const pods = Array.from({ length: instances }, (_, ordinal) => `pod/${name}-${ordinal}`);
  const found = await get(namespace, ...pods);
  return (found.items ?? [found]).every(
    ({ metadata, status }: { metadata: { deletionTimestamp?: string }; status: Conditions }) =>
      metadata.deletionTimestamp === undefined &&
      (status.conditions ?? []).some((one) => one.type === "Ready" && one.status === "True"),
  );
}

type Conditions = { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };

/** Waits until all members are Ready and all replicas stream; returns the primary's name. */
export async function healthy(
  namespace: string,
  name: string,
  instances: number,
  seconds = 120,
): Promise<string> {
  await until(`${instances} members of ${name} are Ready`, seconds, async () => {
    const { status, spec: declared } = await get(namespace, "statefulset", name);
    return (
      (await areReady(namespace, name, instances)) &&
      declared.replicas === instances &&
      (status.replicas ?? 0) === instances &&
      (status.readyReplicas ?? 0) === instances &&
      (status.updatedReplicas ?? 0) === instances
    );
  });
  return until(`all members of ${name} stream from one leader`, seconds, async () => {
    const found = await members(namespace, `${name}-0`);
    const leaders = found.filter((member) => member.role === "leader");
    const streaming = found.filter((member) => member.state === "streaming");
    return found.length === instances && leaders.length === 1 && streaming.length === instances - 1
      ? leaders[0]?.name
      : undefined;
  });
}
