import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  apply,
  dropNamespace,
  healthy,
  image,
  manifests,
  restrictedNamespace,
  spec,
} from "./support/cluster.ts";
import { get, kubectl } from "./support/kubectl.ts";
import { dryRunChanges, undeclaredFields } from "./support/live.ts";

const namespace = "pgrender-rich";
const name = "rich";
const priority = "pgrender-rich";
const sleeping = ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 1; done"];

const more = {
  podPriorityClassName: priority,
  env: [
    { name: "NODE", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
    { name: "LIMIT", valueFrom: { resourceFieldRef: { resource: "limits.memory" } } },
  ],
  podAnnotations: { "example.com/owner": "shop" },
  labels: { tier: "db" },
  nodeAffinity: {
    preferredDuringSchedulingIgnoredDuringExecution: [
      { weight: 5, preference: { matchExpressions: [{ key: "disk", operator: "In", values: ["ssd"] }] } },
    ],
  },
  tolerations: [{ key: "db", operator: "Exists", effect: "NoExecute", tolerationSeconds: 30 }],
  topologySpreadConstraints: [
    {
      maxSkew: 1,
      topologyKey: "kubernetes.io/hostname",
      whenUnsatisfiable: "ScheduleAnyway",
      labelSelector: { matchLabels: { "cluster.cpo.opensource.cybertec.at/name": name } },
    },
  ],
  initContainers: [
    {
      name: "first",
      image,
      command: ["sh", "-c", "echo ready > /scratch/first"],
      volumeMounts: [{ name: "scratch", mountPath: "/scratch" }],
    },
  ],
  sidecars: [
    {
      name: "watcher",
      image,
      command: sleeping,
      ports: [{ containerPort: 9187 }],
      env: [{ name: "WHERE", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } }],
      resources: { requests: { cpu: "10m", memory: "16Mi" }, limits: { cpu: "100m", memory: "64Mi" } },
      readinessProbe: { exec: { command: ["sh", "-c", "test -e /scratch/first"] } },
      lifecycle: { preStop: { exec: { command: ["true"] } } },
    },
    // Without a name, and with the least that CPO takes.
    { image, command: sleeping, resources: { requests: { cpu: "10m", memory: "16Mi" } } },
  ],
  additionalVolumes: [
    {
      name: "scratch",
      mountPath: "/scratch",
      targetContainers: ["postgres", "watcher"],
      volumeSource: { emptyDir: { sizeLimit: "16Mi" } },
    },
    {
      name: "info",
      mountPath: "/info",
      targetContainers: ["all"],
      volumeSource: {
        projected: {
          sources: [
            { downwardAPI: { items: [{ path: "labels", fieldRef: { fieldPath: "metadata.labels" } }] } },
            { serviceAccountToken: { path: "token", audience: "example" } },
          ],
        },
      },
    },
    {
      name: "own",
      mountPath: "/own",
      subPath: "$(POD_NAME)",
      isSubPathExpr: true,
      volumeSource: { emptyDir: {} },
    },
    {
      name: "cpu",
      mountPath: "/cpu",
      volumeSource: {
        downwardAPI: {
          items: [{ path: "limit", resourceFieldRef: { containerName: "postgres", resource: "limits.cpu" } }],
        },
      },
    },
  ],
};
const rendered = manifests(spec(namespace, name, 2, { spec: more }));

describe("a pod with everything that a spec can add", () => {
  beforeAll(async () => {
    await apply(
      JSON.stringify({
        apiVersion: "scheduling.k8s.io/v1",
        kind: "PriorityClass",
        metadata: { name: priority },
        value: 1000,
        preemptionPolicy: "Never",
      }),
    );
    await restrictedNamespace(namespace);
  });
  afterAll(async () => {
    await dropNamespace(namespace);
    await kubectl(["delete", "priorityclass", priority, "--ignore-not-found"]);
  });

  it("becomes ready in a namespace that enforces restricted, init container first, sidecars beside", async () => {
    await apply(rendered);

    await healthy(namespace, name, 2);

    const { spec: pod, status } = await get(namespace, "pod", `${name}-0`);
    expect(pod.priority).toBe(1000);
    expect(pod.containers.map((container: { name: string }) => container.name)).toEqual([
      "postgres",
      "watcher",
      "sidecar-1",
    ]);
    expect(status.containerStatuses.every((container: { ready: boolean }) => container.ready)).toBe(true);
  });

  it("has in each container what is meant for it", async () => {
    const within = (container: string, command: string) =>
      kubectl(["-n", namespace, "exec", `${name}-1`, "-c", container, "--", "sh", "-c", command]);

    expect(await within("postgres", "cat /scratch/first; cat /cpu/limit; echo; echo $LIMIT")).toBe(
      `ready\n2\n${400 * 1024 * 1024}\n`,
    );
    expect(await within("watcher", "cat /scratch/first; grep tier /info/labels; test -s /info/token")).toBe(
      'ready\ntier="db"\n',
    );
    // What CPO gives every sidecar: the data, and a way in.
    const login = 'PGPASSWORD="$POSTGRES_PASSWORD" psql -XqAt -h 127.0.0.1 -U "$POSTGRES_USER" -c "select 1"';
    expect(await within("watcher", `test -d /home/postgres/pgdata/pgroot && ${login}`)).toBe("1\n");
  });

  it("declares all that Kubernetes would fill in, so a dry-run changes no field", async () => {
    expect(await undeclaredFields(namespace, rendered)).toEqual([]);
    expect(await dryRunChanges(namespace, rendered)).toEqual([]);
  });
});
