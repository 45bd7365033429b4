import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  apply,
  createCredentials,
  credentials,
  dropNamespace,
  healthy,
  inPod,
  manifests,
  members,
  restrictedNamespace,
  spec,
  sql,
} from "./support/cluster.ts";
import { get, kubectl, until } from "./support/kubectl.ts";
import { dryRunChanges, undeclaredFields } from "./support/live.ts";
import { note } from "./support/note.ts";

const source = "pgrender-source";
const target = "pgrender-followers";
const existing = { secrets: { provider: "existing" } };
const main = manifests(
  spec(source, "main", 1, { spec: existing, patroni: { slots: { follower: { type: "physical" } } } }),
);

/** What a password gets from a cluster's read/write Service: rows, or what was said instead. */
async function through(namespace: string, pod: string, service: string, password: string, query: string) {
  const words = `host=${service} user=postgres dbname=postgres sslmode=require connect_timeout=5`;
  const script = `PGPASSWORD="$1" psql -XqAt -d "$2" -c "$3" 2>&1 || true`;
  return (await inPod(namespace, pod, ["sh", "-c", script, "-", password, words, query])).trim();
}

async function passwordOf(namespace: string, cluster: string): Promise<string> {
  const { data } = await get(namespace, "secret", credentials("postgres", cluster));
  return Buffer.from(data.password, "base64").toString();
}

const rows = (namespace: string, pod: string) =>
  sql(namespace, pod, "select string_agg(id, ',' order by id) from t");

beforeAll(async () => {
  await restrictedNamespace(source);
  await restrictedNamespace(target);
  await createCredentials(source, "main", "of-the-source");
  await apply(main);
  const leader = await healthy(source, "main", 1);
  await sql(source, leader, "create table t (id text primary key); insert into t values ('before')");
});
afterAll(async () => {
  await dropNamespace(source);
  await dropNamespace(target);
});

describe("a standby cluster", () => {
  const name = "follow";
  const rendered = manifests(
    spec(target, name, 2, {
      spec: {
        ...existing,
        standby: { standby_host: `main.${source}.svc`, standby_primary_slot_name: "follower" },
      },
    }),
  );
  const leads = (role: string) =>
    until(`a ${role} of ${name} with a streaming replica`, 120, async () => {
      const found = await members(target, `${name}-0`);
      const streams = found.filter(({ state }) => state === "streaming").length;
      return streams >= (role === "leader" ? 1 : 2)
        ? found.find((member) => member.role === role)?.name
        : undefined;
    });

  it("follows the Service of its source, with a replica of its own", async () => {
    await createCredentials(target, name, "of-the-source");
    const start = Date.now();
    await apply(rendered);

    const leader = await leads("standby_leader");
    note(`streams after ${((Date.now() - start) / 1000).toFixed(0)} s`);
    await sql(source, "main-0", "insert into t values ('later')");

    for (const pod of [`${name}-0`, `${name}-1`])
      await until(`${pod} has both rows`, 20, async () => (await rows(target, pod)) === "before,later");
    expect(await sql(target, leader, "select slot_name from pg_stat_wal_receiver")).toBe("follower");
    expect(
      await sql(source, "main-0", "select active from pg_replication_slots where slot_name = 'follower'"),
    ).toBe("t");
  });

  it("is read through its own read/write Service, and takes no writes", async () => {
    const ask = (query: string) => through(target, `${name}-0`, name, "of-the-source", query);

    await until("the Service answers", 30, async () => (await ask("select count(*) from t")) === "2");
    expect(await ask("insert into t values ('never')")).toContain("read-only transaction");
  });

  it("runs from objects that declare all that Kubernetes would fill in, so a dry-run changes no field", async () => {
    expect(await undeclaredFields(target, rendered)).toEqual([]);
    expect(await dryRunChanges(target, rendered)).toEqual([]);
  });

  it("hands over among its own members, and follows on", async () => {
    const leader = await leads("standby_leader");

    await kubectl(["-n", target, "delete", "pod", leader]);

    const next = await until("another standby leader", 60, async () => {
      const found = (await members(target, `${name}-${leader.endsWith("0") ? 1 : 0}`)).find(
        ({ role }) => role === "standby_leader",
      );
      return found !== undefined && found.name !== leader ? found.name : undefined;
    });
    await sql(source, "main-0", "insert into t values ('switched')");
    await until("the row arrives", 60, async () => (await rows(target, next)) === "before,later,switched");
    expect(await leads("standby_leader")).toBe(next);
  });

  it("follows on at once when all its members have been stopped: nobody there was a primary to wait for", async () => {
    await leads("standby_leader");
    await kubectl(["-n", target, "delete", "pod", `${name}-0`, `${name}-1`]);
    const from = Date.now();

    await leads("standby_leader");

    note(`streams again after ${((Date.now() - from) / 1000).toFixed(0)} s`);
    expect(Date.now() - from).toBeLessThan(60_000);
  });

  it("is promoted by Patroni's own command, and then takes writes", async () => {
    const leader = await leads("standby_leader");

    await inPod(target, leader, ["patronictl", "edit-config", name, "--force", "-s", "standby_cluster=null"]);

    const promoted = await leads("leader");
    await until("it takes writes", 30, async () => {
      await sql(target, promoted, "insert into t values ('promoted')");
      return true;
    });
    expect(await rows(source, "main-0")).toBe("before,later,switched");
  });
});

