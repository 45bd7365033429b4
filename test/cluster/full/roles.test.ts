import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { identifier, literal } from "../../../generator/postgres/sql.ts";
import { hostileNames } from "../../support/hostile.ts";
import {
  apply,
  dropNamespace,
  healthy,
  inPod,
  manifests,
  passwordOf,
  restrictedNamespace,
  spec,
  sql,
  through,
} from "../support/cluster.ts";
import { completed, ended, jobOf } from "../support/jobs.ts";
import { kubectl } from "../support/kubectl.ts";
import { note } from "../support/note.ts";

const namespace = "pgrender-roles";
const name = "shop";
const users = { shop_owner: [], report: [], staff: ["nologin"], board: ["nologin"] };
const wanted = {
  users,
  databases: { shop: "shop_owner" },
  preparedDatabases: { stock: { extensions: { pg_trgm: "data" } } },
  roleOptions: {
    report: {
      connectionLimit: 5,
      validUntil: "2099-01-31T00:00:00Z",
      settings: { statement_timeout: "30s", search_path: 'app, "Old Things"', "app.tenant": "7" },
      memberOf: { staff: {}, pg_monitor: {}, stock_reader: { inherit: false, admin: true } },
      comment: "reads",
    },
    stock_owner: { settings: {} },
  },
};
/** A spec in which no character is refused as one that has no place in YAML. */
const escaped = (more: Record<string, unknown>) =>
  spec(namespace, name, 1, { spec: more }).replaceAll("\ufeff", "\\ufeff");
const told = `select json_build_array(rolconnlimit, rolvaliduntil at time zone 'UTC', shobj_description(r.oid, 'pg_authid'),
    (select setconfig from pg_db_role_setting where setrole = r.oid and setdatabase = 0),
    (select json_agg(format('%s %s %s %s', roleid::regrole, admin_option, inherit_option, set_option) order by roleid::regrole::text)
     from pg_auth_members where member = r.oid))
  from pg_roles r where rolname = `;
const rendered = manifests(spec(namespace, name, 1, { spec: wanted }));
let leader = "";

async function log(job: string): Promise<string> {
  await completed(namespace, job);
  return kubectl(["-n", namespace, "logs", `job/${job}`]);
}

/** What the Job of a spec did. */
async function converged(more: Record<string, unknown>): Promise<string> {
  const text = manifests(escaped({ ...wanted, ...more }));
  await apply(text);
  return log(jobOf(text, `${name}-converge`));
}

async function again(job: string): Promise<string> {
  await kubectl(["-n", namespace, "create", "job", job, `--from=cronjob/${name}-converge`]);
  return log(job);
}

/** Statements in a database, one after the other. */
function run(statements: readonly string[], database = "postgres"): Promise<string> {
  const psql = ["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-h", "/run/postgresql", "-U", "postgres"];
  return inPod(namespace, leader, [...psql, "-d", database], statements.map((each) => `${each};\n`).join(""));
}

async function as(role: string, database: string, query: string): Promise<string> {
  const password = await passwordOf(namespace, role, name);
  return through(namespace, leader, name, password, query, { role, database });
}

/** The statements of a log, without the database that each was carried out in. */
const statements = (text: string) =>
  [...text.matchAll(/^converge: \S+: ([A-Z].*)$/gm)].map(([, statement]) => statement);

beforeAll(async () => {
  await restrictedNamespace(namespace);
  await apply(rendered);
  await completed(namespace, jobOf(rendered, `${name}-converge`));
  leader = await healthy(namespace, name, 1);
});
afterAll(() => dropNamespace(namespace));

