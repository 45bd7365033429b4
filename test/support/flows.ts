import { render } from "../../generator/render.ts";
import type { Endpoint } from "./network.ts";
import { at, isTree, objectsOf, textAt, type Tree } from "./object.ts";

/*
 * Clusters with every kind of flow, and who may want to connect to whom. The test says who may.
 */

const namespace = "shop";

function cluster(name: string, more = ""): string {
  return `apiVersion: pgrender.dev/v1
kind: PostgresCluster
metadata: { name: ${name}, namespace: ${namespace} }
spec: { teamId: a, numberOfInstances: 2, postgresql: { version: "18" }, volume: { size: 1Gi }, ${more} }
---
`;
}

const settings = `apiVersion: pgrender.dev/v1
kind: Settings
spec: { apiServer: { cidrs: [10.96.0.1/32, 192.0.2.10/32] } }
`;
const clients = `network: { clients: [
  { podSelector: { matchLabels: { app: web } } },
  { namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: reports } } },
  { ipBlock: { cidr: 198.51.100.0/24, except: [198.51.100.128/25] } } ] }`;
const sidecar = `sidecars: [{ name: exporter, image: exporter:1, ports: [{ containerPort: 9187 }, { containerPort: 9125, protocol: UDP }] }]`;
const etcd = `dcs: { type: etcd3, hosts: ["203.0.113.1:2379", "[2001:db8::2]:2379"] }`;
const etcdByName = `dcs: { type: etcd3, hosts: ["203.0.113.1:2379", "etcd.example.com:2380"] }`;

/** What comes through the load balancer keeps its address only with the traffic policy Local. */
const balanced = `${clients}, enableMasterLoadBalancer: true, allowedSourceRanges: [192.0.2.128/25]`;

/** Before the primary, open to the outside, and before the replicas. */
const poolers = `${clients}, enableConnectionPooler: true, enableReplicaConnectionPooler: true,
  enableMasterPoolerLoadBalancer: true, allowedSourceRanges: [192.0.2.128/25]`;

const follower = `secrets: { provider: existing },
  standby: { standby_host: "203.0.113.9", standby_port: "6432" }`;
const copy = "clone: { cluster: sales }";
const copyFromElsewhere = "clone: { cluster: sales, namespace: elsewhere }";

const copyOfVolume = "clone: { cluster: sales, pgbackrest: { repo: { storage: pvc } } }";
const copyOfStore = `clone: { cluster: sales, pgbackrest: {
  repo: { storage: s3, resource: b, endpoint: "203.0.113.20:9000", region: eu } } }`;

const store = `---
apiVersion: cpo.opensource.cybertec.at/v1
kind: OperatorConfiguration
metadata: { name: cpo }
configuration: { logical_backup: {
  logical_backup_s3_bucket: dumps, logical_backup_s3_endpoint: "https://203.0.113.20:9000" } }
`;
/** Backups into a volume, and into a store too. */
const onVolume = `backup: { pgbackrest: { image: "b:1", repos: [{ name: repo1, storage: pvc, volume: { size: 1Gi } }] }, verification: {} }`;
const inStore = `backup: { pgbackrest: { image: "b:1", repos: [{ name: repo1, storage: pvc, volume: { size: 1Gi } },
  { name: repo2, storage: s3, resource: b, endpoint: "203.0.113.20:9000", region: eu }] }, verification: {} }`;

const measured = `monitor: { image: "exporter:1", podMonitor: {},
  scrapers: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: monitoring } } }] }`;

const identified = inStore.replace(
  'image: "b:1"',
  'image: "b:1", serviceAccountAnnotations: { role: orders }, global: { repo2-s3-key-type: web-id }',
);

const fleets = {
  open: cluster("orders") + cluster("other"),
  addressed: cluster("orders") + cluster("other") + settings,
  sidecar: cluster("orders", `${clients}, ${sidecar}`) + cluster("other"),
  clients: cluster("orders", `${clients}, users: { app: [] }`) + cluster("other"),
  balanced: cluster("orders", balanced) + cluster("other"),
  pooled: cluster("orders", poolers) + cluster("other", "enableConnectionPooler: true") + settings,
  poolersOpen: cluster("orders", "enableConnectionPooler: true") + cluster("other") + settings,
  follower: cluster("orders", follower) + cluster("other") + settings,
  sales: cluster("sales"),
  copy: cluster("orders", copy) + cluster("other") + settings,
  copyFromElsewhere: cluster("orders", copyFromElsewhere) + cluster("other") + settings,
  copyOfVolume: cluster("orders", copyOfVolume) + cluster("sales", onVolume) + cluster("other") + settings,
  copyOfStore: cluster("orders", copyOfStore) + cluster("other") + settings,
  salesOnVolume: cluster("sales", onVolume),
  identified: cluster("orders", identified) + cluster("other") + settings,
  etcd: cluster("orders", etcd) + cluster("other") + settings,
  etcdByName: cluster("orders", etcdByName) + cluster("other") + settings,
  dumped: cluster("orders", `${clients}, enableLogicalBackup: true`) + cluster("other") + settings + store,
  onVolume: cluster("orders", onVolume) + cluster("other") + settings,
  inStore: cluster("orders", inStore) + cluster("other") + settings,
  measured: cluster("orders", measured) + cluster("other") + settings,
  measuredByAll: cluster("orders", 'monitor: { image: "exporter:1" }') + cluster("other") + settings,
  none: cluster("orders", "network: { policies: false }") + cluster("other", "network: { policies: false }"),
} as const;
export type Fleet = keyof typeof fleets;

