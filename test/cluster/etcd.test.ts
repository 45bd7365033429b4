import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  apply,
  dropNamespace,
  healthy,
  manifests,
  restrictedNamespace,
  spec,
  sql,
} from "./support/cluster.ts";
import { attempt, get, kubectl, until } from "./support/kubectl.ts";
import { refusals } from "./support/live.ts";

const namespace = "pgrender-etcd";
const name = "ledger";
const image = process.env["PGRENDER_TEST_ETCD_IMAGE"] ?? "quay.io/coreos/etcd:v3.5.21";
const labels = { app: "etcd" };

const etcd = [
  {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "etcd", namespace },
    spec: { selector: labels, ports: [{ port: 2379 }] },
  },
  {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "etcd", namespace, labels },
    spec: {
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 1000,
        fsGroup: 1000,
        seccompProfile: { type: "RuntimeDefault" },
      },
      containers: [
        {
          name: "etcd",
          image,
          imagePullPolicy: "IfNotPresent",
          command: [
            "etcd",
            "--data-dir=/data/etcd",
            "--listen-client-urls=http://0.0.0.0:2379",
            "--advertise-client-urls=http://etcd:2379",
          ],
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
          volumeMounts: [{ name: "data", mountPath: "/data" }],
        },
      ],
      volumes: [{ name: "data", emptyDir: {} }],
    },
  },
];

describe("members that agree on their leader in etcd", () => {
  let refusedBefore = 0;
  beforeAll(async () => {
    refusedBefore = await refusals();
  });
  beforeAll(async () => {
    await restrictedNamespace(namespace);
    await apply(etcd.map((object) => JSON.stringify(object)).join("\n"));
    await until(
      "etcd runs",
      60,
      async () => (await get(namespace, "pod", "etcd")).status.phase === "Running",
    );
    await apply(
      manifests(spec(namespace, name, 2, { spec: { dcs: { type: "etcd3", hosts: ["etcd:2379"] } } })),
    );
  });
  afterAll(() => dropNamespace(namespace));

  it("stream from one leader, and their pods carry its role for the Services", async () => {
    const leader = await healthy(namespace, name, 2);

    const roles = async () =>
      (await get(namespace, "pods", "-l", "member.cpo.opensource.cybertec.at/type=postgresql")).items.map(
        (pod: { metadata: { name: string; labels: Record<string, string> } }) =>
          [pod.metadata.name, pod.metadata.labels["member.cpo.opensource.cybertec.at/role"]].join(" "),
      );
    const expected = ["0", "1"].map(
      (ordinal) => `${name}-${ordinal} ${`${name}-${ordinal}` === leader ? "master" : "replica"}`,
    );
    await until(
      "the labels are right",
      30,
      async () => JSON.stringify(await roles()) === JSON.stringify(expected),
    );
    const { items } = await get(namespace, "configmaps");
    const made = items.map((map: { metadata: { name: string } }) => map.metadata.name);
    expect(made).not.toContain(`${name}-leader`);
  });

  it("move the Service to the other member when the leader goes", async () => {
    const leader = await healthy(namespace, name, 2);
    await sql(namespace, leader, "create table t (id int); insert into t values (1)");
    const other = leader === `${name}-0` ? `${name}-1` : `${name}-0`;

    await kubectl(["-n", namespace, "delete", "pod", leader, "--wait=false"]);

    await until(`the Service reaches ${other}, which takes writes`, 60, async () => {
      const pod = await get(namespace, "pod", other);
      const slices = await get(namespace, "endpointslices", "-l", `kubernetes.io/service-name=${name}`);
      const ready = slices.items.flatMap(
        (slice: { endpoints?: { addresses: string[] }[] }) => slice.endpoints ?? [],
      );
      const written = await attempt([
        "-n",
        namespace,
        "exec",
        other,
        "-c",
        "postgres",
        "--",
        "psql",
        "-h",
        "/run/postgresql",
        "-U",
        "postgres",
        "-c",
        "insert into t values (2)",
      ]);
      return written.code === 0 && JSON.stringify(ready).includes(pod.status.podIP);
    });
    expect(await healthy(namespace, name, 2)).toBe(other);
  });

  it("met nothing that was forbidden to them", async () => {
    expect(await refusals()).toBe(refusedBefore);
  });
});
