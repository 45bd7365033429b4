import { apply, image, inPod, sql } from "./cluster.ts";
import { attempt, get, kubectl, until, type Outcome } from "./kubectl.ts";
import { toolPod } from "./pod.ts";

/** An image with PgBouncer, present on the nodes or to be pulled. */
export const poolerImage = process.env["PGRENDER_TEST_POOLER_IMAGE"] ?? image;

/** What a small node can run of a pooler. */
export const small = { requests: { cpu: "10m", memory: "64Mi" }, limits: { cpu: "2", memory: "128Mi" } };

/** Makes an application's role and database, whose password is the role's name. */
export async function addApplication(namespace: string, leader: string): Promise<void> {
  await sql(namespace, leader, "create role app login password 'app'");
  await sql(namespace, leader, "create database app owner app");
}

/** A pod with psql and pgbench in it, which has the password of an application. */
export async function startClient(namespace: string): Promise<void> {
  const env = {
    PGUSER: "app",
    PGPASSWORD: "app",
    PGDATABASE: "app",
    PGSSLMODE: "require",
    PGCONNECT_TIMEOUT: "5",
  };
  const pod = toolPod(namespace, "client", {
    name: "postgres",
    env: Object.entries(env).map(([variable, value]) => ({ name: variable, value })),
  });
  await apply(JSON.stringify(pod));
  await kubectl(["-n", namespace, "wait", "--for=condition=Ready", "pod/client", "--timeout=60s"]);
}

/** What psql says in the client's pod; `words` are of a connection string. */
export function psql(namespace: string, words: string, query: string): Promise<Outcome> {
  const command = ["psql", "-XqAt", "-d", words, "-c", query];
  return attempt(["-n", namespace, "exec", "client", "--", ...command]);
}

/** What a shell says in the client's pod. */
export function inClient(namespace: string, script: string): Promise<string> {
  return inPod(namespace, "client", ["bash", "-c", script]);
}

/** Waits until all pods of a pooler are those of its Deployment now, and Ready; returns their names. */
export async function poolerReady(namespace: string, deployment: string, seconds = 120): Promise<string[]> {
  await until(`${deployment} is Ready`, seconds, async () => {
    const { status, spec, metadata } = await get(namespace, "deployment", deployment);
    return (
      status.observedGeneration === metadata.generation &&
      (status.updatedReplicas ?? 0) === spec.replicas &&
      (status.replicas ?? 0) === spec.replicas &&
      (status.availableReplicas ?? 0) === spec.replicas
    );
  });
  const { items } = await get(namespace, "pod", "-l", `connection-pooler=${deployment}`);
  return items
    .filter(({ metadata }: { metadata: { deletionTimestamp?: string } }) => !metadata.deletionTimestamp)
    .map(({ metadata }: { metadata: { name: string } }) => metadata.name)
    .toSorted();
}
