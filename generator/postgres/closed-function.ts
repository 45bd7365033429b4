import { identifier, literal, type Statement } from "./sql.ts";

/** A function that does as the superuser what one role alone may ask for. */
export type ClosedFunction = {
  /** Its own, closed to everybody but the role. */
  readonly schema: string;
  readonly role: string;
  /** Its name and the types of what it is given, as in `user_lookup(text)`. */
  readonly signature: string;
  /** Its name, what it is given and what it gives, as CREATE FUNCTION has it. */
  readonly declaration: string;
  /** SQL. */
  readonly body: string;
};

/** Not the caller's: what it looks up first decides what the function does. */
const searchPath = "pg_catalog, pg_temp";

/** What makes it so, also where somebody has changed it meanwhile. */
export function closedFunction({
  schema,
  role,
  signature: given,
  declaration,
  body,
}: ClosedFunction): Statement[] {
  const [user, place] = [identifier(role), identifier(schema)];
  const signature = `${place}.${given}`;
  const inSchema = `SELECT FROM pg_namespace n WHERE nspname = ${literal(schema)}`;
  const asFunction = `SELECT FROM pg_proc p WHERE oid = to_regprocedure(${literal(signature)})`;
  const isOurs = (owner: string) => `${owner} = (SELECT oid FROM pg_roles WHERE rolname = current_user)`;
  const closed = (acl: string) => `NOT EXISTS (SELECT FROM aclexplode(${acl}) a WHERE a.grantee = 0)`;
  return [
    { unless: inSchema, sql: `CREATE SCHEMA ${place}` },
    {
      unless: `${inSchema} AND ${isOurs("nspowner")}`,
      sql: `ALTER SCHEMA ${place} OWNER TO CURRENT_USER`,
    },
    { unless: `${inSchema} AND ${closed("nspacl")}`, sql: `REVOKE ALL ON SCHEMA ${place} FROM PUBLIC` },
    {
      unless:
        `${asFunction} AND prosrc = ${literal(body)} AND prosecdef AND provolatile = 's' ` +
        `AND proconfig = ARRAY[${literal(`search_path=${searchPath}`)}]`,
      sql:
        `CREATE OR REPLACE FUNCTION ${place}.${declaration} ` +
        `LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ${searchPath} AS ${literal(body)}`,
    },
    {
      unless: `${asFunction} AND ${isOurs("proowner")}`,
      sql: `ALTER FUNCTION ${signature} OWNER TO CURRENT_USER`,
    },
    {
      unless: `${asFunction} AND proacl IS NOT NULL AND ${closed("proacl")}`,
      sql: `REVOKE ALL ON FUNCTION ${signature} FROM PUBLIC`,
    },
    {
      unless: `${inSchema} AND has_schema_privilege(${literal(role)}, oid, 'USAGE')`,
      sql: `GRANT USAGE ON SCHEMA ${place} TO ${user}`,
    },
    {
      unless: `${asFunction} AND has_function_privilege(${literal(role)}, oid, 'EXECUTE')`,
      sql: `GRANT EXECUTE ON FUNCTION ${signature} TO ${user}`,
    },
  ];
}
