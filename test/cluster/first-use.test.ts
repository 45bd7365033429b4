import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { built } from "../support/built.ts";
import { dropNamespace, healthy, image, restrictedNamespace, sql } from "./support/cluster.ts";
import { kubectl, until } from "./support/kubectl.ts";

const namespace = "pgrender-first-use";
const version = process.env["PGRENDER_TEST_VERSION"] ?? "17";
const locale = process.env["PGRENDER_TEST_LOCALE"] ?? "C.UTF-8";

describe("a first user, with the command alone, in an empty folder", () => {
  const dir = mkdtempSync(join(tmpdir(), "pgrender-first-use-"));
  let dist = "";
  beforeAll(() => {
    dist = built();
  });
  beforeAll(() => restrictedNamespace(namespace));
  afterAll(() => dropNamespace(namespace));
  afterAll(() => {
    rmSync(dir, { recursive: true });
    rmSync(dist, { recursive: true });
  });

  const pgrender = (...args: string[]) => {
    const { status, stderr } = spawnSync(process.execPath, [join(dist, "dist/cli.js"), ...args], {
      cwd: dir,
      encoding: "utf8",
    });
    return { status, stderr };
  };
  const edit = (path: string, change: (text: string) => string) =>
    writeFileSync(join(dir, path), change(readFileSync(join(dir, path), "utf8")));

  it("has a healthy cluster after init, new, render and kubectl apply", async () => {
    expect(pgrender("init")).toMatchObject({ status: 0 });
    const options = ["--in", "clusters/prod", "--namespace", namespace, "--version", version];
    expect(pgrender("new", "orders", ...options, "--instances", "2", "--size", "1Gi")).toMatchObject({
      status: 0,
    });
    // What a user of a small node with an image of its own has to say.
    edit("clusters/base/fleet.yaml", (text) =>
      text
        .replace("configuration:\n", `configuration:\n  docker_image: ${image}\n`)
        .replace("250m", "20m")
        .replace("512Mi", "128Mi"),
    );
    if (locale !== "")
      edit(
        "clusters/prod/orders.yaml",
        (text) => `${text}  patroni:\n    initdb:\n      locale: ${locale}\n`,
      );
    expect(pgrender("render")).toMatchObject({ status: 0, stderr: expect.stringContaining("2 clusters, ") });
    expect(pgrender("render", "--check")).toMatchObject({ status: 0 });

    await kubectl(["apply", "--server-side", "-k", join(dir, "rendered/prod/orders")]);

    const leader = await healthy(namespace, "orders", 2, 300);
    // The component that init wrote reached the cluster that new wrote: Patroni chooses a synchronous member of it.
    await until("a synchronous member", 60, async () => {
      const standbys = await sql(namespace, leader, "show synchronous_standby_names");
      return standbys === "" ? undefined : standbys;
    });
  });
});
