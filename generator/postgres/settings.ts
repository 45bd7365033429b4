import { asset } from "../assets.ts";

type SettingType = "bool" | "integer" | "real" | "string" | "enum";

/** Who can change a setting, and when it takes effect: `postmaster` at a restart, `sighup` at a reload … */
type SettingContext =
  "internal" | "postmaster" | "sighup" | "superuser-backend" | "backend" | "superuser" | "user";

/** What one major version of PostgreSQL knows about a setting of its own; those of extensions are not in it. */
export type Setting = {
  readonly name: string;
  readonly type: SettingType;
  readonly context: SettingContext;
  /** What a number without a unit counts in, e.g. `kB`, `8kB` or `ms`; empty if it has none. */
  readonly unit: string;
  readonly least: number;
  readonly most: number;
  /** The words of an enumeration. */
  readonly words: readonly string[];
};

type Row = readonly [
  from: number,
  to: number,
  type: "b" | "i" | "r" | "s" | "e",
  context: SettingContext,
  unitOrWords?: string | readonly string[],
  least?: number,
  most?: number,
];

const types = { b: "bool", i: "integer", r: "real", s: "string", e: "enum" } as const;

/** Names that PostgreSQL still takes for another one (guc.c, map_old_guc_names). */
const oldNames: Readonly<Record<string, { readonly name: string; readonly since: number }>> = {
  sort_mem: { name: "work_mem", since: 13 },
  vacuum_mem: { name: "maintenance_work_mem", since: 13 },
  force_parallel_mode: { name: "debug_parallel_query", since: 16 },
  ssl_ecdh_curve: { name: "ssl_groups", since: 18 },
};

let loaded: ReadonlyMap<string, { readonly name: string; readonly rows: readonly Row[] }> | undefined;

/** Read when a parameter is first asked for: most clusters of a fleet set none. */
function table(): NonNullable<typeof loaded> {
  if (loaded !== undefined) return loaded;
  const rows: Readonly<Record<string, readonly Row[]>> = JSON.parse(
    asset("generator/postgres/settings.json"),
  );
  loaded = new Map(
    Object.entries(rows).map(([name, versions]) => [name.toLowerCase(), { name, rows: versions }]),
  );
  return loaded;
}

/** The setting of that name, in any letter case, or undefined if the version has none. */
export function setting(version: number, name: string): Setting | undefined {
  const lower = name.toLowerCase();
  const entry = table().get(lower);
  const row = entry?.rows.find(([from, to]) => from <= version && version <= to);
  if (entry === undefined || row === undefined) {
    const old = oldNames[lower];
    return old === undefined || version < old.since ? undefined : setting(version, old.name);
  }
  const [, , type, context, given, least = -Infinity, most = Infinity] = row;
  return {
    name: entry.name,
    type: types[type],
    context,
    unit: typeof given === "string" ? given : "",
    least,
    most,
    words: typeof given === "object" ? given : [],
  };
}

/** The first and the last version, of those that we know, with a setting of that name; undefined if none has it. */
export function versionsWith(name: string): { readonly first: number; readonly last: number } | undefined {
  const rows = table().get(name.toLowerCase())?.rows;
  if (rows === undefined) return undefined;
  return { first: Math.min(...rows.map(([from]) => from)), last: Math.max(...rows.map(([, to]) => to)) };
}

const namesOf = new Map<number, readonly string[]>();

/** The names of all settings of a version. */
export function settingNames(version: number): readonly string[] {
  const known =
    namesOf.get(version) ??
    [...table().values()]
      .filter(({ rows }) => rows.some(([from, to]) => from <= version && version <= to))
      .map(({ name }) => name);
  namesOf.set(version, known);
  return known;
}
