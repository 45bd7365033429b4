import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  apply,
  dropNamespace,
  healthy,
  manifests,
  members,
  restrictedNamespace,
  spec,
} from "../support/cluster.ts";
import { attempt, get, kubectl, until } from "../support/kubectl.ts";
import { onNode, releaseNodes } from "../support/node.ts";
import { note } from "../support/note.ts";
import { allAcks, gaps, lostRows, startWrittenTo, writesAgain } from "../support/writer.ts";

const name = "pay";

describe("without the API server for five minutes", () => {
  const namespace = "pgrender-outage-api";
  const seconds = 300;

  beforeAll(() => startWrittenTo(namespace, name, 3, manifests(spec(namespace, name, 3))));
  afterAll(async () => {
    await dropNamespace(namespace);
    await releaseNodes();
  });

  it("the primary goes on taking writes, for it reaches all members", async () => {
    const leader = await healthy(namespace, name, 3);
    const from = Date.now();
    // The node thaws it again by itself: nobody can be asked to meanwhile.
    await onNode(
      namespace,
      leader,
      `server=$(for p in /proc/[0-9]*; do tr '\\0' ' ' <$p/cmdline 2>/dev/null | grep -q '^[^ ]*kube-apiserver ' && basename $p; done)
[ -n "$server" ] || { echo no API server here >&2; exit 1; }
setsid sh -c "sleep 2; kill -STOP $server; sleep ${seconds}; kill -CONT $server" >/dev/null 2>&1 </dev/null &`,
    );
    await until(
      "the API server is silent",
      30,
      async () => (await attempt(["get", "--raw", "/readyz", "--request-timeout=2s"])).code !== 0,
    );
    const silent = Date.now();
    await until(
      "the API server answers",
      seconds + 60,
      async () => (await attempt(["get", "--raw", "/readyz", "--request-timeout=2s"])).code === 0,
    );
    const lasted = Date.now() - silent;

    await writesAgain(namespace, Date.now());

    const during = (await allAcks(namespace)).filter((ack) => ack.atMs > from && ack.atMs < silent + lasted);
    const kept = gaps(during.filter((ack) => ack.id.startsWith("kept-")));
    const anew = gaps(during.filter((ack) => ack.id.startsWith("new-")));
    note(
      `silent for ${Math.round(lasted / 1000)} s: ${kept.longestMs} ms without a commit on an established connection, ${anew.longestMs} ms on new ones`,
    );
    expect(lasted).toBeGreaterThan((seconds - 30) * 1000);
    expect(kept.longestMs).toBeLessThan(5_000);
    expect(anew.longestMs).toBeLessThan(5_000);
    expect(new Set(during.map((ack) => ack.member)).size).toBe(1);
    const next = await healthy(namespace, name, 3, 180);
    expect(await lostRows(namespace, next)).toEqual([]);
  });
});

describe("with a full disk", () => {
  const namespace = "pgrender-outage-disk";
  const small = `${namespace}-volume`;
  const folder = (ordinal: number) => `/var/tmp/${small}-${ordinal}`;
  // Where the kubelet sees the volumes: in its own mount namespace.
  const onHost = (script: string) =>
    onNode(
      namespace,
      "anchor",
      `kubelet=$(for p in /proc/[0-9]*; do tr '\\0' ' ' <$p/cmdline 2>/dev/null | grep -q '^[^ ]*kubelet ' && basename $p; done | head -1)
nsenter -t "$kubelet" -m sh -c '${script}'`,
    );

  beforeAll(async () => {
    await restrictedNamespace(namespace);
    const { image } = await import("../support/cluster.ts");
    const securityContext = {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
      runAsNonRoot: true,
      runAsUser: 26,
      seccompProfile: { type: "RuntimeDefault" },
    };
    // A pod to name the node by; its container is called like a database's.
    await apply(
      JSON.stringify({
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "anchor", namespace },
        spec: {
          terminationGracePeriodSeconds: 0,
          containers: [
            {
              name: "postgres",
              image,
              imagePullPolicy: "IfNotPresent",
              command: ["sleep", "infinity"],
              securityContext,
            },
          ],
        },
      }),
    );
    await until(
      "the anchor runs",
      60,
      async () => (await get(namespace, "pod", "anchor")).status.phase === "Running",
    );
    for (const ordinal of [0, 1]) {
      await onHost(
        `mkdir -p ${folder(ordinal)} && mount -t tmpfs -o size=300m,mode=0777 tmpfs ${folder(ordinal)}`,
      );
      await apply(
        JSON.stringify({
          apiVersion: "v1",
          kind: "PersistentVolume",
          metadata: { name: `${small}-${ordinal}`, labels: { for: small } },
          spec: {
            storageClassName: small,
            capacity: { storage: "1Gi" },
            accessModes: ["ReadWriteOnce"],
            persistentVolumeReclaimPolicy: "Retain",
            hostPath: { path: folder(ordinal) },
          },
        }),
      );
    }
    const volume = { size: "1Gi", storageClass: small, selector: { matchLabels: { for: small } } };
    await startWrittenTo(namespace, name, 2, manifests(spec(namespace, name, 2, { spec: { volume } })));
  });
  afterAll(async () => {
    await dropNamespace(namespace);
    for (const ordinal of [0, 1]) {
      await onHost(`umount -l ${folder(ordinal)}; rmdir ${folder(ordinal)}`).catch(() => undefined);
      await kubectl(["delete", "pv", `${small}-${ordinal}`, "--ignore-not-found", "--wait=false"]);
    }
    await releaseNodes();
  });

  it("the replica with room takes over, and the full one joins it when it has room again", async () => {
    const leader = await healthy(namespace, name, 2);
    const other = leader === `${name}-0` ? `${name}-1` : `${name}-0`;
    const claim = await get(namespace, "pvc", `pgdata-${leader}`);
    const full = folder(Number(claim.spec.volumeName.split("-").at(-1)));
    const from = Date.now();

    await onHost(`dd if=/dev/zero of=${full}/ballast bs=1M 2>/dev/null; true`);
    // Rows that find no room are refused, and PostgreSQL goes on; a WAL segment that finds none ends it.
    await until("PostgreSQL needs a segment that it cannot have", 120, async () => {
      const [host, user] = ["/run/postgresql", "postgres"];
      const query = "select pg_logical_emit_message(false, 'fill', 'x'), pg_switch_wal()";
      const command = ["psql", "-h", host, "-U", user, "-c", query];
      const outcome = await attempt(["-n", namespace, "exec", leader, "-c", "postgres", "--", ...command]);
      return outcome.code !== 0;
    });

    await until(`${other} leads`, 180, async () =>
      (await members(namespace, other)).some((member) => member.name === other && member.role === "leader"),
    );
    await writesAgain(namespace, Date.now());
    const { longestMs } = gaps((await allAcks(namespace)).filter((ack) => ack.atMs > from));
    await onHost(`rm ${full}/ballast`);
    const next = await healthy(namespace, name, 2, 240);
    note(
      `${longestMs} ms without a commit, ${(await lostRows(namespace, next)).length} acknowledged rows lost (asynchronous)`,
    );
    expect(next).toBe(other);
    expect(longestMs).toBeLessThan(120_000);
  });
});
