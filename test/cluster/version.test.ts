import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  apply,
  deletePod,
  dropNamespace,
  healthy,
  manifests,
  restrictedNamespace,
  spec,
  sql,
} from "./support/cluster.ts";
import { kubectl } from "./support/kubectl.ts";

const namespace = "pgrender-version";
const name = "pay";
/** A major version that the test image has besides the one that other tests use. */
const older = process.env["PGRENDER_TEST_OLDER_VERSION"] ?? "15";

describe("a spec that names a newer major version than the data", () => {
  beforeAll(() => restrictedNamespace(namespace));
  afterAll(() => dropNamespace(namespace));

  it("upgrades nothing, and a member that is restarted goes on with its data", async () => {
    const old = JSON.parse(spec(namespace, name, 1));
    old.spec.postgresql.version = older;
    await apply(manifests(JSON.stringify(old)));
    await healthy(namespace, name, 1);
    await sql(namespace, `${name}-0`, "create table kept as select 1 as one");

    await apply(manifests(spec(namespace, name, 1)));
    await deletePod(namespace, `${name}-0`, "--wait=false");

    await healthy(namespace, name, 1);
    expect(await sql(namespace, `${name}-0`, "show server_version_num")).toMatch(new RegExp(`^${older}`));
    expect(await sql(namespace, `${name}-0`, "select one from kept")).toBe("1");
    const log = await kubectl(["-n", namespace, "logs", `${name}-0`, "-c", "postgres", "--tail=-1"]);
    expect(log).toContain(`A newer one needs spec.postgresql.upgrade: {from: "${older}"}`);
  });
});
