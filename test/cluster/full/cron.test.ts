import { afterAll, beforeAll, expect, it } from "vitest";
import { cronSamples } from "../../support/cron-samples.ts";
import { dropNamespace, restrictedNamespace } from "../support/cluster.ts";
import { attempt } from "../support/kubectl.ts";

const namespace = "pgrender-cron";

beforeAll(() => restrictedNamespace(namespace));
afterAll(() => dropNamespace(namespace));

/* `vitest -u` writes test/kube/cron.tsv anew, to which a unit test holds our own verdict. */
it("the API server takes and refuses the schedules that are written down", async () => {
  const pod = { restartPolicy: "Never", containers: [{ name: "a", image: "a" }] };
  const jobs = cronSamples.map((schedule, index) => ({
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: { name: `sample-${index}`, namespace },
    spec: { schedule, jobTemplate: { spec: { template: { spec: pod } } } },
  }));
  const list = { apiVersion: "v1", kind: "List", items: jobs };
  const { stdout } = await attempt(
    ["create", "--dry-run=server", "-o", "name", "-f", "-"],
    JSON.stringify(list),
  );
  const taken = new Set(stdout.trim().split("\n"));
  const lines = cronSamples.map(
    (schedule, index) => `${taken.has(`cronjob.batch/sample-${index}`) ? "+" : "-"}\t${schedule}\n`,
  );

  expect(taken.size).toBeGreaterThan(20);
  await expect(lines.join("")).toMatchFileSnapshot("../../kube/cron.tsv");
});
