import { afterAll, describe, expect, it } from "vitest";
import {
  apply,
  dropNamespace,
  healthy,
  manifests,
  restrictedNamespace,
  spec,
  sql,
} from "../support/cluster.ts";
import { attempt, kubectl, until } from "../support/kubectl.ts";
import { archived, backedUp, lastWords, restorable, rows } from "../support/restore.ts";

const name = "pay";

describe("a clone with backups of its own", () => {
  const namespace = "pgrender-restore-clone";
  const clone = "copy";
  afterAll(() => dropNamespace(namespace));

  it("copies its source once, and does not begin with today's source over its own backups", async () => {
    await restrictedNamespace(namespace);
    await apply(manifests(spec(namespace, name, 1)));
    const source = await healthy(namespace, name, 1);
    await sql(namespace, source, "create table kept (id int); insert into kept values (1)");
    const copied = restorable(namespace, clone, 1, undefined, { clone: { cluster: name } });

    await apply(copied);
    const first = await healthy(namespace, clone, 1, 180);
    expect(await rows(namespace, first)).toBe("1");
    expect(await sql(namespace, first, "select timeline_id > 1 from pg_control_checkpoint()")).toBe("t");
    await backedUp(namespace, first);
    await sql(namespace, first, "insert into kept values (2)");
    await archived(namespace, first);

    await kubectl(["-n", namespace, "scale", "statefulset", clone, "--replicas=0"]);
    await kubectl(["-n", namespace, "delete", "pod", first, "--ignore-not-found", "--timeout=120s"]);
    await kubectl(["-n", namespace, "delete", "pvc", `pgdata-${first}`, "--timeout=120s"]);
    await kubectl(["-n", namespace, "delete", "configmap", `${clone}-config`, `${clone}-leader`]);
    await apply(copied);
    const message = await until("the member says why", 180, async () => {
      const words = await attempt(["get", "pod", first, "-n", namespace]);
      return words.code === 0 ? (await lastWords(namespace, first)) || undefined : undefined;
    });
    expect(message).toMatch(/repositories hold this database already/);

    await apply(restorable(namespace, clone, 1, { id: "0" }, { clone: { cluster: name } }));
    expect(await rows(namespace, await healthy(namespace, clone, 1, 240))).toBe("1,2");
  });
});
