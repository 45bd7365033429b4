import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  apply,
  dropNamespace,
  healthy,
  inPod,
  manifests,
  members,
  restrictedNamespace,
  spec,
  sql,
} from "../support/cluster.ts";
import { attempt, get, kubectl, until } from "../support/kubectl.ts";
import { dryRunChanges, undeclaredFields } from "../support/live.ts";
import { note } from "../support/note.ts";
import { allAcks, lostRows, startWrittenTo, writesAgain } from "../support/writer.ts";

const namespace = "pgrender-sleep";
const name = "pay";
const of = (hibernate: boolean) => manifests(spec(namespace, name, 2, { spec: { hibernate } }));

/** Lets the namespace have so many pods: the writer is one, and what is over cannot be made. */
function quota(pods: number): Promise<string> {
  const metadata = { name: "pods", namespace };
  return apply(
    JSON.stringify({ apiVersion: "v1", kind: "ResourceQuota", metadata, spec: { hard: { pods } } }),
  );
}

/** Makes Kubernetes try again at once what the quota kept it from. */
async function nudge(): Promise<void> {
  const stamp = `pgrender.dev/nudge=${Date.now()}`;
  await kubectl(["-n", namespace, "annotate", "--overwrite", "statefulset", name, stamp]);
}

describe("a cluster that is told to sleep", () => {
  beforeAll(() => startWrittenTo(namespace, name, 2, of(false)));
  afterAll(() => dropNamespace(namespace));

  it("keeps all but its pods and its budget, and wakes with every row", async () => {
    const start = Date.now();
    await apply(of(true));
    await until("no member is left", 90, async () => {
      const pods = await get(namespace, "pods", "-l", "member.cpo.opensource.cybertec.at/type=postgresql");
      return pods.items.length === 0;
    });
    note(`asleep after ${((Date.now() - start) / 1000).toFixed(1)} s`);
    for (const object of ["pvc/pgdata-pay-0", "pvc/pgdata-pay-1", "service/pay", "configmap/pay-config"])
      await get(namespace, object);
    // What a GitOps engine prunes: it is no longer in the render.
    expect(of(true)).not.toContain("PodDisruptionBudget");

    const woken = Date.now();
    await apply(of(false));
    const leader = await healthy(namespace, name, 2);
    await writesAgain(namespace, woken);
    note(`awake after ${((Date.now() - woken) / 1000).toFixed(1)} s`);
    expect(await lostRows(namespace, leader)).toEqual([]);
  });

  it("wakes with the data of its last leader, although another member starts long before", async () => {
    const last = `${name}-1`;
    const leader = await healthy(namespace, name, 2);
    if (leader !== last) {
      const to = ["--leader", leader, "--candidate", last, "--force", name];
      await inPod(namespace, leader, ["patronictl", "switchover", ...to]);
      await until(`${last} leads`, 60, async () => (await healthy(namespace, name, 2)) === last);
    }
    // One member goes and cannot come back, the leader goes on: what follows, it has alone.
    await quota(1);
    await kubectl(["-n", namespace, "delete", "pod", `${name}-0`]);
    const alone = Date.now();
    await until("a hundred rows that one member has", 60, async () => {
      const rows = await allAcks(namespace);
      return rows.filter(({ atMs }) => atMs > alone).length > 100;
    });
    await apply(of(true));
    await until("no member is left", 90, async () => {
      const pods = await get(namespace, "pods", "-l", "member.cpo.opensource.cybertec.at/type=postgresql");
      return pods.items.length === 0;
    });
    const lack = (await allAcks(namespace)).filter(({ atMs }) => atMs > alone).length;

    // Awake, with room for one of the two: the one that lacks rows.
    await quota(2);
    await apply(of(false));
    await until("the other member runs alone", 60, async () => {
      const pod = await get(namespace, "pod", `${name}-0`);
      return (
        pod.status.phase === "Running" && (await attempt(["-n", namespace, "get", "pod", last])).code !== 0
      );
    });
    const waiting = Date.now();
    await until("the former leader could have been replaced twenty times", 60, async () => {
      const config = await get(namespace, "configmap", `${name}-leader`);
      expect(config.metadata.annotations?.leader ?? "").not.toBe(`${name}-0`);
      return Date.now() - waiting > 20_000;
    });
    await kubectl(["-n", namespace, "delete", "resourcequota", "pods"]);
    await nudge();

    expect(await healthy(namespace, name, 2, 180)).toBe(last);
    note(`${lack} rows that the other member lacked`);
    expect(await lostRows(namespace, last)).toEqual([]);
    expect((await members(namespace, last)).map((member) => member.role)).toContain("leader");
    expect(await sql(namespace, last, "select count(*) > 0 from acks")).toBe("t");
  });
});

describe("what takes zones and nodes with huge pages", () => {
  const space = "pgrender-asleep";
  const rendered = manifests(
    spec(space, name, 5, {
      patroni: { synchronous_mode: "quorum" },
      spec: {
        hibernate: true,
        failureDomains: { count: 3 },
        hugePages: { amount: "512Mi" },
        pools: [{ name: "reports", instances: 2 }],
      },
    }),
  );
  beforeAll(() => restrictedNamespace(space));
  afterAll(() => dropNamespace(space));

  it("is taken by the API server as it is rendered, here without a pod", async () => {
    await apply(rendered);

    expect(await undeclaredFields(space, rendered)).toEqual([]);
    expect(await dryRunChanges(space, rendered)).toEqual([]);
    const { spec: live } = await get(space, "statefulset", name);
    expect(live.template.spec.topologySpreadConstraints).toHaveLength(1);
    expect(live.template.spec.containers[0].resources.limits["hugepages-2Mi"]).toBe("512Mi");
  });
});
