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
} from "../support/cluster.ts";
import { completed, jobOf } from "../support/jobs.ts";
import { get, until } from "../support/kubectl.ts";
import { note } from "../support/note.ts";
import { addApplication, poolerImage, poolerReady, small, startClient } from "../support/pooler.ts";
import { startLoad } from "../support/load.ts";

const namespace = "pgrender-rollouts";
const name = "pay";
const pods = [0, 1, 2].map((ordinal) => `${name}-${ordinal}`);

/** A cluster with a pooler, whose removed members leave their slots behind for five seconds. */
function rendered(more: Record<string, unknown> = {}, instances = 3): string {
  const connectionPooler = { dockerImage: poolerImage, resources: small };
  return manifests(
    spec(namespace, name, instances, {
      patroni: { member_slots_ttl: 5 },
      spec: { connectionPooler, ...more },
    }),
  );
}

const label = (round: string) => ({ podAnnotations: { round } });

async function identities(): Promise<string[]> {
  return Promise.all(pods.map(async (pod) => (await get(namespace, "pod", pod)).metadata.uid));
}

beforeAll(async () => {
  await restrictedNamespace(namespace);
  await apply(rendered());
  const leader = await healthy(namespace, name, 3);
  await addApplication(namespace, leader);
  await completed(namespace, jobOf(rendered(), `${name}-converge`));
  await startClient(namespace);
  await poolerReady(namespace, `${name}-pooler`);
});
afterAll(() => dropNamespace(namespace));

describe("a rollout of three members", () => {
  it("costs pgbench through the pooler no more than the transactions under way at each handover", async () => {
    const before = await identities();
    const load = await startLoad(namespace, `${name}-pooler`, 8);

    await apply(rendered(label("1")));
    await until("every pod is another one", 300, async () =>
      (await identities()).every((uid) => !before.includes(uid)),
    );
    await healthy(namespace, name, 3, 300);

    const { committed, failed, longestMs } = await load.end();
    note(
      `${failed} of ${committed + failed} transactions failed, ${(longestMs / 1000).toFixed(1)} s without a commit, while all members were replaced`,
    );
    expect(committed).toBeGreaterThan(1000);
    // Of each client the one under way, and those that it tried while there was no primary.
    expect(failed / committed).toBeLessThan(0.05);
    expect(longestMs).toBeLessThan(10_000);
  });

  it("stops at the first pod that does not come up, and goes back when the change is taken back", async () => {
    const load = await startLoad(namespace, name, 2);
    await healthy(namespace, name, 3);
    const before = await identities();

    await apply(rendered({ dockerImage: "localhost/no-such-image:1", ...label("1") }));
    await until("the last pod waits for an image that there is not", 120, async () => {
      const { status } = await get(namespace, "pod", `${name}-2`);
      const states = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
      return states.some((one) => /^(ErrImage|ImagePull)/.test(one.state?.waiting?.reason ?? ""));
    });
    const then = await load.committed();
    await until("the others serve without it", 60, async () => (await load.committed()) > then + 1000);

    expect((await identities()).slice(0, 2)).toEqual(before.slice(0, 2));
    const found = await members(namespace, `${name}-0`);
    expect(found.filter(({ role }) => role === "leader")).toHaveLength(1);
    await apply(rendered(label("1")));
    await healthy(namespace, name, 3, 300);
    expect((await identities()).slice(0, 2)).toEqual(before.slice(0, 2));
    const { longestMs, committed } = await load.end();
    note(
      `${committed} commits beside a stuck rollout, ${(longestMs / 1000).toFixed(1)} s at most without one`,
    );
    expect(longestMs).toBeLessThan(10_000);
  });
});

describe("a cluster that grows", () => {
  it("has larger claims of every member, as far as their class can expand", async () => {
    await apply(rendered({ volume: { size: "2Gi" }, ...label("1") }));

    const sizes = await Promise.all(
      pods.map(async (pod) => (await get(namespace, "pvc", `pgdata-${pod}`)).spec.resources.requests.storage),
    );
    expect(sizes).toEqual(["2Gi", "2Gi", "2Gi"]);
  });

  it("leaves no slot behind for a member that was scaled away", async () => {
    const grown = { volume: { size: "2Gi" }, ...label("1") };
    const slots = async (pod: string) =>
      sql(
        namespace,
        pod,
        "select coalesce(string_agg(slot_name, ',' order by slot_name), '') from pg_replication_slots",
      );
    await apply(rendered(grown, 2));
    const leader = await healthy(namespace, name, 2);

    const follower = pods.slice(0, 2).find((pod) => pod !== leader) ?? "";
    await until("the slot of the third is gone", 120, async () => !(await slots(leader)).includes("pay_2"));
    expect(await slots(leader)).toBe(follower.replace("-", "_"));
  });
});
