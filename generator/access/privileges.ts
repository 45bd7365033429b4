import type { Prepared } from "../cluster/prepared.ts";
import { identifier, literal, roleId, type Step } from "../postgres/sql.ts";

/** The kinds of objects by the letter of pg_default_acl, and who gets what of those that are made later. */
const later: readonly {
  readonly kind: string;
  readonly letter: string;
  readonly rights: Rights;
  readonly to: readonly Reader[];
}[] = [
  { kind: "SCHEMAS", letter: "n", rights: ["USAGE"], to: ["writer", "reader"] },
  { kind: "TABLES", letter: "r", rights: ["SELECT"], to: ["reader"] },
  { kind: "SEQUENCES", letter: "S", rights: ["SELECT"], to: ["reader"] },
  { kind: "TABLES", letter: "r", rights: ["INSERT", "UPDATE", "DELETE"], to: ["writer"] },
  { kind: "SEQUENCES", letter: "S", rights: ["USAGE", "UPDATE"], to: ["writer"] },
  { kind: "FUNCTIONS", letter: "f", rights: ["EXECUTE"], to: ["reader", "writer"] },
  { kind: "TYPES", letter: "T", rights: ["USAGE"], to: ["reader", "writer"] },
];

type Rights = readonly string[];
type Reader = "reader" | "writer";

/**
 * What a prepared database has inside: schemas, extensions, and rights for readers and writers in whatever the owners make
 * later. As CPO's operator does it when it makes one.
 */
export function insidePrepared({ name, users, schemas, extensions }: Prepared): Step[] {
  const owners = (base: string, withUser: boolean) => [
    `${base}_owner`,
    ...(withUser ? [`${base}_owner_user`] : []),
  ];
  return [
    ...owners(name, users).flatMap((owner) => defaults(owner, name, undefined)),
    ...schemas.flatMap((schema) => {
      const base = schema.roles ? `${name}_${schema.name}` : name;
      const makers = schema.roles ? owners(base, schema.users) : [`${name}_owner`];
      const prefixes = schema.roles ? [name, base] : [name];
      return [
        ...schemaSteps(schema.name, `${base}_owner`),
        ...prefixes.flatMap((prefix) => [
          ...usage(schema.name, prefix),
          ...makers.flatMap((owner) => defaults(owner, prefix, schema.name)),
        ]),
      ];
    }),
    ...Object.entries(extensions).flatMap(([extension, schema]) => extensionSteps(extension, schema)),
  ];
}

function schemaSteps(name: string, owner: string): Step[] {
  const schema = `SELECT FROM pg_namespace WHERE nspname = ${literal(name)}`;
  return [
    { unless: schema, sql: `CREATE SCHEMA ${identifier(name)} AUTHORIZATION ${identifier(owner)}` },
    {
      unless: `${schema} AND nspowner = ${roleId(owner)}`,
      sql: `ALTER SCHEMA ${identifier(name)} OWNER TO ${identifier(owner)}`,
    },
  ];
}

/** Who may look into a schema. */
function usage(schema: string, prefix: string): Step[] {
  const to = [`${prefix}_writer`, `${prefix}_reader`];
  return [
    {
      unless:
        `SELECT FROM pg_namespace, aclexplode(nspacl) a WHERE nspname = ${literal(schema)} ` +
        `AND a.grantee IN (${to.map(roleId).join(", ")}) AND a.privilege_type = 'USAGE' ` +
        `HAVING count(*) = ${to.length}`,
      sql: `GRANT USAGE ON SCHEMA ${identifier(schema)} TO ${to.map(identifier).join(", ")}`,
    },
  ];
}

/** Rights in what a role makes from now on: in one schema, or (undefined) in any. */
function defaults(maker: string, prefix: string, schema: string | undefined): Step[] {
  const where = schema === undefined ? "" : ` IN SCHEMA ${identifier(schema)}`;
  const place = schema === undefined ? "0" : `${literal(identifier(schema))}::regnamespace`;
  return later
    .filter(({ kind }) => schema === undefined || kind !== "SCHEMAS")
    .map(({ kind, letter, rights, to }) => {
      const grantees = to.map((reader) => `${prefix}_${reader}`);
      return {
        unless:
          `SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE defaclrole = ${roleId(maker)} ` +
          `AND defaclnamespace = ${place} AND defaclobjtype = ${literal(letter)} ` +
          `AND a.grantee IN (${grantees.map(roleId).join(", ")}) ` +
          `AND a.privilege_type IN (${rights.map(literal).join(", ")}) ` +
          `HAVING count(*) = ${grantees.length * rights.length}`,
        sql:
          `ALTER DEFAULT PRIVILEGES FOR ROLE ${identifier(maker)}${where} ` +
          `GRANT ${rights.join(", ")} ON ${kind} TO ${grantees.map(identifier).join(", ")}`,
      };
    });
}

function extensionSteps(name: string, schema: string): Step[] {
  const extension = `SELECT FROM pg_extension WHERE extname = ${literal(name)}`;
  return [
    { unless: extension, sql: `CREATE EXTENSION ${identifier(name)} SCHEMA ${identifier(schema)}` },
    {
      unless: `${extension} AND extnamespace = ${literal(identifier(schema))}::regnamespace`,
      sql: `ALTER EXTENSION ${identifier(name)} SET SCHEMA ${identifier(schema)}`,
    },
  ];
}
