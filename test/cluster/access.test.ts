import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { identifier, literal, roleId } from "../../generator/postgres/sql.ts";
import { hostileNames } from "../support/hostile.ts";
import {
  apply,
  credentials,
  dropNamespace,
  healthy,
  inPod,
  manifests,
  passwordOf,
  restrictedNamespace,
  spec,
  sql,
  through,
} from "./support/cluster.ts";
import { completed, ended, jobOf } from "./support/jobs.ts";
import { kubectl } from "./support/kubectl.ts";
import { note } from "./support/note.ts";

const namespace = "pgrender-access";
const name = "shop";
const wanted = {
  users: { shop_owner: ["createdb"], report: [], batch: ["nologin", "noinherit"] },
  databases: { shop: "shop_owner" },
  roleOptions: { report: { connectionLimit: 5, memberOf: { pg_monitor: {} } }, former: { absent: true } },
  preparedDatabases: {
    stock: {
      defaultUsers: true,
      extensions: { pg_trgm: "data" },
      schemas: { data: {}, history: { defaultUsers: true } },
    },
  },
};
const rendered = manifests(spec(namespace, name, 1, { spec: wanted }));
let leader = "";

/** What a role gets from the cluster's read/write Service with the password of its Secret: rows, or what was said instead. */
async function as(role: string, database: string, query: string): Promise<string> {
  const password = await passwordOf(namespace, role, name);
  return through(namespace, leader, name, password, query, { role, database });
}

async function said(job: string): Promise<string> {
  await completed(namespace, job);
  return kubectl(["-n", namespace, "logs", `job/${job}`]);
}

/** What the schedule does, at once. */
async function again(job: string): Promise<string> {
  await kubectl(["-n", namespace, "create", "job", job, `--from=cronjob/${name}-converge`]);
  return said(job);
}

beforeAll(async () => {
  await restrictedNamespace(namespace);
  const start = Date.now();
  await apply(rendered);
  await completed(namespace, jobOf(rendered, `${name}-converge`));
  note(`roles and databases of a new cluster after ${((Date.now() - start) / 1000).toFixed(0)} s`);
  leader = await healthy(namespace, name, 1);
});
afterAll(() => dropNamespace(namespace));