describe("the options of a role", () => {
  it("are what the spec says, and what its sessions begin with", async () => {
    expect(JSON.parse(await sql(namespace, leader, `${told} 'report'`))).toEqual([
      5,
      "2099-01-31T00:00:00",
      "reads",
      ["statement_timeout=30s", 'search_path=app, "Old Things"', "app.tenant=7"],
      ["pg_monitor f t t", "staff f t t", "stock_reader t f t"],
    ]);
    expect(await as("report", "shop", "show search_path")).toBe('app, "Old Things"');
    expect(await as("report", "shop", "show app.tenant")).toBe("7");
    expect(await sql(namespace, leader, `${told} 'stock_owner'`)).toContain("data");
  });

  it("are not touched when all is as the spec says", async () => {
    expect(await again("once")).toBe(`converge: ${name} is as the spec says\n`);
  });

  it("are brought back when somebody changed them; what they do not say stays", async () => {
    const before = await sql(namespace, leader, `${told} 'report'`);
    await run([
      "alter role report connection limit 7 valid until '2001-01-01'",
      "alter role report set work_mem = '5MB'",
      "alter role report set search_path = public",
      `alter role report set "my.odd_Name" = 1`,
      "comment on role report is 'mine'",
      "revoke staff from report",
      "grant board to report",
      "grant stock_reader to report with inherit true",
      "alter role shop_owner connection limit 3",
      "grant board to shop_owner",
    ]);

    const said = await again("mended");

    expect(JSON.parse(await sql(namespace, leader, `${told} 'report'`)).toSorted()).toEqual(
      JSON.parse(before).toSorted(),
    );
    expect(statements(said)).toContain(`REVOKE board FROM report GRANTED BY postgres`);
    expect(statements(said)).toContain("ALTER ROLE report RESET work_mem");
    expect(statements(said)).toHaveLength(9);
    expect(JSON.parse(await sql(namespace, leader, `${told} 'shop_owner'`))[0]).toBe(3);
    expect(await again("mended-again")).toBe(`converge: ${name} is as the spec says\n`);
  });

  it("hold any text as it is written", async () => {
    const texts = hostileNames.filter((each) => !each.includes(","));
    const settings = Object.fromEntries(texts.map((text, index) => [`hostile.s${index}`, text]));
    const board = { settings: { ...settings, search_path: texts.map(identifier).join(", ") }, memberOf: {} };
    const options = texts.slice(0, 20).map((comment, index) => [`u${index}`, { comment }] as const);
    const more = {
      users: { ...users, ...Object.fromEntries(options.map(([user]) => [user, ["nologin"]])) },
      roleOptions: { board, ...Object.fromEntries(options) },
    };

    await converged(more);

    const kept: unknown = JSON.parse(
      await sql(
        namespace,
        leader,
        `select json_agg(split_part(c, '=', 1) || ' ' || substr(c, strpos(c, '=') + 1) order by n)
         from pg_db_role_setting, unnest(setconfig) with ordinality x(c, n)
         where setrole = 'board'::regrole and c like 'hostile.%'`,
      ),
    );
    expect(kept).toEqual(texts.map((text, index) => `hostile.s${index} ${text}`));
    const comments: unknown = JSON.parse(
      await sql(
        namespace,
        leader,
        `select json_agg(shobj_description(oid, 'pg_authid') order by substr(rolname, 2)::int) from pg_roles where rolname ~ '^u[0-9]+$'`,
      ),
    );
    expect(comments).toEqual(options.map(([, { comment }]) => comment));
    expect(await again("hostile")).toBe(`converge: ${name} is as the spec says\n`);
    note(`${texts.length} settings and ${options.length} comments`);
  });
});

