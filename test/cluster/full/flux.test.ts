import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { render } from "../../../generator/render.ts";
import { apply, dropNamespace, healthy, restrictedNamespace, spec, sql } from "../support/cluster.ts";
import { get, kubectl, until } from "../support/kubectl.ts";
import { note } from "../support/note.ts";
import { poolerImage, small } from "../support/pooler.ts";

/** A command that makes a folder the artifact of a GitRepository: its arguments are the namespace, the name, the folder. */
const publish = process.env["PGRENDER_TEST_FLUX"] ?? "";
const namespace = "pgrender-flux";
const name = "pay";
const work = mkdtempSync(join(tmpdir(), "pgrender-flux-"));

/** Everything that waits for something else: Secrets, roles, a pooler, a repository host and its first backup. */
const whole = {
  users: { app: [] },
  databases: { app: "app" },
  connectionPooler: { dockerImage: poolerImage, numberOfInstances: 1, resources: small },
  backup: {
    pgbackrest: {
      image: process.env["PGRENDER_TEST_IMAGE"] ?? "localhost/postgres:17",
      global: { "repo1-retention-full": "2" },
      repos: [{ name: "repo1", storage: "pvc", schedule: { full: "0 2 * * 0" }, volume: { size: "1Gi" } }],
    },
  },
};

/** What is in git, as Flux sees it; the folder is that of one commit. */
function commit(text: string, round: string): string {
  const dir = join(work, round);
  mkdirSync(dir);
  const { files, problems } = render([{ path: "pay.yaml", text }]);
  expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
  for (const file of files) writeFileSync(join(dir, basename(file.path)), file.text);
  return dir;
}

/** Publishes a folder, and waits until Flux says that all of it is applied and Ready. Returns the seconds. */
async function reconciled(dir: string): Promise<number> {
  const start = Date.now();
  execFileSync("sh", ["-c", `${publish} "$@"`, "-", namespace, name, dir], { stdio: "inherit" });
  const { revision } = (await get(namespace, "gitrepository", name)).status.artifact;
  const now = `reconcile.fluxcd.io/requestedAt=${String(start)}`;
  await kubectl([
    "-n",
    namespace,
    "annotate",
    "--overwrite",
    "kustomization.kustomize.toolkit.fluxcd.io",
    name,
    now,
  ]);
  await until(`Flux has ${revision}, all of it Ready`, 400, async () => {
    const { status } = await get(namespace, "kustomization.kustomize.toolkit.fluxcd.io", name);
    const ready = status.conditions?.find((one: { type: string }) => one.type === "Ready");
    if (ready?.status !== "True") throw new Error(ready?.message);
    return status.lastAppliedRevision === revision;
  });
  return (Date.now() - start) / 1000;
}

const settings = (workMem: string) => ({
  ...whole,
  postgresql: {
    version: process.env["PGRENDER_TEST_VERSION"] ?? "17",
    parameters: { max_connections: "50", shared_buffers: "32MB", work_mem: workMem },
  },
});

describe.skipIf(publish === "")("one Flux Kustomization that waits for all objects", () => {
  beforeAll(async () => {
    await restrictedNamespace(namespace);
    const kustomization = {
      apiVersion: "kustomize.toolkit.fluxcd.io/v1",
      kind: "Kustomization",
      metadata: { name, namespace },
      spec: {
        interval: "1h",
        path: "./",
        prune: true,
        wait: true,
        timeout: "6m",
        sourceRef: { kind: "GitRepository", name },
      },
    };
    await apply(JSON.stringify(kustomization));
  });
  afterAll(async () => {
    await dropNamespace(namespace);
    rmSync(work, { recursive: true });
  });

  it("becomes Ready with a new cluster: nothing waits for what comes after it", async () => {
    const seconds = await reconciled(commit(spec(namespace, name, 2, { spec: settings("4MB") }), "new"));

    note(`a new cluster with users, a pooler and backups is Ready after ${seconds.toFixed(0)} s`);
    expect(await healthy(namespace, name, 2)).toMatch(/^pay-/);
  });

  it("takes a value there and back again: the Job of the first state was pruned, and runs anew", async () => {
    const shown = async () => sql(namespace, await healthy(namespace, name, 2), "show work_mem");

    await reconciled(commit(spec(namespace, name, 2, { spec: settings("5MB") }), "there"));
    await until("the new value holds", 180, async () => (await shown()) === "5MB");
    await reconciled(commit(spec(namespace, name, 2, { spec: settings("4MB") }), "back"));

    expect(await until("the old value holds again", 180, async () => (await shown()) === "4MB")).toBe(true);
  });

  it("keeps the claim of a member that went, and the data of all", async () => {
    await reconciled(commit(spec(namespace, name, 1, { spec: settings("4MB") }), "smaller"));

    await healthy(namespace, name, 1);
    const claims = await get(namespace, "pvc", "-l", "member.cpo.opensource.cybertec.at/type=postgresql");
    expect(claims.items.map((claim: { metadata: { name: string } }) => claim.metadata.name)).toEqual([
      "pgdata-pay-0",
      "pgdata-pay-1",
    ]);
  });
});
