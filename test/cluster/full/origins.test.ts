import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  apply,
  createCredentials,
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
import { kubectl, until } from "../support/kubectl.ts";
import { dryRunChanges, undeclaredFields } from "../support/live.ts";
import { note } from "../support/note.ts";
import { archived, backedUp, lastWords, now, rows } from "../support/restore.ts";
import { giveKeys, inS3, s3 } from "../support/stores.ts";

/*
 * A cluster whose backups are on a volume and in a store, and what is made from them: in its namespace, where the volume is
 * reached, and in another one, where the store is.
 */

const [source, elsewhere] = ["pgrender-origin", "pgrender-copies"];
const never = "0 0 30 2 *";
const bucket = inS3("repo2", `s3.${source}`);
const pgbackrest = {
  image,
  configuration: { secret: "keys" },
  // No cloud looks at it here; the pods have accounts for it.
  serviceAccountAnnotations: { "example.com/role": "orders" },
  global: {
    "start-fast": "y",
    "archive-async": "y",
    "repo1-retention-full": "2",
    "repo2-path": "/main",
    "repo2-retention-full": "2",
    "repo2-cipher-type": "aes-256-cbc",
    ...bucket.options,
  },
  repos: [
    { name: "repo1", storage: "pvc", volume: { size: "1Gi" }, schedule: { full: never } },
    { ...bucket.repo, schedule: { full: never } },
  ],
};

/** The bucket as another cluster has to know it. */
const { name: _, ...place } = bucket.repo;
const copies = inS3("repo1", `s3.${source}`);
const inBucket = {
  repo: place,
  configuration: { secret: "keys" },
  options: { ...copies.options, "repo1-path": "/main", "repo1-cipher-type": "aes-256-cbc" },
};
const keys = [...copies.keys, "repo1-cipher-pass=correct-horse"];

/** Moments between the rows of the source. */
let first: { target: string };
let second: { target: string };

const timestamp = (at: { target: string }) => at.target.replace(" ", "T").replace(/\+00$/, "+00:00");

beforeAll(async () => {
  await restrictedNamespace(source);
  await restrictedNamespace(elsewhere);
  await apply(s3(source));
  await giveKeys(source, "keys", [...bucket.keys, "repo2-cipher-pass=correct-horse"]);
  await giveKeys(elsewhere, "keys", keys);
  await createCredentials(source, "main", "of-the-source");
  first = { target: new Date().toISOString().replace("T", " ").replace("Z", "+00") };
  await apply(manifests(spec(source, "main", 1, { spec: { backup: { pgbackrest } } })));
  const leader = await healthy(source, "main", 1, 240);
  await backedUp(source, leader);
  await sql(source, leader, "create table kept (id int); insert into kept values (1), (2)");
  second = await now(source, leader);
  await sql(source, leader, "insert into kept values (3)");
  await archived(source, leader);
});
afterAll(async () => {
  await dropNamespace(elsewhere);
  await dropNamespace(source);
});

describe("a clone from the repository on another cluster's volume", () => {
  const name = "then";
  const rendered = () => {
    const clone = {
      cluster: "main",
      timestamp: timestamp(second),
      pgbackrest: { repo: { storage: "pvc" } },
    };
    const global = { ...pgbackrest.global, "repo2-path": "/then" };
    const backup = { pgbackrest: { ...pgbackrest, global } };
    return manifests(spec(source, name, 2, { spec: { clone, backup } }));
  };

  it("has what the source had at that moment, under passwords and in a timeline of its own", async () => {
    const start = Date.now();
    await apply(rendered());

    const leader = await healthy(source, name, 2, 240);

    note(`two members after ${((Date.now() - start) / 1000).toFixed(0)} s`);
    expect(await rows(source, leader)).toBe("1,2");
    expect(await sql(source, leader, "select timeline_id > 1 from pg_control_checkpoint()")).toBe("t");
    await backedUp(source, leader);
    expect(await rows(source, "main-0")).toBe("1,2,3");
    // Its WAL is archived in the background, and what that leaves on the data's volume is small.
    const spool = await inPod(source, "main-0", ["du", "-sk", "/home/postgres/pgdata/pgbackrest/spool-path"]);
    expect(Number.parseInt(spool, 10)).toBeLessThan(1024);
  });

  it("runs from objects that declare all that Kubernetes would fill in, so a dry-run changes no field", async () => {
    expect(await undeclaredFields(source, rendered())).toEqual([]);
    expect(await dryRunChanges(source, rendered())).toEqual([]);
  });

  it("is not made again: its data stay when its pods start anew", async () => {
    const leader = await healthy(source, name, 2);
    await sql(source, leader, "insert into kept values (10)");
    await kubectl(["-n", source, "delete", "pod", `${name}-0`, `${name}-1`]);

    expect(await rows(source, await healthy(source, name, 2, 180))).toBe("1,2,10");
  });
});