describe("what is said to be absent", () => {
  it("is dropped, with the statements in the log; what only left the spec stays", async () => {
    await run([
      "create role former login",
      "create role intern login",
      "create database old owner intern",
      "create role bystander",
    ]);
    await run(
      [
        "create table t as select 1 as id",
        "alter table t owner to intern",
        "create table u (id int)",
        "grant select on u to intern",
      ],
      "shop",
    );
    await run(
      [
        "create schema history",
        "create schema draft",
        "create table draft.t (id int)",
        "create extension hstore",
      ],
      "stock",
    );

    const said = await converged({
      roleOptions: {
        former: { absent: true },
        intern: { absent: true, reassignOwnedTo: "shop_owner" },
        never: { absent: true },
      },
      databaseOptions: {
        old: { absent: true },
        stock: {
          schemas: { history: { absent: true }, draft: { absent: true, cascade: true } },
          extensions: { hstore: { absent: true } },
        },
      },
    });

    expect(statements(said)).toEqual([
      'DROP EXTENSION "hstore"',
      'DROP SCHEMA "history"',
      'DROP SCHEMA "draft" CASCADE',
      'DROP DATABASE "old"',
      'ALTER ROLE "intern" NOLOGIN',
      'REASSIGN OWNED BY "intern" TO "shop_owner"',
      'DROP OWNED BY "intern"',
      'DROP ROLE "former"',
      'DROP ROLE "intern"',
    ]);
    const left = "select string_agg(rolname, ' ' order by rolname) from pg_roles where rolname in ";
    expect(await sql(namespace, leader, `${left} ('former', 'intern', 'bystander', 'report')`)).toBe(
      "bystander report",
    );
    expect(await as("shop_owner", "shop", "select id from t")).toBe("1");
    expect(await again("gone")).toBe(`converge: ${name} is as the spec says\n`);
  });

  it("stays as long as somebody owns or uses something, and the Job says who and what", async () => {
    await run(["create role heir login", "create database busy"]);
    await run(["create table kept (id int)", "alter table kept owner to heir"], "shop");
    const used = run(["select pg_sleep(60)"], "busy").catch(() => "ended");
    const absent = (more: Record<string, unknown>) => ({
      roleOptions: { heir: { absent: true } },
      databaseOptions: { busy: { absent: true, ...more } },
    });
    const failing = async (job: string) => {
      await kubectl(["-n", namespace, "create", "job", job, `--from=cronjob/${name}-converge`]);
      expect((await ended(namespace, job)).type).toBe("Failed");
      return kubectl(["-n", namespace, "logs", `job/${job}`]);
    };
    await apply(manifests(spec(namespace, name, 1, { spec: { ...wanted, ...absent({}) } })));

    expect(await failing("busy")).toMatch(/DROP DATABASE "busy".*is being accessed by other users/s);

    await apply(manifests(spec(namespace, name, 1, { spec: { ...wanted, ...absent({ force: true }) } })));
    expect(await failing("owned")).toMatch(/DROP ROLE "heir".*1 object in database shop/s);
    expect(await used).toBe("ended");
    expect(await sql(namespace, leader, "select count(*) from pg_database where datname = 'busy'")).toBe("0");
  });

  it("may have any name", async () => {
    const steps = hostileNames.map((each) => `create role ${identifier(each)}`);
    const databases = hostileNames.slice(0, 3);
    await run([
      "reassign owned by heir to shop_owner",
      ...steps,
      ...databases.map((each) => `create database ${identifier(each)}`),
    ]);
    await run(
      hostileNames.map((each) => `create schema ${identifier(each)}`),
      "stock",
    );
    const each = (names: readonly string[]) =>
      Object.fromEntries(names.map((one) => [one, { absent: true }] as const));
    const heir = { absent: true, reassignOwnedTo: "shop_owner" };

    await converged({
      roleOptions: { heir, ...each(hostileNames) },
      databaseOptions: { ...each(databases), stock: { schemas: each(hostileNames) } },
    });

    const among = hostileNames.map(literal).join(", ");
    expect(await run([`select count(*) from pg_roles where rolname in (${among})`])).toBe("0\n");
    expect(await run([`select count(*) from pg_database where datname in (${among})`])).toBe("0\n");
    expect(await run([`select count(*) from pg_namespace where nspname in (${among})`], "stock")).toBe("0\n");
    expect(await sql(namespace, leader, "select count(*) from pg_roles where rolname = 'postgres'")).toBe(
      "1",
    );
  });
});
