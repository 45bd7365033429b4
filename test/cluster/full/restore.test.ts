import { afterAll, describe, expect, it } from "vitest";
import {
  apply,
  dropNamespace,
  healthy,
  image,
  inPod,
  manifests,
  members,
  restrictedNamespace,
  spec,
  sql,
} from "../support/cluster.ts";
import { completed, jobOf } from "../support/jobs.ts";
import { attempt, get, kubectl, until } from "../support/kubectl.ts";
import { note } from "../support/note.ts";
import { archived, backedUp, compared, lastWords, now, restorable, rows } from "../support/restore.ts";
import { giveKeys, inS3, s3 } from "../support/stores.ts";
import { allAcks, gaps, startWrittenTo, writesAgain } from "../support/writer.ts";

const name = "pay";

describe("a cluster whose namespace and volumes are gone", () => {
  const [store, namespace] = ["pgrender-store", "pgrender-lost"];
  afterAll(async () => {
    await dropNamespace(namespace);
    await dropNamespace(store);
  });

  const bucket = inS3("repo1", `s3.${store}`);

  function inStore(restore?: Readonly<Record<string, unknown>>): string {
    const pgbackrest = {
      image,
      configuration: { secret: "keys" },
      global: {
        "start-fast": "y",
        "repo1-path": "/lost",
        "repo1-retention-full": "2",
        ...bucket.options,
      },
      repos: [bucket.repo],
      ...(restore === undefined ? {} : { restore }),
    };
    return manifests(spec(namespace, name, 2, { spec: { backup: { pgbackrest } } }));
  }

  async function made(yaml: string): Promise<void> {
    await restrictedNamespace(namespace);
    await giveKeys(namespace, "keys", bucket.keys);
    await apply(yaml);
  }

  async function lost(): Promise<void> {
    await dropNamespace(namespace);
    await until("the namespace is gone", 300, async () => {
      return (await attempt(["get", "namespace", namespace])).code !== 0;
    });
  }

  it("goes on from the newest backup of the generation that it lived in, and not from the old target", async () => {
    await restrictedNamespace(store);
    await apply(s3(store));
    await made(inStore());
    let leader = await healthy(namespace, name, 2, 240);
    await backedUp(namespace, leader);
    await sql(namespace, leader, "create table kept (id int); insert into kept values (1)");
    const { target } = await now(namespace, leader);
    await sql(namespace, leader, "insert into kept values (2)");
    const restored = inStore({ id: "r1", options: { type: "time", target } });

    await apply(restored);
    leader = await healthy(namespace, name, 2, 180);
    expect(await rows(namespace, leader)).toBe("1");
    await backedUp(namespace, leader, "db-r1");
    await sql(namespace, leader, "insert into kept select generate_series(101, 200)");
    await archived(namespace, leader);
    await lost();
    await made(restored);
    leader = await healthy(namespace, name, 2, 240);

    expect(await sql(namespace, leader, "select count(*) || ' ' || max(id) from kept")).toBe("101 200");
  });

  it("does not start empty where the spec says nothing of a restore, and says what to write", async () => {
    await lost();
    await made(inStore());

    const message = await until("a member says why", 180, async () => {
      const words = (await lastWords(namespace, `${name}-0`)) + (await lastWords(namespace, `${name}-1`));
      return words === "" ? undefined : words;
    });
    expect(message).toMatch(/repositories hold this database already.*restore: \{id: "0"\}/);

    await apply(inStore({ id: "0" }));
    const leader = await healthy(namespace, name, 2, 240);
    expect(await rows(namespace, leader)).toBe("1,2");
  });

  it("begins with an empty database if the spec says so, and leaves the backups", async () => {
    await apply(inStore({ id: "anew", empty: true }));
    const leader = await healthy(namespace, name, 2, 240);

    expect(await sql(namespace, leader, "select to_regclass('kept') is null")).toBe("t");
    const stanzas = JSON.parse(
      await inPod(namespace, leader, [
        "env",
        "-u",
        "PGBACKREST_STANZA",
        "pgbackrest",
        "--output=json",
        "info",
      ]),
    );
    expect(stanzas.map((stanza: { name: string }) => stanza.name)).toEqual(
      expect.arrayContaining(["db", "db-r1"]),
    );
  });
});

