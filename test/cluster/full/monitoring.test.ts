import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  apply,
  createCredentials,
  credentials,
  dropNamespace,
  healthy,
  image,
  inPod,
  manifests,
  restrictedNamespace,
  spec,
  sql,
} from "../support/cluster.ts";
import { completed, jobOf } from "../support/jobs.ts";
import { attempt, get, kubectl, until } from "../support/kubectl.ts";
import { dryRunChanges, undeclaredFields } from "../support/live.ts";
import { note } from "../support/note.ts";
import { groups, dashboards } from "../../monitor/series.ts";
import { at, items, textAt } from "../../support/object.ts";

/** Set where there are Prometheus Operator's kinds. */
const isThere = process.env["PGRENDER_TEST_PROMETHEUS_OPERATOR"] !== undefined;

const namespace = "pgrender-monitoring";
const name = "metered";
const pods = [`${name}-0`, `${name}-1`];
const secret = credentials("cpo-exporter", name);
const everything = manifests(
  spec(namespace, name, 2, {
    spec: {
      secrets: { provider: "existing" },
      monitor: {
        image,
        customQueries: "more",
        scrapers: [{ namespaceSelector: {} }],
        podMonitor: {},
        alerts: {},
        dashboard: {},
      },
    },
  }),
);
const ofOperator = /^kind: (PodMonitor|PrometheusRule)$/m;
const rendered = everything
  .split(/^---\n/m)
  .filter((document) => isThere || !ofOperator.test(document))
  .join("---\n");

function customQueries(query: string): Promise<string> {
  const data = { "own.yaml": query };
  return apply(
    JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "more", namespace }, data }),
  );
}

/** What a member gives at a port, by the names of its metrics: each with the values of its series. */
async function scraped(pod: string, port: 8008 | 9187): Promise<ReadonlyMap<string, readonly number[]>> {
  const script = `import urllib.request; print(urllib.request.urlopen('http://127.0.0.1:${port}/metrics', timeout=20).read().decode())`;
  const lines = (await inPod(namespace, pod, ["python3", "-c", script])).split("\n");
  const found = new Map<string, number[]>();
  for (const line of lines) {
    const [, metric = "", value = ""] = /^([a-zA-Z_:][\w:]*)(?:\{.*\})? (\S+)$/.exec(line) ?? [];
    if (metric !== "") found.set(metric, [...(found.get(metric) ?? []), Number(value)]);
  }
  return found;
}

const measured = (pod: string, seconds = 120) =>
  until(`${pod} is measured`, seconds, async () => (await scraped(pod, 9187)).get("pg_up")?.[0] === 1);

/** A run of the converge Job by its schedule's template. */
async function convergeOnce(job: string): Promise<void> {
  await kubectl(["-n", namespace, "create", "job", job, `--from=cronjob/${name}-converge`]);
  await completed(namespace, job);
}