describe("a clone", () => {
  const name = "copy";
  const rendered = manifests(
    spec(target, name, 2, { spec: { clone: { cluster: "main", namespace: source } } }),
  );

  beforeAll(async () => {
    await kubectl(["-n", target, "delete", "statefulset", "follow", "--ignore-not-found"]);
    await sql(source, "main-0", "delete from t where id <> 'before'");
  });

  it("waits for the source's Secret and then has its rows, under passwords of its own", async () => {
    const start = Date.now();
    await apply(rendered);
    await until("it says what it waits for", 90, async () => {
      const logs = ["-n", target, "logs", "--tail=200", "-c", "postgres"];
      const texts = await Promise.all([0, 1].map((ordinal) => kubectl([...logs, `${name}-${ordinal}`])));
      return texts.some((text) => text.includes(credentials("standby", "main")));
    });
    const { data } = await get(source, "secret", credentials("standby", "main"));
    const metadata = { name: credentials("standby", "main"), namespace: target };
    await apply(JSON.stringify({ apiVersion: "v1", kind: "Secret", metadata, data }));

    const leader = await healthy(target, name, 2, 180);
    note(`two members after ${((Date.now() - start) / 1000).toFixed(0)} s`);

    expect(await rows(target, leader)).toBe("before");
    expect(await sql(target, leader, "select timeline_id from pg_control_checkpoint()")).not.toBe(
      await sql(source, "main-0", "select timeline_id from pg_control_checkpoint()"),
    );
    const own = await passwordOf(target, name);
    const ask = (password: string) => through(target, leader, name, password, "select id from t");
    expect(await ask(own)).toBe("before");
    expect(await ask("of-the-source")).toContain("password authentication failed");
  });

  it("is independent: what is written to one is not in the other", async () => {
    const leader = await healthy(target, name, 2);
    await sql(target, leader, "insert into t values ('of-the-clone')");
    await sql(source, "main-0", "insert into t values ('of-the-source')");

    expect(await rows(target, leader)).toBe("before,of-the-clone");
    expect(await rows(source, "main-0")).toBe("before,of-the-source");
    expect(await sql(source, "main-0", "select count(*) from pg_stat_replication")).toBe("0");
  });

  it("is not copied again, neither when its pods start anew nor when it is applied again", async () => {
    expect(await dryRunChanges(target, rendered)).toEqual([]);
    // It outlives its source: what the copy needed is not needed any more.
    await kubectl(["-n", target, "delete", "secret", credentials("standby", "main")]);
    await apply(rendered);
    await kubectl(["-n", target, "delete", "pod", `${name}-0`, `${name}-1`]);

    const leader = await healthy(target, name, 2, 180);

    expect(await rows(target, leader)).toBe("before,of-the-clone");
  });
});