describe("users, databases and prepared databases", () => {
  it("are there, with the flags, memberships and owners that the spec says", async () => {
    const list = (line: string, from: string) =>
      `select string_agg(line, '; ' order by line) from (select ${line} as line from ${from}) x`;
    const word = (column: string, text: string) => `case when ${column} then ' ${text}' else '' end`;
    const roles = list(
      `rolname || ${word("rolcanlogin", "login")} || ${word("rolcreatedb", "createdb")} || ${word("not rolinherit", "noinherit")}`,
      "pg_roles where rolname !~ '^pg_' and rolname not in ('postgres', 'standby')",
    );
    const members = list(
      `format('%s in %s%s', member::regrole, roleid::regrole, ${word("admin", "(admin)")})`,
      `(select roleid, member, bool_or(admin_option) admin from pg_auth_members group by 1, 2) a where roleid >= 16384`,
    );
    const owned = list("format('%s of %s', datname, datdba::regrole)", "pg_database where oid >= 16384");
    const paths = list(
      "format('%s %s', setrole::regrole, setconfig)",
      "pg_db_role_setting where setrole >= 16384",
    );
    const rights = list(
      "format('%s %s: %s', defaclnamespace::regnamespace, defaclobjtype, defaclacl)",
      "pg_default_acl",
    );
    const schemas = list(
      "format('%s of %s: %s', nspname, nspowner::regrole, nspacl)",
      "pg_namespace where oid >= 16384",
    );
    const extensions = list(
      "format('%s in %s', extname, extnamespace::regnamespace)",
      "pg_extension where extname <> 'plpgsql'",
    );
    const inStock = (query: string) =>
      inPod(namespace, leader, [
        "psql",
        "-XqAt",
        "-h",
        "/run/postgresql",
        "-U",
        "postgres",
        "-d",
        "stock",
        "-c",
        query,
      ]);

    const told = [
      ...(await Promise.all([roles, members, owned, paths].map((query) => sql(namespace, leader, query)))),
      ...(await Promise.all([rights, schemas, extensions].map(inStock))),
    ];

    expect(told.map((text) => text.trim().split("; "))).toMatchSnapshot();
  });

  it("open to each user with the password of its Secret, and with the rights of its role", async () => {
    expect(
      await as("stock_owner_user", "stock", "create table data.t (id int); create table history.t (id int)"),
    ).toBe("");
    expect(await as("stock_writer_user", "stock", "insert into data.t values (1) returning id")).toBe("1");
    expect(await as("stock_reader_user", "stock", "select count(*) from data.t")).toBe("1");
    expect(await as("stock_reader_user", "stock", "insert into data.t values (2)")).toContain(
      "permission denied",
    );
    expect(await as("stock_reader_user", "stock", "select similarity('pgrender', 'pgrendre') > 0.3")).toBe(
      "t",
    );
    expect(await as("stock_history_reader_user", "stock", "select count(*) from data.t")).toContain(
      "permission denied",
    );
    expect(await as("report", "shop", "create schema s")).toContain("permission denied");
    expect(await as("shop_owner", "shop", "create schema s; create table s.t (id int)")).toBe("");
    expect(await as("shop_owner", "postgres", "create database other")).toBe("");
    expect(await as("batch", "shop", "select 1")).toContain("not permitted to log in");
  });

  it("have any name as it is written, in whatever it is quoted for", async () => {
    const steps = hostileNames.map(
      (role) => `create role ${identifier(role)};
      comment on role ${identifier(role)} is ${literal(role)};
      set session authorization ${identifier(role)}; reset session authorization;`,
    );
    const kept = `select json_agg(rolname order by rolname collate "C") from pg_roles
      where rolname = shobj_description(oid, 'pg_authid') and oid = format('%I', rolname)::regrole
      and oid in (${hostileNames.map(roleId).join(", ")})`;
    const gone = hostileNames.map((role) => `drop role ${identifier(role)};`);
    const psql = ["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-h", "/run/postgresql", "-U", "postgres"];

    const found = await inPod(namespace, leader, psql, [...steps, `${kept};`, ...gone].join("\n"));

    const byBytes = hostileNames.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    expect(JSON.parse(found)).toEqual(byBytes);
    note(`${hostileNames.length} names`);
  });

  it("are not touched when all is as the spec says, however often it is looked at", async () => {
    const rows = () =>
      sql(namespace, leader, "select md5(string_agg(a::text, ',' order by oid)) from pg_authid a");
    const before = await rows();

    const [once, twice] = [await again("once"), await again("twice")];

    expect([once, twice]).toEqual(Array(2).fill(`converge: ${name} is as the spec says\n`));
    expect(await rows()).toBe(before);
  });

  it("are brought back when somebody changed them, and a password when its Secret was", async () => {
    await sql(
      namespace,
      leader,
      "alter role shop_owner nocreatedb superuser; alter database shop owner to report; " +
        "alter role report connection limit 9; revoke pg_monitor from report; create role former",
    );
    const password = Buffer.from("new 'pass\"wörd\\").toString("base64");
    const secret = credentials("report", name);
    await kubectl(["-n", namespace, "patch", "secret", secret, "-p", JSON.stringify({ data: { password } })]);

    const log = await again("mended");

    expect(log).toContain('ALTER ROLE "shop_owner" NOSUPERUSER CREATEDB');
    expect(log).toContain('ALTER DATABASE "shop" OWNER TO "shop_owner"');
    expect(log).toContain('ALTER ROLE "report" CONNECTION LIMIT 5');
    expect(log).toContain('GRANT "pg_monitor" TO "report"');
    expect(log).toContain('DROP ROLE "former"');
    expect(log).toContain(`the password of report is that of its Secret ${secret}`);
    expect(log).not.toContain("wörd");
    expect(log).not.toContain("SCRAM");
    expect(await as("report", "shop", "select current_user")).toBe("report");
  });

  it("are made as far as they can be: the Job fails with the statement that failed, and what PostgreSQL said", async () => {
    const preparedDatabases = { broken: { extensions: { no_such: "data" } }, later: {} };
    await apply(manifests(spec(namespace, name, 1, { spec: { ...wanted, preparedDatabases } })));
    await kubectl(["-n", namespace, "create", "job", "failing", `--from=cronjob/${name}-converge`]);

    expect((await ended(namespace, "failing")).type).toBe("Failed");

    const log = await kubectl(["-n", namespace, "logs", "job/failing"]);
    expect(log.trim().split("\n").slice(-3).join(" ")).toMatch(
      /broken: CREATE EXTENSION "no_such" SCHEMA "data": .*extension "no_such" is not available/,
    );
    expect(
      await as("postgres", "later", "select nspowner::regrole from pg_namespace where nspname = 'data'"),
    ).toBe("later_data_owner");
    expect(await as("postgres", "stock", "select count(*) from data.t")).toBe("1");
  });
});
