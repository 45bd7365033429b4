import type { Cluster } from "../cluster/cluster.ts";
import { nearest, show } from "../pipeline/messages.ts";
import { parameters, reserved } from "../postgres/parameters.ts";
import { refusal } from "../postgres/setting-value.ts";
import { setting, settingNames, versionsWith } from "../postgres/settings.ts";
import { error, warning, type Finding } from "./finding.ts";

/** Libraries whose settings PostgreSQL learns only when it loads them at its start. */
const preloaded = new Set(
  "auto_explain pg_stat_statements pgaudit pg_prewarm pg_partman_bgw timescaledb pg_cron pg_squeeze pg_wait_sampling pg_qualstats pg_stat_kcache pg_hint_plan pgsodium citus credcheck passwordcheck basebackup_to_shell set_user pg_show_plans pg_failover_slots".split(
    " ",
  ),
);

/** A prefix that is not the name of its library. */
const libraries: Readonly<Record<string, string>> = {
  cron: "pg_cron",
  squeeze: "pg_squeeze",
  autoprewarm: "pg_prewarm",
};

/** Prefixes whose library is loaded when it is first used, so that its settings are kept until then. */
const onDemand = new Set(
  "plpgsql plperl pltcl plpython plv8 pg_trgm postgis postgres_fdw sepgsql age anon hnsw ivfflat".split(" "),
);

/** Every parameter is one that this version of PostgreSQL has, with a value that it takes. */
export function knownParameters(cluster: Cluster): Finding[] {
  return Object.entries(cluster.spec.postgresql.parameters).flatMap(([name, value]): Finding[] => {
    // Said by other rules.
    if (!/^[a-z_]\w*(\.[a-z_]\w*)?$/i.test(name) || Object.hasOwn(reserved, name.toLowerCase())) return [];
    if (/[\r\n\0]/.test(value)) return [];
    const path = ["spec", "postgresql", "parameters", name];
    if (name.includes(".")) return ofExtension(cluster, name, path);
    const known = setting(cluster.version, name);
    if (known === undefined) return [unknown(cluster.version, name, path)];
    const refused = refusal(known, value);
    if (refused === undefined) return [];
    return [
      (refused.depends ? warning : error)({
        rule: "parameter-value",
        message: `spec.postgresql.parameters.${name} is ${show(value)}: ${refused.reason}`,
        fix: refused.takes === "" ? "take it out of the spec" : `write ${refused.takes}`,
        path,
      }),
    ];
  });
}

/** What a setting became that is no more. */
const successors: Readonly<Record<string, string>> = {
  checkpoint_segments: "max_wal_size",
  force_parallel_mode: "debug_parallel_query",
  replacement_sort_tuples: "work_mem",
  wal_keep_segments: "wal_keep_size",
};

function unknown(version: number, name: string, path: readonly string[]): Finding {
  const elsewhere = versionsWith(name);
  const lower = name.toLowerCase();
  const next = successors[lower];
  const near =
    next ??
    (elsewhere === undefined
      ? (nearest(name, settingNames(version)) ??
        settingNames(version).find((known) => known.length > 5 && lower.startsWith(known.toLowerCase())))
      : undefined);
  const span =
    elsewhere === undefined
      ? ""
      : elsewhere.first > version
        ? `: it is one since ${elsewhere.first}`
        : `: it was one until ${elsewhere.last}`;
  const away =
    elsewhere === undefined
      ? `take it out; a setting of an extension has the extension's name and a dot before its own`
      : elsewhere.first > version
        ? `take it out until spec.postgresql.version is "${elsewhere.first}"`
        : "take it out";
  return error({
    rule: "parameter-unknown",
    message: `spec.postgresql.parameters.${name} is no setting of PostgreSQL ${version}${span}`,
    fix:
      near === undefined
        ? away
        : next === undefined
          ? `did you mean ${near}?`
          : `write ${near}, which took its place`,
    path,
    part: "key",
  });
}

function ofExtension(cluster: Cluster, name: string, path: readonly string[]): Finding[] {
  const prefix = (name.split(".")[0] ?? "").toLowerCase();
  const library = libraries[prefix] ?? prefix;
  if (onDemand.has(prefix)) return [];
  const loaded = librariesOf(cluster);
  if (loaded.includes(library)) return [];
  const must = preloaded.has(library);
  const near = must ? undefined : nearest(prefix, [...preloaded, ...onDemand, ...Object.keys(libraries)]);
  const list = loaded.length === 0 ? "is empty" : `has ${loaded.join(", ")}`;
  return [
    warning({
      rule: "parameter-library",
      message: `spec.postgresql.parameters.${name} does nothing unless ${must ? library : `a library ${library}`} is loaded: shared_preload_libraries ${list}`,
      fix: must
        ? `write shared_preload_libraries: "${[...loaded, library].join(",")}", or take the parameter out`
        : near === undefined
          ? `add ${library} to shared_preload_libraries; leave it as it is if the application reads it by current_setting`
          : `did you mean ${near}?`,
      path,
      part: "key",
    }),
  ];
}

/** The libraries that PostgreSQL loads at its start or for each session. */
function librariesOf(cluster: Cluster): readonly string[] {
  const own: Readonly<Record<string, string>> = Object.fromEntries(
    Object.entries(cluster.spec.postgresql.parameters).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const local = own["shared_preload_libraries"] === undefined ? parameters(cluster).local : own;
  return ["shared_preload_libraries", "session_preload_libraries", "local_preload_libraries"]
    .flatMap((name) => (local[name] ?? "").split(","))
    .map((entry) =>
      entry
        .trim()
        .replace(/^"(.*)"$/, "$1")
        .replace(/^\$libdir\/(plugins\/)?/, "")
        .replace(/\.so$/, ""),
    )
    .filter((entry) => entry !== "");
}