describe("a monitored cluster", () => {
  let leader = "";
  beforeAll(async () => {
    await restrictedNamespace(namespace);
    await createCredentials(namespace, name);
    await apply(rendered);
    // The exporter's Secret is not there, and its role has no password.
    leader = await healthy(namespace, name, 2);
  });
  afterAll(() => dropNamespace(namespace));

  it("is Ready before anybody can measure it, and measured as soon as there is a password", async () => {
    await expect(scraped(leader, 9187)).rejects.toThrow("Connection refused");

    await createCredentials(namespace, name, "first", ["cpo-exporter"]);
    await completed(namespace, jobOf(rendered, `${name}-converge`));

    for (const pod of pods) await measured(pod);
  });

  it("gives every metric of its own that alerts and panels name", async () => {
    const exprs = [
      ...items(groups).flatMap((group) => items(at(group, "rules")).map((rule) => textAt(rule, "expr"))),
      ...Object.values(at(dashboards, "data") as Record<string, string>).flatMap((model) =>
        [...model.matchAll(/"expr": (".*")/g)].map(([, expr = '""']): string => JSON.parse(expr)),
      ),
    ];
    const wanted = new Set(
      exprs.flatMap((expr) =>
        [...expr.matchAll(/((?:pg|pgrender|patroni)_\w+)\{/g)].map(([, found]) => found),
      ),
    );
    expect(wanted.size).toBeGreaterThan(20);

    const found = await Promise.all(pods.flatMap((pod) => [scraped(pod, 9187), scraped(pod, 8008)]));
    const given = new Set(found.flatMap((metrics) => [...metrics.keys()]));
    expect([...wanted].filter((metric) => metric === undefined || !given.has(metric))).toEqual([]);
    note(
      `a monitored member: ${found[0]?.size ?? 0} metrics of the exporter, ${found[1]?.size ?? 0} of Patroni; alerts and panels use ${wanted.size}`,
    );
  });

  it("tells when the certificate ends that PostgreSQL shows", async () => {
    const script = "openssl x509 -noout -enddate -in /run/postgresql/server.crt | cut -d= -f2";
    for (const pod of pods) {
      const ends = Date.parse(await inPod(namespace, pod, ["sh", "-c", script])) / 1000;
      expect((await scraped(pod, 9187)).get("pgrender_certificate_expiry_timestamp_seconds")).toEqual([ends]);
    }
  });

  it("lets its exporter look, and do nothing else", async () => {
    const asked = (query: string) =>
      sql(namespace, leader, `set role cpo_exporter; ${query}`).catch((error: unknown) => String(error));

    expect(
      await asked("select count(*) > 0 from pg_stat_activity where query <> '<insufficient privilege>'"),
    ).toBe("t");
    expect(await asked("copy (select 1) to program 'true'")).toContain("permission denied");
    expect(await asked("select rolpassword from pg_authid")).toContain("permission denied");
    expect(await asked("select pg_read_file('PG_VERSION')")).toContain("permission denied");
    expect(await asked("create table pgrender.more ()")).toContain("permission denied");
    const { spec: pod } = await get(namespace, "pod", leader);
    const exporter = pod.containers.find(
      (container: { name: string }) => container.name === "postgres-exporter",
    );
    expect(JSON.stringify(exporter)).not.toMatch(/pgdata|postgres\.metered\.credentials/);
  });

  it("takes back what CPO lets the role do", async () => {
    await sql(
      namespace,
      leader,
      "grant pg_execute_server_program to cpo_exporter; grant select on pg_authid to cpo_exporter",
    );

    await convergeOnce("take-back");

    const left =
      "select pg_has_role('cpo_exporter', 'pg_execute_server_program', 'member'), has_table_privilege('cpo_exporter', 'pg_authid', 'select')";
    expect(await sql(namespace, leader, left)).toBe("f|f");
  });

  it("asks queries of the user's, and others when they change", async () => {
    const query = (value: number) =>
      `shop_orders: { query: SELECT ${value} AS open, metrics: [{ open: { usage: GAUGE, description: x } }] }`;
    const open = (value: number) =>
      until(`a query that gives ${value} is asked`, 240, async () => {
        const found = (await scraped(leader, 9187)).get("shop_orders_open") ?? [];
        return found.length === 1 && found[0] === value;
      });

    await customQueries(query(7));
    expect(await open(7)).toBe(true);
    await customQueries(query(8));
    expect(await open(8)).toBe(true);
  });

  it("is measured with another password, without a restart of a container", async () => {
    const before = (await get(namespace, "secret", secret)).metadata.resourceVersion;
    await createCredentials(namespace, name, "second", ["cpo-exporter"]);
    expect((await get(namespace, "secret", secret)).metadata.resourceVersion).not.toBe(before);
    await until("an exporter has found the password that the database does not know", 240, async () => {
      const { stdout } = await attempt(["-n", namespace, "logs", leader, "-c", "postgres-exporter"]);
      return stdout.includes("does not know the password");
    });
    // The old one is in use meanwhile.
    await measured(leader, 30);

    await convergeOnce("rotate");

    for (const pod of pods) {
      await until(`${pod} uses the new password`, 300, async () => {
        const { stdout } = await attempt(["-n", namespace, "logs", pod, "-c", "postgres-exporter"]);
        return stdout.includes("another password is in use");
      });
      await measured(pod, 30);
      const { status } = await get(namespace, "pod", pod);
      expect(
        status.containerStatuses.map((container: { restartCount: number }) => container.restartCount),
      ).toEqual([0, 0]);
    }
  });

  it("consists of objects that declare all that Kubernetes would fill in, so a dry-run changes no field", async () => {
    expect(await undeclaredFields(namespace, rendered)).toEqual([]);
    expect(await dryRunChanges(namespace, rendered)).toEqual([]);
  });
});
