import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  apply,
  dropNamespace,
  healthy,
  inPod,
  manifests,
  passwordOf,
  restrictedNamespace,
  spec,
  through,
} from "../support/cluster.ts";
import { completed, ended, jobOf } from "../support/jobs.ts";
import { kubectl, until } from "../support/kubectl.ts";
import { note } from "../support/note.ts";

const namespace = "pgrender-rotation";
const name = "shop";
const rendered = (more: Record<string, unknown>) => manifests(spec(namespace, name, 1, { spec: more }));
let leader = "";

/** Applies a spec, and waits for its Job. */
async function converged(more: Record<string, unknown>): Promise<void> {
  const text = rendered(more);
  await apply(text);
  await completed(namespace, jobOf(text, `${name}-converge`));
}

async function as(role: string, database: string, query: string): Promise<string> {
  const password = await passwordOf(namespace, role, name);
  return through(namespace, leader, name, password, query, { role, database });
}

/** Rows of a query of the superuser's. */
function run(query: string, database = "postgres"): Promise<string> {
  const psql = ["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-h", "/run/postgresql", "-U", "postgres"];
  return inPod(namespace, leader, [...psql, "-d", database, "-c", query]);
}

beforeAll(() => restrictedNamespace(namespace));
afterAll(() => dropNamespace(namespace));

describe("a password", () => {
  const login = { memberOf: { app: {} }, settings: { role: "app" } };
  const during = (logins: Record<string, unknown>, names: readonly string[]) => ({
    users: { app: ["nologin"], ...Object.fromEntries(names.map((each) => [each, []] as const)) },
    databases: { orders: "app" },
    roleOptions: logins,
  });
  const shell = (script: string, ...args: readonly string[]) =>
    inPod(namespace, leader, ["sh", "-c", script, "-", ...args]);
  /** As a mounted Secret: replaced as a whole, and read anew for each login. */
  const take = async (role: string) =>
    shell(
      'printf "%s\\n%s\\n" "$1" "$2" > /tmp/login.new && mv /tmp/login.new /tmp/login',
      role,
      await passwordOf(namespace, role, name),
    );
  const client = `ok=0; failed=0; rm -f /tmp/stop
    while [ ! -e /tmp/stop ]; do
      { read -r user; read -r PGPASSWORD; } < /tmp/login; export PGPASSWORD
      if psql -XqAt -d "host=${name} user=$user dbname=orders sslmode=require" -c "insert into log values (session_user)"
      then ok=$((ok + 1)); else failed=$((failed + 1)); fi
    done 2>&1
    echo "$ok $failed"`;

  it("is another one without a failed login, by two roles that are as one", async () => {
    await converged(during({ app_1: login }, ["app_1"]));
    leader = await healthy(namespace, name, 1);
    expect(await as("app_1", "orders", "create table log (who text)")).toBe("");
    await take("app_1");
    const counted = shell(client);

    await converged(during({ app_1: login, app_2: login }, ["app_1", "app_2"]));
    await take("app_2");
    await until("the new role is in use", 60, async () => {
      return (await run("select count(*) > 5 from log where who = 'app_2'", "orders")).trim() === "t";
    });
    const open = shell(
      `PGPASSWORD="$1" psql -XqAt -d "host=${name} user=app_1 dbname=orders sslmode=require" -c "select pg_sleep(600)" 2>&1 || true`,
      await passwordOf(namespace, "app_1", name),
    );
    const isOpen =
      "select count(*) from pg_stat_activity where usename = 'app_1' and query like '%pg_sleep%'";
    await until("somebody is logged in as the old role", 60, async () => (await run(isOpen)) === "1\n");
    const absent = during({ app_1: { absent: true }, app_2: login }, ["app_2"]);
    await apply(rendered(absent));
    await kubectl(["-n", namespace, "create", "job", "in-use", `--from=cronjob/${name}-converge`]);

    expect((await ended(namespace, "in-use")).type).toBe("Failed");
    expect(await kubectl(["-n", namespace, "logs", "job/in-use"])).toContain(
      'somebody is logged in as the role "app_1": it is not dropped',
    );

    await run("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'app_1'");
    await open;
    await kubectl(["-n", namespace, "create", "job", "unused", `--from=cronjob/${name}-converge`]);
    await completed(namespace, "unused");
    expect(await run("select count(*) from pg_roles where rolname in ('app_1', 'app_2')")).toBe("1\n");
    await shell("touch /tmp/stop");
    const [ok = 0, failed = 0] = (await counted).trim().split("\n").at(-1)?.split(" ").map(Number) ?? [];
    expect(failed).toBe(0);
    expect(ok).toBeGreaterThan(20);
    expect(await run("select tableowner from pg_tables where tablename = 'log'", "orders")).toBe("app\n");
    note(`${ok} logins while one role took the place of another, ${failed} failed`);
  });
});
