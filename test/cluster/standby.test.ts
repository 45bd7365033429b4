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
  passwordOf,
  restrictedNamespace,
  spec,
  sql,
  through,
} from "./support/cluster.ts";
import { completed, jobOf } from "./support/jobs.ts";
import { attempt, get, kubectl, until } from "./support/kubectl.ts";
import { dryRunChanges, undeclaredFields } from "./support/live.ts";
import { note } from "./support/note.ts";

const source = "pgrender-source";
const target = "pgrender-followers";
const existing = { secrets: { provider: "existing" } };
const main = manifests(
  spec(source, "main", 1, { spec: existing, patroni: { slots: { follower: { type: "physical" } } } }),
);

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
  const promoted = manifests(spec(target, name, 2, { spec: existing }));
  const uids = () =>
    Promise.all([0, 1].map(async (nth) => (await get(target, "pod", `${name}-${nth}`)).metadata.uid));
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

  it("is promoted when its spec no longer says that it follows, and then takes writes", async () => {
    const before = await uids();
    const start = Date.now();

    await apply(promoted);

    await completed(target, jobOf(promoted, "follow-converge"));
    note(`promoted after ${((Date.now() - start) / 1000).toFixed(1)} s`);
    const leader = await leads("leader");
    await sql(target, leader, "insert into t values ('promoted')");
    expect(await rows(source, "main-0")).toBe("before,later,switched");
    expect(await uids()).toEqual(before);
  });

  it("is not made to follow again: the Job says so, and the cluster takes writes as before", async () => {
    await apply(rendered);
    const job = jobOf(rendered, "follow-converge");
    // It ran when the cluster was made, and runs again as one of another content would.
    await kubectl(["-n", target, "delete", "job", job, "--ignore-not-found"]);
    await apply(rendered);

    const said = await until("the Job says why it fails", 60, async () => {
      const { stdout } = await attempt(["-n", target, "logs", `job/${job}`, "--all-pods"]);
      return stdout.includes("this cluster was promoted") ? stdout : undefined;
    });
    expect(said).toContain("take it out");
    await sql(target, await leads("leader"), "insert into t values ('still')");
    await apply(promoted);
  });

  it("is told its settings by a commit, and restarted for those that need it", async () => {
    const patroni = { ttl: 40, maximum_lag_on_failover: 2_097_152 };
    const postgresql = {
      version: process.env["PGRENDER_TEST_VERSION"] ?? "17",
      parameters: { max_connections: "60", shared_buffers: "32MB" },
    };
    const changed = manifests(spec(target, name, 2, { spec: { ...existing, postgresql }, patroni }));
    const leader = await leads("leader");
    await inPod(target, leader, ["patronictl", "edit-config", name, "--force", "-s", "check_timeline=true"]);

    await apply(changed);

    await completed(target, jobOf(changed, "follow-converge"));
    const said = await kubectl(["-n", target, "logs", `job/${jobOf(changed, "follow-converge")}`]);
    expect(said).toContain("ttl: 30 -> 40");
    expect(said).toContain('postgresql.parameters.max_connections: "50" -> "60"');
    expect(said).toContain("check_timeline is not of the spec, and stays");
    const shown = await inPod(target, leader, ["patronictl", "show-config", name]);
    expect(shown).toMatch(/^ttl: 40$/m);
    expect(shown).toMatch(/^check_timeline: true$/m);
    for (const pod of [0, 1].map((ordinal) => `${name}-${ordinal}`))
      expect(await sql(target, pod, "show max_connections")).toBe("60");
    expect(await leads("leader")).toBe(leader);
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
    const own = await passwordOf(target, "postgres", name);
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