/** The labels of the pods as they are rendered: a policy that selects by others would protect nothing. */
function podLabels(objects: readonly Tree[], kind: string, name: RegExp): Readonly<Record<string, string>> {
  const owner = objects.find(
    (object) => object["kind"] === kind && name.test(textAt(object, "metadata", "name")),
  );
  const spec = kind === "CronJob" ? at(owner, "spec", "jobTemplate", "spec") : at(owner, "spec");
  const labels = at(spec, "template", "metadata", "labels");
  return Object.fromEntries(
    Object.entries(isTree(labels) ? labels : {}).map(([key, value]) => [key, String(value)]),
  );
}

export function objects(fleet: Fleet): readonly Tree[] {
  return objectsOf(render([{ path: "fleet.yaml", text: fleets[fleet] }]).files);
}

export const plain = objects("open");
const backedUp = objects("inStore");
const pod = (labels: Readonly<Record<string, string>>, ip: string, where: string = namespace): Endpoint => ({
  labels,
  ip,
  namespace: where,
});
const outside = (ip: string): Endpoint => ({ ip });

export const endpoints = {
  member: pod(podLabels(plain, "StatefulSet", /^orders$/), "10.244.0.1"),
  "another member": pod(podLabels(plain, "StatefulSet", /^orders$/), "10.244.0.2"),
  "a member of another cluster": pod(podLabels(plain, "StatefulSet", /^other$/), "10.244.0.3"),
  "a dump": pod(podLabels(objects("dumped"), "CronJob", /orders$/), "10.244.0.13"),
  "the store of dumps": outside("203.0.113.20"),
  "the Secrets Job": pod(podLabels(plain, "Job", /^orders-secrets-/), "10.244.0.4"),
  "the converge Job": pod(podLabels(plain, "Job", /^orders-converge-/), "10.244.0.25"),
  "a backup": pod(podLabels(backedUp, "Job", /^orders-first-backup-/), "10.244.0.21"),
  "the pooler": pod(podLabels(objects("pooled"), "Deployment", /^orders-pooler$/), "10.244.0.31"),
  "the pooler of the replicas": pod(
    podLabels(objects("pooled"), "Deployment", /^orders-pooler-repl$/),
    "10.244.0.32",
  ),
  "the pooler of another cluster": pod(
    podLabels(objects("pooled"), "Deployment", /^other-pooler$/),
    "10.244.0.33",
  ),
  "a verification": pod(podLabels(backedUp, "CronJob", /^orders-verify-repo2$/), "10.244.0.22"),
  "the repository host": pod(podLabels(backedUp, "StatefulSet", /^orders-pgbackrest-/), "10.244.0.23"),
  "the store of the backups": outside("203.0.113.20"),
  "a member of the source": pod(podLabels(objects("sales"), "StatefulSet", /^sales$/), "10.244.0.11"),
  "a member of the source elsewhere": pod(
    podLabels(objects("sales"), "StatefulSet", /^sales$/),
    "10.244.0.12",
    "elsewhere",
  ),
  "the repository host of the source": pod(
    podLabels(objects("salesOnVolume"), "StatefulSet", /^sales-pgbackrest-/),
    "10.244.0.24",
  ),
  "the leader that is followed": outside("203.0.113.9"),
  "a web pod": pod({ app: "web" }, "10.244.0.5"),
  Prometheus: pod({ app: "prometheus" }, "10.244.0.14", "monitoring"),
  "a stranger": pod({ app: "unknown" }, "10.244.0.6"),
  "a web pod elsewhere": pod({ app: "web" }, "10.244.0.7", "elsewhere"),
  "a report pod": pod({ app: "unknown" }, "10.244.0.8", "reports"),
  "a member's namesake elsewhere": pod(
    podLabels(plain, "StatefulSet", /^orders$/),
    "10.244.0.9",
    "elsewhere",
  ),
  "the name server": pod({ "k8s-app": "kube-dns" }, "10.244.0.10", "kube-system"),
  "the name server of the node": outside("169.254.20.10"),
  "the API server": outside("10.96.0.1"),
  "the API server's own address": outside("192.0.2.10"),
  "an office": outside("198.51.100.7"),
  "the guests of the office": outside("198.51.100.200"),
  "a shop abroad": outside("192.0.2.200"),
  "a host on the internet": outside("93.184.216.34"),
  "etcd 1": outside("203.0.113.1"),
  "etcd 2": outside("2001:db8::2"),
} as const;
export type Name = keyof typeof endpoints;
