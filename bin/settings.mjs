// Writes generator/postgres/settings.json from pg_settings of each major version:
//
//   node bin/settings.mjs 13=settings-13.tsv … 18=settings-18.tsv
//
// A table is what psql -At -F $'\t' prints for
//   select name, context, vartype, unit, min_val, max_val, array_to_string(enumvals, ',') from pg_settings
// with that line of names above it. Settings of extensions are not in it.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

// Some builds leave these words out of an enumeration; Debian's and Red Hat's packages have them.
const built = {
  wal_compression: { since: 15, words: ["lz4", "zstd"] },
  default_toast_compression: { since: 14, words: ["lz4"] },
  io_method: { since: 18, words: ["io_uring"] },
  wal_sync_method: { since: 13, words: ["open_datasync"] },
};

const letter = { bool: "b", integer: "i", real: "r", string: "s", enum: "e" };

const known = new Map();
for (const argument of process.argv.slice(2)) {
  const [, version, path] = /^(\d+)=(.+)$/.exec(argument) ?? [];
  if (path === undefined) throw new Error(`${argument}: write VERSION=FILE`);
  for (const [name, definition] of settings(readFileSync(path, "utf8"), Number(version))) {
    const variants = known.get(name) ?? [];
    const last = variants.at(-1);
    if (last !== undefined && last.to === Number(version) - 1 && equal(last.definition, definition))
      last.to = Number(version);
    else variants.push({ from: Number(version), to: Number(version), definition });
    known.set(name, variants);
  }
}

const lines = [...known]
  .sort(([one], [other]) => (one < other ? -1 : 1))
  .map(([name, variants]) => {
    const rows = variants.map(({ from, to, definition }) => [from, to, ...definition]);
    return `  ${JSON.stringify(name)}: ${JSON.stringify(rows)}`;
  });
const target = fileURLToPath(new URL("../generator/postgres/settings.json", import.meta.url));
writeFileSync(target, `{\n${lines.join(",\n")}\n}\n`);

/** Name and [type, context, then unit, least and most of a number, or the words of an enumeration]. */
function settings(table, version) {
  const [header, ...rows] = table.trimEnd().split("\n");
  const columns = header.split("\t");
  return rows.map((row) => {
    const cells = row.split("\t").map((cell) => (cell === '""' ? "" : cell));
    const cell = (column) => cells[columns.indexOf(column)] ?? "";
    const type = cell("vartype");
    const start = [letter[type], cell("context")];
    if (type === "enum") {
      const extra = built[cell("name")];
      const words = [...cell("enumvals").split(","), ...(extra?.since <= version ? extra.words : [])];
      return [cell("name"), [...start, [...new Set(words)]]];
    }
    if (type !== "integer" && type !== "real") return [cell("name"), start];
    const [least, most] = [cell("min") || cell("min_val"), cell("max") || cell("max_val")];
    return [cell("name"), [...start, cell("unit"), Number(least), Number(most)]];
  });
}

function equal(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}
