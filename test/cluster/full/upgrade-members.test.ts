import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { apply, dropNamespace, healthy, inPod, restrictedNamespace, sql } from "../support/cluster.ts";
import { attempt, kubectl, until } from "../support/kubectl.ts";
import { note } from "../support/note.ts";
import { archived, backedUp } from "../support/restore.ts";
import {
  generation,
  longest,
  newer,
  older,
  said,
  upgradable,
  upgraded,
  version,
} from "../support/upgrade.ts";
import { lostRows, startWrittenTo, writesAgain } from "../support/writer.ts";

const name = "pay";

describe("an upgrade of three members in synchronous mode", () => {
  const namespace = "pgrender-upgrade-three";
  const more = { patroni: { synchronous_mode: true, initdb: { locale: "C.UTF-8" } } };
  afterAll(() => dropNamespace(namespace));

  it("begins with a member that leads, which hands over first, and loses no row", async () => {
    await startWrittenTo(namespace, name, 3, upgradable(namespace, name, 3, { version: older }, more));
    await backedUp(namespace, `${name}-0`);
    const first = await healthy(namespace, name, 3);
    if (first !== `${name}-2`) {
      const switched = ["patronictl", "switchover", "--candidate", `${name}-2`, "--force"];
      await until("the last member leads", 60, async () => (await inPod(namespace, first, switched)) !== "");
      await until(
        "the last member leads",
        60,
        async () => (await healthy(namespace, name, 3)) === `${name}-2`,
      );
    }
    const from = Date.now();

    await apply(upgradable(namespace, name, 3, upgraded, more));
    const leader = await healthy(namespace, name, 3, 400);
    await writesAgain(namespace, Date.now());

    note(
      `${Date.now() - from} ms until all members were upgraded, ${await longest(namespace, from)} ms without a commit`,
    );
    for (const ordinal of [0, 1, 2]) expect(await version(namespace, `${name}-${ordinal}`)).toBe(newer);
    expect(await lostRows(namespace, leader)).toEqual([]);
  });
});

describe("a cluster of one member with volumes for all that there is", () => {
  const namespace = "pgrender-upgrade-one";
  const volumes = { walVolume: { size: "1Gi" }, tablespaces: { fast: { size: "1Gi" } } };
  const place = "/home/postgres/tablespaces/fast";
  beforeAll(() => restrictedNamespace(namespace));
  afterAll(() => dropNamespace(namespace));

  it("is upgraded from its own data, with its tablespaces", async () => {
    await apply(upgradable(namespace, name, 1, { version: older }, volumes));
    const leader = await healthy(namespace, name, 1);
    await sql(namespace, leader, `create tablespace fast location '${place}/data'`);
    await sql(
      namespace,
      leader,
      "create table kept tablespace fast as select i id from generate_series(1, 1000) i",
    );
    await sql(namespace, leader, "create database other");
    await backedUp(namespace, leader);

    await apply(upgradable(namespace, name, 1, upgraded, volumes));
    await healthy(namespace, name, 1, 300);

    expect(await version(namespace, leader)).toBe(newer);
    expect(await sql(namespace, leader, "select count(*), max(id) from kept")).toBe("1000|1000");
    const found = await inPod(namespace, leader, [
      "sh",
      "-c",
      `readlink $PGDATA/pg_tblspc/* $PGDATA/pg_wal; ls ${place}/*`,
    ]);
    note(found);
    expect(found).toContain(
      `${place}/generation-${generation}/data\n/home/postgres/pgwal/generation-${generation}/pg_wal`,
    );
    expect(found).toMatch(
      new RegExp(`${place}/data:\\nPG_${older}_.*\\n\\n${place}/generation-${generation}:`),
    );
  });

  it("lets the old data go when the spec says so", async () => {
    await backedUp(namespace, `${name}-0`, `db-${generation}`);
    const upgrade = { ...upgraded.upgrade, discard: ["0"] };

    await apply(upgradable(namespace, name, 1, { ...upgraded, upgrade }, volumes));

    await until("the old data are gone", 180, async () => {
      const script =
        "ls -d /home/postgres/pgdata/pgroot/* /home/postgres/pgwal/* /home/postgres/tablespaces/fast/*";
      const left = (
        await attempt(["-n", namespace, "exec", `${name}-0`, "-c", "postgres", "--", "sh", "-c", script])
      ).stdout;
      return (
        left.includes(`pgroot/generation-${generation}`) &&
        !/pgroot\/data$|pgwal\/pg_wal$|fast\/data$/m.test(left)
      );
    });
    await healthy(namespace, name, 1, 120);
    expect(await sql(namespace, `${name}-0`, "select count(*), max(id) from kept")).toBe("1000|1000");
  });

  it("goes on from its own newest backup when its volumes are lost", async () => {
    await sql(namespace, `${name}-0`, "insert into kept values (1001)");
    await archived(namespace, `${name}-0`);
    const there = ["-n", namespace, "delete", "--wait"];
    await kubectl([...there, "statefulset", name]);
    await kubectl([
      ...there,
      "pvc",
      ...["pgdata", "pgwal", "tbs-fast"].map((volume) => `${volume}-${name}-0`),
    ]);
    await kubectl([
      ...there,
      "configmap",
      ...["config", "leader"].map((end) => `${name}-${generation}-${end}`),
    ]);

    await apply(upgradable(namespace, name, 1, upgraded, volumes));
    await healthy(namespace, name, 1, 240);

    expect(await said(namespace, `${name}-0`)).toContain(`of db-${generation}`);
    expect(await version(namespace, `${name}-0`)).toBe(newer);
    expect(await sql(namespace, `${name}-0`, "select count(*), max(id) from kept")).toBe("1001|1001");
  });
});
