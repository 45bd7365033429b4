import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  apply,
  createCredentials,
  credentials,
  dropNamespace,
  healthy,
  manifests,
  passwordOf,
  restrictedNamespace,
  spec,
  through,
} from "../support/cluster.ts";
import { completed, jobOf } from "../support/jobs.ts";
import { attempt, kubectl, until } from "../support/kubectl.ts";

const namespace = "pgrender-home";
const abroad = "pgrender-abroad";
const name = "shop";
const operator = JSON.stringify({
  apiVersion: "cpo.opensource.cybertec.at/v1",
  kind: "OperatorConfiguration",
  metadata: { name: "cpo" },
  configuration: { kubernetes: { enable_cross_namespace_secret: true } },
});
const wanted = {
  users: { [`${abroad}.booking`]: [], report: [] },
  preparedDatabases: { stock: { defaultUsers: true, secretNamespace: abroad } },
};
const rendered = manifests(`${operator}\n---\n${spec(namespace, name, 1, { spec: wanted })}`);
let leader = "";

const as = (role: string, password: string) =>
  through(namespace, leader, name, password, "select current_user", { role, database: "postgres" });

beforeAll(async () => {
  await restrictedNamespace(namespace);
  await restrictedNamespace(abroad);
  // As CPO's operator leaves it.
  await createCredentials(abroad, name, "kept by its client", ["stock-owner-user"]);
  await apply(rendered);
  await completed(namespace, jobOf(rendered, `${name}-converge`));
  leader = await healthy(namespace, name, 1);
});
afterAll(async () => {
  await dropNamespace(abroad);
  await dropNamespace(namespace);
});

describe("a user whose Secret is in another namespace", () => {
  it("logs in with the password that is there", async () => {
    const user = `${abroad}.booking`;

    const password = await passwordOf(abroad, user, name);

    expect(password).toMatch(/^[A-Za-z0-9]{64}$/);
    expect(await passwordOf(namespace, user, name)).toBe(password);
    expect(await as(user, password)).toBe(user);
  });

  it("keeps the password that it had under CPO's operator", async () => {
    expect(await as("stock_owner_user", "kept by its client")).toBe("stock_owner_user");
    expect(await passwordOf(namespace, "stock-owner-user", name)).toBe("kept by its client");
  });

  it("is told when both Secrets differ: the Job fails and names it, the database goes on", async () => {
    const secret = credentials("stock-reader-user", name);
    const before = await passwordOf(namespace, "stock-reader-user", name);
    const data = JSON.stringify({ data: { password: Buffer.from("another").toString("base64") } });
    await kubectl(["-n", abroad, "patch", "secret", secret, "-p", data]);
    const job = jobOf(rendered, `${name}-secrets`);
    await kubectl(["-n", namespace, "delete", "job", job, "--wait"]);
    await apply(rendered);

    const sentence = `the Secret ${secret} has another password in the namespace ${abroad}`;
    const log = await until("the Job says so", 120, async () => {
      const text = await kubectl(["-n", namespace, "logs", `job/${job}`]);
      return text.includes(sentence) && text;
    });
    expect(log).not.toContain(before);
    expect(await as("stock_reader_user", before)).toBe("stock_reader_user");
  });

  it("gives the Job rights to its Secrets there and to no other", async () => {
    const account = `--as=system:serviceaccount:${namespace}:${name}-secrets`;
    const may = async (verb: string, where: string, what: string) =>
      (await attempt(["-n", where, "auth", "can-i", verb, what, account])).stdout.trim();
    await createCredentials(abroad, "other", "x", ["someone"]);

    expect(await may("get", abroad, `secret/${credentials("stock-owner-user", name)}`)).toBe("yes");
    expect(await may("create", abroad, "secret")).toBe("yes");
    for (const verb of ["get", "update", "patch", "delete"])
      expect(await may(verb, abroad, `secret/${credentials("someone", "other")}`)).toBe("no");
    expect(await may("get", namespace, `secret/${credentials("postgres", name)}`)).toBe("no");
    for (const verb of ["list", "watch"]) expect(await may(verb, abroad, "secrets")).toBe("no");
  });
});