describe("a second restore, to a time before the first one", () => {
  const namespace = "pgrender-restore-twice";
  afterAll(() => dropNamespace(namespace));
  const more = {
    walVolume: { size: "1Gi" },
    tablespaces: { fast: { size: "1Gi" } },
    pools: [{ name: "readers", instances: 1 }],
  };
  /** Applies, and waits until the two members and the pool follow one leader; returns its name. */
  async function rolled(yaml: string): Promise<string> {
    await apply(yaml);
    return until("two members and the pool follow one leader", 240, async () => {
      const { metadata: declared, status } = await get(namespace, "statefulset", name);
      const pods = await get(namespace, `pod/${name}-0`, `pod/${name}-1`);
      const updated = pods.items.every(
        ({ metadata }: { metadata: { labels: Record<string, string> } }) =>
          declared.generation === status.observedGeneration &&
          metadata.labels["controller-revision-hash"] === status.updateRevision,
      );
      const found = await members(namespace, `${name}-0`);
      const streaming = found.filter(({ state }) => state === "streaming");
      return updated && found.length === 3 && streaming.length === 2
        ? found.find(({ role }) => role === "leader")?.name
        : undefined;
    });
  }
  const place = "/home/postgres/tablespaces/fast";

  it("gives the first generation's rows of that time, on all volumes and in a pool", async () => {
    await restrictedNamespace(namespace);
    let leader = await rolled(restorable(namespace, name, 2, undefined, more));
    await sql(namespace, leader, `create tablespace fast location '${place}/data'`);
    await sql(namespace, leader, "create table kept (id int) tablespace fast; insert into kept values (1)");
    await backedUp(namespace, leader);
    // The tablespace has to be in a backup.
    await kubectl([
      "-n",
      namespace,
      "create",
      "job",
      "again",
      `--from=cronjob/pgbackrest-${name}-repo1-incr`,
    ]);
    await until("the tablespace is in a backup", 180, async () => {
      const info = JSON.parse(await inPod(namespace, leader, ["pgbackrest", "--output=json", "info"]));
      return info[0].backup.length > 1;
    });
    const early = await now(namespace, leader);
    await sql(namespace, leader, "insert into kept values (2)");
    const late = await now(namespace, leader);
    await sql(namespace, leader, "insert into kept values (3)");

    leader = await rolled(
      restorable(namespace, name, 2, { id: "r1", options: { type: "time", target: late.target } }, more),
    );
    expect(await rows(namespace, leader)).toBe("1,2");
    await sql(namespace, leader, "insert into kept values (4)");
    await backedUp(namespace, leader, "db-r1");

    const second = { id: "r2", previous: "r1", source: "0", options: { type: "time", target: early.target } };
    leader = await rolled(restorable(namespace, name, 2, second, more));

    expect(await rows(namespace, leader)).toBe("1");
    await until("the pool follows", 120, async () => (await rows(namespace, `${name}-readers-0`)) === "1");
    const directory = await inPod(namespace, leader, [
      "sh",
      "-c",
      `ls ${place}; readlink $PGDATA/pg_tblspc/*`,
    ]);
    expect(directory).toMatch(/data\ngeneration-r1\ngeneration-r2\n.*generation-r2\/data/);
  });

  it("lets the former generations go, data and backups, when it has a backup itself", async () => {
    await backedUp(namespace, `${name}-0`, "db-r2");
    const yaml = restorable(
      namespace,
      name,
      2,
      { id: "r2", previous: "r1", source: "0", discard: ["0", "r1"] },
      more,
    );

    const leader = await rolled(yaml);

    await completed(namespace, jobOf(yaml, "pay-discard"));
    const info = ["env", "-u", "PGBACKREST_STANZA", "pgbackrest", "--output=json", "info"];
    const stanzas: readonly { name: string }[] = JSON.parse(await inPod(namespace, leader, info));
    expect(stanzas.map((stanza) => stanza.name)).toEqual(["db-r2"]);
    const found = [
      "sh",
      "-c",
      "find /home/postgres -name PG_VERSION -path '*/data/PG_VERSION'; ls /home/postgres/pgwal",
    ];
    for (const pod of [`${name}-0`, `${name}-1`, `${name}-readers-0`]) {
      await until(`${pod} has its own data alone`, 60, async () => {
        const left = await inPod(namespace, pod, found);
        return (
          !/pgroot\/data\/|generation-r1\/data|^pg_wal$/m.test(left) && left.includes("generation-r2/data")
        );
      });
    }
    expect(await rows(namespace, leader)).toBe("1");
  });
});

