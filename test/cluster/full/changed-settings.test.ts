import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  apply,
  dropNamespace,
  healthy,
  inPod,
  manifests,
  restrictedNamespace,
  spec,
  sql,
} from "../support/cluster.ts";
import { completed, jobOf } from "../support/jobs.ts";
import { kubectl, until } from "../support/kubectl.ts";
import { note } from "../support/note.ts";

const namespace = "pgrender-changed";
const name = "shop";
const settings = (parameters: Record<string, string>) => ({
  postgresql: {
    version: process.env["PGRENDER_TEST_VERSION"] ?? "17",
    parameters: { shared_buffers: "32MB", ...parameters },
  },
});
const cluster = (more: Record<string, unknown>) => manifests(spec(namespace, name, 3, { spec: more }));
const rendered = cluster(settings({ max_connections: "60" }));
let leader = "";

async function said(job: string): Promise<string> {
  await completed(namespace, job);
  return kubectl(["-n", namespace, "logs", `job/${job}`]);
}

const shown = async (pod: string, setting: string) => sql(namespace, pod, `show ${setting}`);
const pods = [0, 1, 2].map((ordinal) => `${name}-${ordinal}`);
const starts = async () =>
  Promise.all(pods.map((pod) => sql(namespace, pod, "select pg_postmaster_start_time()")));

beforeAll(async () => {
  await restrictedNamespace(namespace);
  await apply(rendered);
  leader = await healthy(namespace, name, 3);
});
afterAll(() => dropNamespace(namespace));

describe("a setting", () => {
  it("that a reload brings holds in all members, with no restart and no connection cut", async () => {
    const before = await starts();
    const kept = inPod(
      namespace,
      leader,
      ["psql", "-XqAt", "-h", "/run/postgresql", "-U", "postgres"],
      "select pg_backend_pid() = pg_backend_pid();\nselect pg_sleep(1) from generate_series(1, 5);\nselect 'kept';\n",
    );
    const changed = cluster(settings({ max_connections: "60", work_mem: "7MB" }));
    const start = Date.now();

    await apply(changed);

    const log = await said(jobOf(changed, `${name}-converge`));
    note(`a setting in three members after ${((Date.now() - start) / 1000).toFixed(0)} s`);
    expect(await Promise.all(pods.map((pod) => shown(pod, "work_mem")))).toEqual(["7MB", "7MB", "7MB"]);
    expect(await starts()).toEqual(before);
    expect(await kept).toContain("kept");
    expect(log).not.toContain("restarts");
  });

  it("that a start brings restarts the replicas one after the other, and then the primary", async () => {
    const changed = cluster(settings({ max_connections: "70", work_mem: "7MB", shared_buffers: "40MB" }));
    const start = Date.now();

    await apply(changed);

    const log = await said(jobOf(changed, `${name}-converge`));
    note(`restarted after ${((Date.now() - start) / 1000).toFixed(0)} s`);
    const order = [...log.matchAll(/restarts (\S+)/g)].map(([, pod]) => pod);
    expect(order.at(-1)).toBe(leader);
    expect(new Set(order.slice(0, -1))).toEqual(new Set(pods.filter((pod) => pod !== leader)));
    expect(order).toHaveLength(3);
    for (const pod of pods) {
      expect(await shown(pod, "max_connections")).toBe("70");
      expect(await shown(pod, "shared_buffers")).toBe("40MB");
    }
    expect(await healthy(namespace, name, 3)).toBe(leader);
  });

  it("that is less than the replicas' starts with the primary; one that left the spec is gone", async () => {
    const changed = cluster(settings({ max_connections: "45" }));

    await apply(changed);

    const log = await said(jobOf(changed, `${name}-converge`));
    note(
      log
        .split("\n")
        .filter((line) => line.includes("restarts"))
        .join("; "),
    );
    for (const pod of pods) {
      expect(await shown(pod, "max_connections")).toBe("45");
      expect(await shown(pod, "work_mem")).toBe("4MB");
      expect(await shown(pod, "shared_buffers")).toBe("32MB");
      expect(await sql(namespace, pod, "select count(*) from pg_settings where pending_restart")).toBe("0");
    }
    await until(
      "nothing is pending",
      30,
      async () => !(await inPod(namespace, leader, ["patronictl", "list", name])).includes("->"),
    );
  });

  it("that goes back to what it was comes with the schedule, while the Job of then is there still", async () => {
    const [one, other] = ["5MB", "6MB"].map((work_mem) =>
      cluster(settings({ max_connections: "45", work_mem })),
    );
    for (const state of [one, other]) {
      await apply(state ?? "");
      await said(jobOf(state ?? "", `${name}-converge`));
    }

    await apply(one ?? "");
    await kubectl(["-n", namespace, "create", "job", "back", `--from=cronjob/${name}-converge`]);
    await completed(namespace, "back");

    expect(await Promise.all(pods.map((pod) => shown(pod, "work_mem")))).toEqual(["5MB", "5MB", "5MB"]);
  });

  it("waits for a window of the spec's, and says so", async () => {
    const changed = cluster({
      ...settings({ max_connections: "50" }),
      // Five minutes, half a day from now.
      maintenanceWindows: [windowAt(new Date(Date.now() + 12 * 3_600_000))],
    });
    const before = await starts();

    await apply(changed);

    const log = await said(jobOf(changed, `${name}-converge`));
    expect(log).toContain("waits for a window of spec.maintenanceWindows");
    expect(await starts()).toEqual(before);
  });
});

function windowAt(time: Date): string {
  const hour = String(time.getUTCHours()).padStart(2, "0");
  return `${hour}:00-${hour}:05`;
}
