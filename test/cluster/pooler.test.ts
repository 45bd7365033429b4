import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  apply,
  dropNamespace,
  healthy,
  manifests,
  passwordOf,
  restrictedNamespace,
  spec,
} from "./support/cluster.ts";
import { completed, jobOf } from "./support/jobs.ts";
import { dryRunChanges, undeclaredFields } from "./support/live.ts";
import { addApplication, poolerImage, poolerReady, psql, small, startClient } from "./support/pooler.ts";

const namespace = "pgrender-one-pooler";
const name = "pay";
const pooler = `host=${name}-pooler`;
const connectionPooler = { dockerImage: poolerImage, numberOfInstances: 1, resources: small };
const rendered = manifests(spec(namespace, name, 1, { spec: { connectionPooler } }));

describe("the pooler of a cluster", () => {
  beforeAll(async () => {
    await restrictedNamespace(namespace);
    await apply(rendered);
    const leader = await healthy(namespace, name, 1);
    await poolerReady(namespace, `${name}-pooler`);
    await addApplication(namespace, leader);
    await completed(namespace, jobOf(rendered, `${name}-converge`));
    await startClient(namespace);
  });
  afterAll(() => dropNamespace(namespace));

  it("lets an application in by its password, encrypted all the way", async () => {
    const query =
      "select current_user, current_database(), ssl from pg_stat_ssl where pid = pg_backend_pid()";

    expect(await psql(namespace, pooler, query)).toMatchObject({ stdout: "app|app|t\n" });
    expect((await psql(namespace, `${pooler} sslmode=disable`, query)).stderr).toContain("SSL required");
  });

  it("lets nobody in by a wrong password, and superusers and who replicates by none", async () => {
    const refused = [
      "password=wrong",
      `user=postgres dbname=postgres password=${await passwordOf(namespace, "postgres", name)}`,
      `user=standby dbname=postgres password=${await passwordOf(namespace, "standby", name)}`,
      "user=nobody password=app",
    ];

    for (const words of refused) {
      const { code, stderr } = await psql(namespace, `${pooler} ${words}`, "select 1");
      expect(code).not.toBe(0);
      // Nobody learns which roles there are.
      expect(stderr).toContain("SASL authentication failed");
    }
  });

  it("shows passwords to nobody who logs in through it", async () => {
    const asked = "select * from pooler.user_lookup('app')";

    expect((await psql(namespace, `${pooler} dbname=postgres`, asked)).stderr).toContain("permission denied");
  });

  it("runs from objects that declare all that Kubernetes would fill in, so a dry-run changes no field", async () => {
    expect(await undeclaredFields(namespace, rendered)).toEqual([]);
    expect(await dryRunChanges(namespace, rendered)).toEqual([]);
  });
});