describe("a restore that is disturbed", () => {
  const namespace = "pgrender-restore-disturbed";
  afterAll(() => dropNamespace(namespace));

  it("is begun again when its pod is killed, and the former generation goes on taking rows", async () => {
    await startWrittenTo(namespace, name, 2, restorable(namespace, name, 2));
    await backedUp(namespace, `${name}-0`);
    const { target, atMs } = await now(namespace, `${name}-0`);
    await writesAgain(namespace, atMs + 1000);
    const from = Date.now();

    await apply(restorable(namespace, name, 2, { id: "r1", options: { type: "time", target } }));
    for (let time = 0; time < 2; time++) {
      await until("the restore is under way", 120, async () => {
        const { stdout } = await attempt([
          "-n",
          namespace,
          "logs",
          `${name}-1`,
          "-c",
          "postgres",
          "--tail=-1",
        ]);
        return stdout.includes("bootstrap: begins with backup");
      });
      await kubectl(["-n", namespace, "delete", "pod", `${name}-1`, "--grace-period=0", "--force"]);
    }
    const leader = await healthy(namespace, name, 2, 240);
    await writesAgain(namespace, Date.now());

    const { gone, there } = await compared(namespace, leader);
    const since = there.filter((ack) => ack.atMs > atMs + 1000);
    expect(gone.length).toBeGreaterThan(0);
    expect(Math.min(...gone.map((ack) => ack.atMs))).toBeGreaterThan(atMs);
    expect(Math.min(...since.map((ack) => ack.atMs))).toBeGreaterThan(
      Math.max(...gone.map((ack) => ack.atMs)),
    );
    note(
      `${gaps((await allAcks(namespace)).filter((ack) => ack.atMs > from)).longestMs} ms without a commit`,
    );
  });

  it("is completed when Patroni is killed right after the former generation handed over", async () => {
    await backedUp(namespace, `${name}-1`, "db-r1");
    const { target, atMs } = await now(namespace, `${name}-1`);
    await writesAgain(namespace, atMs + 1000);
    const second = { id: "r2", previous: "r1", options: { type: "time", target } };

    await apply(restorable(namespace, name, 2, second));
    await until("the former generation has handed over", 180, async () => {
      const { metadata } = await get(namespace, "pod", `${name}-0`);
      return metadata.labels["pgrender.dev/in-service"] === "false";
    });
    await attempt(["-n", namespace, "delete", "pod", `${name}-1`, "--grace-period=0", "--force"]);
    const leader = await healthy(namespace, name, 2, 300);
    await writesAgain(namespace, Date.now());

    const { gone, there } = await compared(namespace, leader);
    const since = there.filter((ack) => ack.atMs > atMs + 1000);
    expect(Math.min(...since.map((ack) => ack.atMs))).toBeGreaterThan(
      Math.max(...gone.map((ack) => ack.atMs)),
    );
  });
});
