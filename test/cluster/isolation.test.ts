import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  apply,
  dropNamespace,
  healthy,
  manifests,
  members,
  restrictedNamespace,
  spec,
  sql,
} from "./support/cluster.ts";
import { attempt, get, kubectl, until } from "./support/kubectl.ts";

const namespace = "pgrender-isolation";
const [ours, theirs] = ["pay", "ship"];

describe("two clusters in one namespace", () => {
  beforeAll(async () => {
    await restrictedNamespace(namespace);
    for (const name of [ours, theirs]) await apply(manifests(spec(namespace, name, 1)));
    for (const name of [ours, theirs]) await healthy(namespace, name, 1);
  });
  afterAll(() => dropNamespace(namespace));

  it("see their own members only", async () => {
    expect((await members(namespace, `${ours}-0`)).map((member) => member.name)).toEqual([`${ours}-0`]);
    expect((await members(namespace, `${theirs}-0`)).map((member) => member.name)).toEqual([`${theirs}-0`]);
  });

  it("are told apart from another generation of themselves, which carries the same name", async () => {
    const leader = `${ours}-0`;
    const pod = await get(namespace, "pod", leader);
    const labels = { ...pod.metadata.labels, "pgrender.dev/scope": `${ours}-restored` };
    for (const key of [
      "statefulset.kubernetes.io/pod-name",
      "controller-revision-hash",
      "apps.kubernetes.io/pod-index",
      "member.cpo.opensource.cybertec.at/role",
    ]) {
      delete labels[key];
    }
    const status = {
      conn_url: "postgres://192.0.2.1:5432/postgres",
      api_url: "http://192.0.2.1:8008/patroni",
      state: "running",
      role: "replica",
      version: "4.0.7",
    };
    const [container] = pod.spec.containers;
    await apply(
      JSON.stringify({
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "restored-0", namespace, labels, annotations: { status: JSON.stringify(status) } },
        spec: {
          securityContext: pod.spec.securityContext,
          containers: [
            {
              name: "postgres",
              image: container.image,
              imagePullPolicy: "IfNotPresent",
              command: ["sleep", "infinity"],
              securityContext: container.securityContext,
            },
          ],
        },
      }),
    );
    const listed = async () => (await members(namespace, leader)).map((member) => member.name);
    const slots = () => sql(namespace, leader, "select slot_name from pg_replication_slots");

    await until("Patroni has looked at the pods again", 40, loops(leader));
    expect(await listed()).toEqual([leader]);
    expect(await slots()).toBe("");

    // That Patroni would have seen it: with the scope of ours it does, and makes a slot for it.
    await kubectl([
      "-n",
      namespace,
      "label",
      "--overwrite",
      "pod",
      "restored-0",
      `pgrender.dev/scope=${ours}`,
    ]);
    await until("Patroni counts it", 40, async () => (await listed()).includes("restored-0"));
    await until("Patroni makes a slot for it", 40, async () => (await slots()) === "restored_0");
    await kubectl(["-n", namespace, "delete", "pod", "restored-0", "--grace-period=0", "--force"]);
  });

  it.each([
    { verb: "patch", what: `configmaps/${theirs}-leader` },
    { verb: "patch", what: `configmaps/${theirs}-config` },
    { verb: "patch", what: `configmaps/${theirs}-patroni` },
    { verb: "patch", what: `configmaps/${ours}-patroni` },
    { verb: "update", what: `configmaps/${ours}-leader` },
    { verb: "delete", what: `configmaps/${theirs}-leader` },
    { verb: "patch", what: `pods/${theirs}-0` },
    { verb: "delete", what: `pods/${ours}-0` },
    { verb: "create", what: `pods/${theirs}-0`, subresource: "exec" },
    { verb: "patch", what: `statefulsets/${ours}` },
    { verb: "get", what: `secrets/postgres.${theirs}.credentials.postgresql.cpo.opensource.cybertec.at` },
    { verb: "list", what: "secrets" },
    { verb: "create", what: "secrets" },
    { verb: "create", what: "pods" },
    { verb: "create", what: "services" },
  ])("do not let the account of one $verb $what", async ({ verb, what, subresource }) => {
    const account = `system:serviceaccount:${namespace}:${ours}`;
    const more = subresource === undefined ? [] : [`--subresource=${subresource}`];

    const answer = await attempt(["-n", namespace, "auth", "can-i", verb, what, ...more, `--as=${account}`]);

    expect(answer.stdout.trim()).toBe("no");
  });

  it("refuse a real token of one when it changes the other", async () => {
    const token = (await kubectl(["-n", namespace, "create", "token", ours])).trim();
    const server = (
      await kubectl(["config", "view", "--minify", "-o", "jsonpath={.clusters[0].cluster.server}"])
    ).trim();
    // Without the certificate of the administrator, which would win over the token.
    const args = [
      "--kubeconfig=/dev/null",
      `--server=${server}`,
      "--insecure-skip-tls-verify",
      `--token=${token}`,
    ];

    const foreign = await attempt([...args, "-n", namespace, "label", "pod", `${theirs}-0`, "stolen=yes"]);
    const own = await attempt([...args, "-n", namespace, "label", "pod", `${ours}-0`, "own=yes"]);

    expect(foreign.stderr).toContain("Forbidden");
    expect(own).toMatchObject({ code: 0 });
  });

  it("leave nothing that may create Secrets but the account of the Job that makes them, which may not read any", async () => {
    const can = async (verb: string, account: string) =>
      (
        await attempt([
          "-n",
          namespace,
          "auth",
          "can-i",
          verb,
          "secrets",
          `--as=system:serviceaccount:${namespace}:${account}`,
        ])
      ).stdout.trim();

    expect(await can("create", `${ours}-secrets`)).toBe("yes");
    expect(await can("get", `${ours}-secrets`)).toBe("no");
    expect(await can("delete", `${ours}-secrets`)).toBe("no");
    expect(await can("create", ours)).toBe("no");
  });
});

/** True once the member's Patroni has run its loop twice from now. */
function loops(pod: string): () => Promise<boolean> {
  let first: number | undefined;
  return async () => {
    const log = await kubectl(["-n", namespace, "logs", pod, "-c", "postgres"]);
    const count = log.split("\n").filter((line) => line.includes("I am (")).length;
    first ??= count;
    return count >= first + 2;
  };
}
