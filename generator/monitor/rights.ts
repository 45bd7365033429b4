import type { Cluster } from "../cluster/cluster.ts";
import { exporterRole, monitorOf } from "../cluster/monitor.ts";
import { paths } from "../naming.ts";
import { backupOf } from "../pgbackrest/repositories.ts";
import { closedFunction } from "../postgres/closed-function.ts";
import { identifier, literal, roleId, type Statement } from "../postgres/sql.ts";

/** Where the function is: not CPO's schema `exporter`, which belongs to the role, so that it could put another function there. */
const schema = "pgrender";

/**
 * What the exporter's role may do, beside logging in: look at what goes on, and ask when certificates end. CPO also lets it run
 * programs as the server's user, and read the hashes of all passwords: that is taken away.
 */
export function monitorSteps(cluster: Cluster): Statement[] {
  if (monitorOf(cluster) === undefined) return [];
  const user = identifier(exporterRole);
  return [
    { unless: member("pg_monitor"), sql: `GRANT pg_monitor TO ${user}` },
    {
      unless: `SELECT WHERE NOT EXISTS (${member("pg_execute_server_program")})`,
      sql: `REVOKE pg_execute_server_program FROM ${user}`,
    },
    {
      unless: `SELECT WHERE NOT has_table_privilege(${literal(exporterRole)}, 'pg_catalog.pg_authid', 'SELECT')`,
      sql: `REVOKE SELECT ON pg_catalog.pg_authid FROM ${user}`,
    },
    ...closedFunction({
      schema,
      role: exporterRole,
      signature: "certificates()",
      declaration: "certificates(OUT file text, OUT expires timestamptz) RETURNS SETOF record",
      body: certificates(cluster),
    }),
  ];
}

function member(group: string): string {
  return `SELECT FROM pg_auth_members WHERE roleid = ${roleId(group)} AND member = ${roleId(exporterRole)}`;
}

/**
 * When the first certificate of each file ends. PostgreSQL does not tell, but in the bytes of a certificate its validity is two times
 * in a row, as digits: https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.5. The files are those that PostgreSQL and its archiving read.
 */
function certificates(cluster: Cluster): string {
  const files = [
    "current_setting('ssl_cert_file')",
    ...(backupOf(cluster) === undefined
      ? []
      : [literal(`${paths.backupCertificates}/pgbackrest-client.crt`)]),
  ];
  const digit = "3[0-9]";
  const [short, long] = [`170d((?:${digit}){12})5a`, `180f((?:${digit}){14})5a`];
  const anyTime = `(?:170d(?:${digit}){12}5a|180f(?:${digit}){14}5a)`;
  return [
    `SELECT f, to_timestamp(CASE WHEN length(t) = 14 THEN t WHEN t < '5' THEN '20' || t ELSE '19' || t END || '+00', 'YYYYMMDDHH24MISSTZH')`,
    `FROM unnest(ARRAY[${files.join(", ")}]) f,`,
    `LATERAL (SELECT substring(pg_read_file(f, 0, 1000000, true) FROM '-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=[:space:]]+)-----END CERTIFICATE-----') AS pem) p,`,
    `LATERAL (SELECT regexp_match(encode(decode(regexp_replace(pem, '[[:space:]]', '', 'g'), 'base64'), 'hex'), '30(?:1e|20|22)${anyTime}(?:${short}|${long})') AS m) d,`,
    `LATERAL (SELECT convert_from(decode(coalesce(m[1], m[2]), 'hex'), 'UTF8') AS t) e WHERE t IS NOT NULL`,
  ].join(" ");
}
