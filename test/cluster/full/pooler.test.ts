import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { settings } from "../../../generator/pooler/settings.ts";
import {
  apply,
  credentials,
  deletePod,
  dropNamespace,
  healthy,
  manifests,
  passwordOf,
  restrictedNamespace,
  spec,
  sql,
} from "../support/cluster.ts";
import { completed, jobOf } from "../support/jobs.ts";
import { get, kubectl, until } from "../support/kubectl.ts";
import { note } from "../support/note.ts";
import {
  addApplication,
  inClient,
  poolerImage,
  poolerReady,
  psql,
  small,
  startClient,
} from "../support/pooler.ts";

const namespace = "pgrender-pooler";
const name = "pay";
const toPrimary = `host=${name}-pooler`;
const toReplicas = `host=${name}-pooler-repl`;

function rendered(more: Record<string, unknown> = {}): string {
  const connectionPooler = { dockerImage: poolerImage, resources: small, ...more };
  return manifests(
    spec(namespace, name, 2, {
      spec: { enableConnectionPooler: true, enableReplicaConnectionPooler: true, connectionPooler },
    }),
  );
}

/** What pods of the pooler before the primary say of themselves, asked one by one: a line for each setting. */
async function configs(pods: readonly string[]): Promise<string[][]> {
  const password = await passwordOf(namespace, "pooler", name);
  return Promise.all(
    pods.map(async (pod) => {
      const { podIP } = (await get(namespace, "pod", pod)).status;
      const quoted = password.replaceAll(/['\\]/g, String.raw`\$&`);
      const words = `host=${podIP} user=pooler dbname=pgbouncer password='${quoted}'`;
      return (await psql(namespace, words, "show config")).stdout.split("\n");
    }),
  );
}

/** The value of a setting in each of them. */
async function config(key: string, pods: readonly string[]): Promise<string[]> {
  const found = (await configs(pods)).map((lines) => lines.find((line) => line.startsWith(`${key}|`)));
  return found.map((line) => line?.split("|")[1] ?? "");
}

/** Starts something in the client's pod; what is returned waits for its end, and says what it said. */
async function start(script: string, job: string): Promise<() => Promise<string>> {
  await inClient(namespace, `(${script}; touch /tmp/${job}.done) >/tmp/${job}.log 2>&1 &`);
  return () =>
    until(`${job} has ended`, 240, () =>
      inClient(namespace, `test -e /tmp/${job}.done && cat /tmp/${job}.log`),
    );
}

/** The lines that are moments, in milliseconds and in order. */
function moments(log: string): number[] {
  return log
    .split("\n")
    .filter((line) => /^\d{13}$/.test(line))
    .map(Number)
    .toSorted((a, b) => a - b);
}

const failed = /number of failed transactions: (\d+)/;

describe("the poolers of a cluster", () => {
  beforeAll(async () => {
    await restrictedNamespace(namespace);
    await apply(rendered());
    const leader = await healthy(namespace, name, 2);
    await addApplication(namespace, leader);
    await completed(namespace, jobOf(rendered(), `${name}-converge`));
    await startClient(namespace);
    await Promise.all([
      poolerReady(namespace, `${name}-pooler`),
      poolerReady(namespace, `${name}-pooler-repl`),
    ]);
    await until("a replica has the roles", 30, async () => {
      const answer = await psql(namespace, toReplicas, "select 1");
      return answer.stdout === "1\n";
    });
  });
  afterAll(() => dropNamespace(namespace));

  it("lead to the primary and to the replicas", async () => {
    const query = "select pg_is_in_recovery()";

    expect(await psql(namespace, toPrimary, query)).toMatchObject({ stdout: "f\n" });
    expect(await psql(namespace, toReplicas, query)).toMatchObject({ stdout: "t\n" });
  });

  it("can be told anew whatever a spec can say", async () => {
    const [lines = []] = await configs(await poolerReady(namespace, `${name}-pooler`));

    const changeable = new Set(
      lines.filter((line) => line.endsWith("|yes")).map((line) => line.split("|")[0]),
    );
    expect(Object.keys(settings).filter((key) => !changeable.has(key))).toEqual([]);
  });

  it("keep prepared statements of clients that share connections", async () => {
    await inClient(namespace, `PGHOST=${name}-pooler pgbench -i -s 1 -q 2>&1`);

    const said = await inClient(namespace, `PGHOST=${name}-pooler pgbench -n -M prepared -c 20 -t 20 2>&1`);

    expect(said).toMatch(/number of transactions actually processed: 400\/400/);
  });

  it("take over changed settings without a pod or a query that ends for it", async () => {
    const before = await poolerReady(namespace, `${name}-pooler`);
    const work = "\\set ms random(1, 300)\nselect pg_sleep(:ms / 1000.0);\n";
    const bench = `printf '${work.replaceAll("\n", "\\n")}' >/tmp/work; PGHOST=${name}-pooler pgbench -n -f /tmp/work -c 8 -T 120 --progress=10`;
    const [busy, long] = [
      await start(bench, "busy"),
      await start(`psql -XqAt -d '${toPrimary}' -c "select 'whole' from pg_sleep(110)"`, "long"),
    ];
    const from = Date.now();

    await apply(rendered({ maxDBConnections: 16 }));
    await until("every pod has the new size", 110, async () => {
      const sizes = await config("default_pool_size", before);
      return sizes.every((size) => size === "4");
    });

    note(`a changed size was taken over after ${((Date.now() - from) / 1000).toFixed(0)} s`);
    expect(failed.exec(await busy())?.[1]).toBe("0");
    expect(await long()).toBe("whole\n");
    expect(await poolerReady(namespace, `${name}-pooler`)).toEqual(before);
  });

  it("look up passwords with a renewed one, without another pod", async () => {
    const before = await poolerReady(namespace, `${name}-pooler`);
    const leader = await healthy(namespace, name, 2);
    const secret = credentials("pooler", name);
    const from = Date.now();
    const stringData = { password: `re"newed '${"x".repeat(20)}` };
    await kubectl([
      "-n",
      namespace,
      "patch",
      "secret",
      secret,
      "--type=merge",
      "-p",
      JSON.stringify({ stringData }),
    ]);
    await kubectl(["-n", namespace, "create", "job", "renew", `--from=cronjob/${name}-converge`]);
    await completed(namespace, "renew");

    await until("every pod has logged in anew, and lets in a role that it has not seen", 120, async () => {
      const role = `late_${Date.now()}`;
      await sql(namespace, leader, `create role ${role} login password 'late'`);
      await sql(
        namespace,
        leader,
        "select pg_terminate_backend(pid, 5000) from pg_stat_activity where usename = 'pooler'",
      );
      const answers = await Promise.all(
        before.map(async (pod) => {
          const { podIP } = (await get(namespace, "pod", pod)).status;
          return psql(namespace, `host=${podIP} user=${role} password=late`, "select 1");
        }),
      );
      return answers.every(({ stdout }) => stdout === "1\n");
    });
    note(`a renewed password was taken over after ${((Date.now() - from) / 1000).toFixed(0)} s`);

    expect(await poolerReady(namespace, `${name}-pooler`)).toEqual(before);
  });

  it("end their pods without cutting a query or turning a client away", async () => {
    const before = await poolerReady(namespace, `${name}-pooler`);
    const anew = `printf 'select pg_sleep(0.02);\\n' >/tmp/short; PGHOST=${name}-pooler pgbench -n -C -f /tmp/short -c 4 -T 60`;
    const [connecting, long] = [
      await start(anew, "connecting"),
      await start(
        `for i in 1 2 3 4 5 6; do psql -XqAt -d '${toPrimary}' -c "select 'whole' from pg_sleep(40)" & done; wait`,
        "longer",
      ),
    ];
    await until("the long queries run", 20, async () => {
      const leader = await healthy(namespace, name, 2);
      const running = await sql(
        namespace,
        leader,
        "select count(*) from pg_stat_activity where query like '%pg_sleep(40)' and state = 'active'",
      );
      return running === "6";
    });
    const from = Date.now();

    await apply(rendered({ maxDBConnections: 16, env: [{ name: "ROUND", value: "2" }] }));
    const after = await poolerReady(namespace, `${name}-pooler`, 300);

    note(`another pod in the place of each after ${((Date.now() - from) / 1000).toFixed(0)} s`);
    expect(after.filter((pod) => before.includes(pod))).toEqual([]);
    await until("the pods that go let idle clients go", 30, async () =>
      (await config("client_idle_timeout", before)).every((seconds) => seconds === "1"),
    );
    // What else they were told holds to their end.
    expect(await config("pool_mode", before)).toEqual(["transaction", "transaction"]);
    expect(await long()).toBe("whole\n".repeat(6));
    expect(failed.exec(await connecting())?.[1]).toBe("0");
  });

  it.each([
    ["hands over", [], true],
    ["is lost", ["--grace-period=0", "--force"], false],
  ] as const)("follow the primary when it %s", async (what, how, moves) => {
    const leader = await healthy(namespace, name, 2, 180);
    await inClient(namespace, "rm -f /tmp/enough /tmp/writes.* /tmp/idle.*");
    await psql(namespace, toPrimary, "create table if not exists acks (at timestamptz)");
    const ended = await start(
      `for client in 1 2 3 4 5 6; do (until [ -e /tmp/enough ]; do psql -XqAt -d '${toPrimary}' -c 'insert into acks values (now())' && date +%s%3N || echo failed; sleep 0.1; done) & done; wait`,
      "writes",
    );
    const idle = await start(
      `(echo "select 'before';"; until [ -e /tmp/enough ]; do sleep 0.2; done; echo "select 'after';") | psql -XqAt -d '${toPrimary}'`,
      "idle",
    );
    const written = async () => moments(await inClient(namespace, "cat /tmp/writes.log"));
    await until("rows are written", 20, async () => (await written()).length > 20);
    const from = Date.now();
    await deletePod(namespace, leader, ...how);

    await until(
      "rows are written again",
      90,
      async () => (await written()).filter((time) => time > from + 2000).length > 10,
    );
    const to = await healthy(namespace, name, 2, 180);
    await inClient(namespace, "touch /tmp/enough");
    const log = await ended();
    const [times, refused] = [moments(log), log.split("\n").filter((line) => line === "failed")];
    const longest = Math.max(...times.slice(1).map((time, index) => time - (times[index] ?? time)));
    note(
      `${(longest / 1000).toFixed(1)} s without a commit through the pooler when the primary ${what}, ${refused.length} of ${times.length} inserts failed`,
    );

    // Who had nothing under way has noticed nothing.
    expect(await idle()).toBe("before\nafter\n");
    // A member that is back before its lock has ended leads on.
    if (moves) expect(to).not.toBe(leader);
    expect(await psql(namespace, toPrimary, "select pg_is_in_recovery()")).toMatchObject({ stdout: "f\n" });
    await until("what leads to the replicas has left the one that was promoted", 90, async () => {
      const { stdout } = await psql(namespace, toReplicas, "select pg_is_in_recovery()");
      return stdout === "t\n";
    });
  });
});
