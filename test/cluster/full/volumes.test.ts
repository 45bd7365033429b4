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
import { allAcks, gaps, lostRows, startWrittenTo, writesAgain } from "../support/writer.ts";

const name = "pay";
const wal = "/home/postgres/pgwal/pg_wal";
const data = "/home/postgres/pgdata/pgroot/data";

describe("volumes of their own for WAL and a tablespace", () => {
  const namespace = "pgrender-volumes";
  const plain = manifests(spec(namespace, name, 2));
  const own = { walVolume: { size: "1Gi" }, tablespaces: { fast_1: { size: "1Gi" } } };
  const withVolumes = manifests(spec(namespace, name, 2, { spec: own }));
  const location = "/home/postgres/tablespaces/fast_1/data";
  const inTablespace = (pod: string) => sql(namespace, pod, "select count(*) from placed");

  beforeAll(() => startWrittenTo(namespace, name, 2, plain));
  afterAll(() => dropNamespace(namespace));

  it("are refused by Kubernetes for a StatefulSet that is there, and nothing happens", async () => {
    const before = await healthy(namespace, name, 2);

    const refused = await attempt(["apply", "--server-side", "--force-conflicts", "-f", "-"], withVolumes);

    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain("updates to statefulset spec for fields other than");
    expect(await healthy(namespace, name, 2)).toBe(before);
  });

  it("come to a running cluster by the runbook: its object made anew, its pods deleted in turn, no row lost", async () => {
    await healthy(namespace, name, 2);
    const start = Date.now();
    await kubectl(["-n", namespace, "delete", "statefulset", name, "--cascade=orphan"]);
    await apply(withVolumes);
    // Kubernetes tries in vain to put the volumes into the pods that run, the lowest ordinal first, and gets no further.
    await until("Kubernetes cannot change a pod", 60, async () => {
      const events = await get(namespace, "events", "--field-selector", "reason=FailedUpdate");
      return events.items.length > 0;
    });
    for (const pod of [`${name}-0`, `${name}-1`]) {
      await kubectl(["-n", namespace, "delete", "pod", pod]);
      await until(`${pod} streams with its volumes, or leads`, 240, async () => {
        const found = await members(namespace, pod);
        const mounts = (await get(namespace, "pod", pod)).spec.volumes.map(
          (volume: { name: string }) => volume.name,
        );
        return (
          mounts.includes("pgwal") &&
          found.length === 2 &&
          found.every(({ state }) => /streaming|running/.test(state))
        );
      });
      await until("one leader, one that streams", 120, async () => {
        const found = await members(namespace, pod);
        return (
          found.some(({ role }) => role === "leader") && found.some(({ state }) => state === "streaming")
        );
      });
    }
    const leader = await healthy(namespace, name, 2);
    await writesAgain(namespace, Date.now());
    for (const pod of [`${name}-0`, `${name}-1`]) {
      expect((await inPod(namespace, pod, ["readlink", `${data}/pg_wal`])).trim()).toBe(wal);
      expect(await inPod(namespace, pod, ["ls", "/home/postgres/pgdata/pgroot"])).not.toContain("moved");
    }
    const { longestMs } = gaps((await allAcks(namespace)).filter((ack) => ack.atMs > start));
    note(`longest time without a commit: ${longestMs} ms`);
    expect(longestMs).toBeLessThan(15_000);
    expect(await lostRows(namespace, leader)).toEqual([]);
  });

  it("take a tablespace made by SQL, which a replica copied anew has too", async () => {
    const leader = await healthy(namespace, name, 2);
    const replica = leader === `${name}-0` ? `${name}-1` : `${name}-0`;
    await sql(namespace, leader, `create tablespace fast_1 location '${location}'`);
    await sql(
      namespace,
      leader,
      "create table placed tablespace fast_1 as select generate_series(1, 1000) as id",
    );
    await until("the replica has the rows", 30, async () => (await inTablespace(replica)) === "1000");

    await inPod(namespace, leader, ["patronictl", "reinit", name, replica, "--force", "--wait"]);

    await healthy(namespace, name, 2);
    await until("the copied replica has the rows", 60, async () => (await inTablespace(replica)) === "1000");
    expect((await inPod(namespace, replica, ["readlink", `${data}/pg_wal`])).trim()).toBe(wal);
    expect(await inPod(namespace, replica, ["ls", location])).toMatch(/PG_/);
  });

  it("are made empty for a replica that has lost its data, and nothing else", async () => {
    const leader = await healthy(namespace, name, 2);
    const replica = leader === `${name}-0` ? `${name}-1` : `${name}-0`;
    await kubectl(["-n", namespace, "delete", "pvc", `pgdata-${replica}`, "--wait=false"]);
    await kubectl(["-n", namespace, "delete", "pod", replica]);

    await until("the replica is there again, with a claim from the template", 120, async () => {
      const claim = await get(namespace, "pvc", `pgdata-${replica}`);
      return claim.metadata.deletionTimestamp === undefined && (await inTablespace(replica)) === "1000";
    });
    await healthy(namespace, name, 2);
    expect(await inPod(namespace, replica, ["ls", "/home/postgres/pgwal"])).toContain("pg_wal.orphaned");
    expect(await inPod(namespace, replica, ["ls", "/home/postgres/tablespaces/fast_1"])).toContain(
      "data.orphaned",
    );
  });

  it("are in objects that declare all that Kubernetes would fill in, so a dry-run changes no field", async () => {
    await apply(withVolumes);
    expect(await undeclaredFields(namespace, withVolumes)).toEqual([]);
    expect(await dryRunChanges(namespace, withVolumes)).toEqual([]);
  });
});

describe("ephemeral volumes", () => {
  const namespace = "pgrender-ephemeral";
  const rendered = manifests(
    spec(namespace, name, 2, {
      spec: { volume: { size: "1Gi", ephemeral: true }, walVolume: { size: "1Gi" } },
    }),
  );
  beforeAll(() => restrictedNamespace(namespace));
  afterAll(() => dropNamespace(namespace));

  it("go with their pod, and the member is copied anew", async () => {
    await apply(rendered);
    const leader = await healthy(namespace, name, 2);
    const replica = leader === `${name}-0` ? `${name}-1` : `${name}-0`;
    await sql(namespace, leader, "create table kept as select 1 as one");
    const claim = async () => (await get(namespace, "pvc", `${replica}-pgdata`)).metadata;
    const before = await claim();
    expect(before.ownerReferences[0].kind).toBe("Pod");

    await kubectl(["-n", namespace, "delete", "pod", replica]);

    await until("another claim is there", 120, async () => (await claim()).uid !== before.uid);
    await healthy(namespace, name, 2);
    expect(await sql(namespace, replica, "select one from kept")).toBe("1");
    expect(await undeclaredFields(namespace, rendered)).toEqual([]);
    expect(await dryRunChanges(namespace, rendered)).toEqual([]);
  });
});