describe("a clone from a store", () => {
  const name = "late";
  const rendered = (at?: string) =>
    manifests(
      spec(elsewhere, name, 1, {
        spec: {
          clone: {
            cluster: "main",
            ...(at === undefined ? {} : { timestamp: at }),
            pgbackrest: inBucket,
          },
        },
      }),
    );

  it("is refused a moment before the first backup, and says so in the pod's status", async () => {
    await apply(rendered(timestamp(first)));

    const message = await until("the member says why", 120, async () => {
      return (await lastWords(elsewhere, `${name}-0`)) || undefined;
    });
    expect(message).toMatch(/is before the end of the first backup that could lead there/);
  });

  it("goes on by itself when the spec is corrected, and needs no backups of its own", async () => {
    await apply(rendered());

    const leader = await healthy(elsewhere, name, 1, 300);

    expect(await rows(elsewhere, leader)).toBe("1,2,3");
    await sql(elsewhere, leader, "insert into kept values (20)");
  });

  it("outlives its source's keys", async () => {
    await kubectl(["-n", elsewhere, "delete", "secret", "keys"]);
    await kubectl(["-n", elsewhere, "delete", "pod", `${name}-0`]);

    expect(await rows(elsewhere, await healthy(elsewhere, name, 1, 120))).toBe("1,2,3,20");
    await giveKeys(elsewhere, "keys", keys);
  });
});

describe.each([
  { name: "follow", by: "nothing but a store", standby: { pgbackrest: inBucket } },
  {
    name: "both",
    by: "a store and its leader",
    standby: { standby_host: `main.${source}.svc`, pgbackrest: inBucket },
  },
])("a standby cluster that knows $by", ({ name, standby }) => {
  const streams = "standby_host" in standby;
  const existing = { secrets: { provider: "existing" } };
  const rendered = manifests(spec(elsewhere, name, 2, { spec: { ...existing, standby } }));
  let before = "";

  it("is made from the backups, and follows", async () => {
    await createCredentials(elsewhere, name, "of-the-source");
    await apply(rendered);
    const leader = await until("a standby leader with a streaming replica", 240, async () => {
      const found = await members(elsewhere, `${name}-0`);
      const replica = found.find(({ role, state }) => role === "replica" && state === "streaming");
      return replica && found.find(({ role }) => role === "standby_leader")?.name;
    });
    const made = await kubectl(["-n", elsewhere, "logs", leader, "-c", "postgres", "--tail=-1"]);
    expect(made).toContain("replica has been created using origin");

    await sql(source, "main-0", `insert into kept select max(id) + 1 from kept`);
    before = await rows(source, "main-0");
    const from = Date.now();
    if (!streams) await archived(source, "main-0");

    for (const pod of [`${name}-0`, `${name}-1`])
      await until(`${pod} has the row`, 60, async () => (await rows(elsewhere, pod)) === before);
    note(`the row is in all members after ${Date.now() - from} ms`);
    const receives = await sql(elsewhere, leader, "select count(*) from pg_stat_wal_receiver");
    expect(receives).toBe(streams ? "1" : "0");
  });

  it("is promoted by a commit with all that it has, and takes writes", async () => {
    await apply(manifests(spec(elsewhere, name, 2, { spec: existing })));

    // Its pods lose what they needed of the repository, one after the other.
    const promoted = await healthy(elsewhere, name, 2, 240);

    await sql(elsewhere, promoted, "insert into kept values (30)");
    expect(await rows(elsewhere, promoted)).toBe(`${before},30`);
    expect(await rows(source, "main-0")).toBe(before);
  });
});
