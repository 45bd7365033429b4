import type { Cluster } from "../cluster/cluster.ts";
import { preparedDatabases } from "../cluster/prepared.ts";
import { nearest } from "../pipeline/messages.ts";
import { firstDatabase } from "../postgres/sql.ts";
import { error, type Finding } from "./finding.ts";

export type Said = { readonly rule: string; readonly message: string; readonly fix: string };

/** PostgreSQL cuts a longer name off, and would take it for that of something else. */
export function isTooLong(name: string): boolean {
  return new TextEncoder().encode(name).length > 63;
}

export function tooLong(field: string): Said {
  const message = `${field} has a name of more than 63 bytes, which nothing in PostgreSQL has`;
  return { rule: "wrong-length", message, fix: "write the name as PostgreSQL shows it" };
}

/** What is to go is not what the spec asks for, nor PostgreSQL's own. */
export function absencesHold(cluster: Cluster): Finding[] {
  const prepared = preparedDatabases(cluster);
  const declared = [...Object.keys(cluster.spec.databases ?? {}), ...prepared.map(({ name }) => name)];
  return Object.entries(cluster.spec.databaseOptions ?? {}).flatMap(([name, options]): Finding[] => {
    const path = ["spec", "databaseOptions", name];
    const field = path.join(".");
    const at = (said: Said, more: readonly string[] = []) =>
      error({ ...said, path: [...path, ...more], part: "key" });
    const { absent = false, force, schemas = {}, extensions = {} } = options;
    if (/^template[01]$/.test(name) || (absent && name === firstDatabase)) {
      return [
        at({
          rule: "database-reserved",
          message: `${field} is one of PostgreSQL's own databases`,
          fix: "take it out",
        }),
      ];
    }
    if (isTooLong(name)) return [at(tooLong(field))];
    if (absent && declared.includes(name)) {
      const fix = "take it out of spec.databases or spec.preparedDatabases, or take absent out";
      return [
        at({
          rule: "absent-wanted",
          message: `${field} is absent, and the spec asks for this database`,
          fix,
        }),
      ];
    }
    if (!absent && name !== firstDatabase && !declared.includes(name)) {
      const near = nearest(name, declared);
      const fix =
        near === undefined ? "add it to spec.databases, or write absent: true" : `did you mean ${near}?`;
      return [at({ rule: "database-unknown", message: `${field} is no database of this cluster`, fix })];
    }
    const [useless] = absent
      ? [
          ...Object.keys(schemas).map((key) => ["schemas", key]),
          ...Object.keys(extensions).map((key) => ["extensions", key]),
        ]
      : force === undefined
        ? []
        : [["force"]];
    if (useless !== undefined) {
      const message = absent ? "goes with its database, which is absent" : "is for a database that is absent";
      const fix = absent ? "take it out" : "write absent: true, or take it out";
      return [
        at({ rule: "absent-wanted", message: `${field}.${useless.join(".")} ${message}`, fix }, useless),
      ];
    }
    const own = prepared.find((database) => database.name === name);
    return [
      ...Object.entries(schemas).flatMap(([schema, how]): Finding[] => {
        const label = `${field}.schemas.${schema}`;
        const more = ["schemas", schema];
        if (isTooLong(schema)) return [at(tooLong(label), more)];
        if (/^(pg_.*|information_schema)$/.test(schema)) {
          return [
            at(
              { rule: "schema-reserved", message: `${label} is PostgreSQL's own`, fix: "take it out" },
              more,
            ),
          ];
        }
        if (!how.absent || !own?.schemas.some((each) => each.name === schema)) return [];
        const fix = `take it out of spec.preparedDatabases.${name}.schemas, or take absent out`;
        return [
          at(
            { rule: "absent-wanted", message: `${label} is absent, and the spec asks for this schema`, fix },
            more,
          ),
        ];
      }),
      ...Object.entries(extensions).flatMap(([extension, how]): Finding[] => {
        if (!how.absent || !Object.hasOwn(own?.extensions ?? {}, extension)) return [];
        const fix = `take it out of spec.preparedDatabases.${name}.extensions, or take absent out`;
        const label = `${field}.extensions.${extension}`;
        const more = ["extensions", extension];
        return [
          at(
            {
              rule: "absent-wanted",
              message: `${label} is absent, and the spec asks for this extension`,
              fix,
            },
            more,
          ),
        ];
      }),
    ];
  });
}
