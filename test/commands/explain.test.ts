import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { run } from "../../generator/commands/program.ts";
import { temporaryFolder, writeTree } from "../adapters/tree.ts";
import { fakeWorld } from "./world.ts";

const orders = `apiVersion: pgrender.dev/v1
kind: PostgresCluster
metadata: { name: orders, namespace: shop }
spec:
  numberOfInstances: 2
  postgresql: { version: "17" }
  volume: { size: 1Gi }
`;

async function explain(...args: string[]) {
  const dir = temporaryFolder();
  writeTree(dir, { "clusters/prod/orders.yaml": orders });
  const { world, written } = fakeWorld();
  const folders = ["--clusters", join(dir, "clusters"), "--output", join(dir, "rendered")];
  const code = await run(["explain", ...args.map((arg) => arg.replace("DIR", dir)), ...folders], world, {
    bugs: "",
  });
  return {
    code,
    stdout: written.stdout.replaceAll(`${dir}/`, ""),
    stderr: written.stderr.replaceAll(`${dir}/`, ""),
  };
}

describe("pgrender explain", () => {
  it("tells of a field", async () => {
    const { code, stdout } = await explain("spec.patroni.ttl");

    expect(code).toBe(0);
    expect(stdout).toMatch(/^spec\.patroni\.ttl\n[^]*default +30\n[^]*ttl: 30\n/);
  });

  it("tells of a field below, and the same as JSON", async () => {
    expect((await explain("spec.volume")).stdout).toMatch(/fields\n {4}size +string\n/);
    expect(JSON.parse((await explain("spec.volume", "--format", "json")).stdout)).toMatchObject([
      { path: "spec.volume" },
    ]);
  });

  it.each([
    ["StatefulSet/orders"],
    ["orders/statefulset/orders"],
    ["DIR/rendered/prod/orders/statefulset-orders.yaml"],
  ])("tells what made the fields of %s", async (object) => {
    expect(await explain(object, "--path", "spec.replicas")).toEqual({
      code: 0,
      stderr: "",
      stdout:
        "# rendered/prod/orders/statefulset-orders.yaml\n  replicas: 2 ← clusters/prod/orders.yaml:5 spec.numberOfInstances\n",
    });
  });

  it("tells of one line", async () => {
    expect((await explain("DIR/rendered/prod/orders/statefulset-orders.yaml:5")).stdout).toMatch(
      /\n {2}name: orders ← /,
    );
  });

  it("gives programs the same", async () => {
    const { stdout } = await explain("StatefulSet/orders", "--path", "spec.replicas", "--format", "json");

    expect(JSON.parse(stdout)).toEqual([
      {
        file: "rendered/prod/orders/statefulset-orders.yaml",
        existence: [],
        fields: [
          {
            path: "spec.replicas",
            line: expect.any(Number),
            text: "replicas: 2",
            causes: [{ field: "spec.numberOfInstances", file: "clusters/prod/orders.yaml", line: 5 }],
          },
        ],
      },
    ]);
  });

  it.each([
    ["spec.volme", "did you mean spec.volume?"],
    ["StatefulSet/nobody", "no valid cluster renders this"],
  ])("says that there is no %s", async (subject, words) => {
    expect(await explain(subject)).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringContaining(words),
    });
  });
});
