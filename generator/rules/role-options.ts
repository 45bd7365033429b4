import { isBrokenList } from "../access/list-setting.ts";
import { owners, roles } from "../access/roles.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { poolerRole } from "../cluster/pooler.ts";
import type { RoleOptions } from "../cluster/spec.ts";
import { nearest, show } from "../pipeline/messages.ts";
import { wholeNumber } from "../postgres/number.ts";
import { parameters } from "../postgres/parameters.ts";
import { refusal } from "../postgres/setting-value.ts";
import { setting, settingNames } from "../postgres/settings.ts";
import { isTooLong, tooLong, type Said } from "./absent.ts";
import { error, warning, type Finding } from "./finding.ts";
import { taken } from "./roles.ts";

/** Options are of roles that there are, and such as this version of PostgreSQL takes. */
export function roleOptionsHold(cluster: Cluster): Finding[] {
  return Object.entries(cluster.spec.roleOptions ?? {}).flatMap(([name, options]) => {
    const field = `spec.roleOptions.${name}`;
    const path = ["spec", "roleOptions", name];
    const mistaken = wrongName(cluster, name, options);
    if (mistaken !== undefined) return [error({ ...mistaken, path, part: "key" })];
    return [
      ...wrongTime(options, field, path),
      ...tooMany(cluster, options, field, path),
      ...wrongSettings(cluster, options, field, path),
      ...wrongAbsence(cluster, name, options),
    ];
  });
}

function wrongName(cluster: Cluster, name: string, { absent = false }: RoleOptions): Said | undefined {
  const field = `spec.roleOptions.${name}`;
  const isProtected = cluster.fleet.protectedRoles.includes(name);
  const owner = isProtected ? "teams_api.protected_role_names" : taken(cluster, name);
  if (owner !== undefined) {
    return { rule: "role-reserved", message: `${field} is a name taken by ${owner}`, fix: "take it out" };
  }
  const known = optioned(cluster);
  if (absent) {
    if (isTooLong(name)) return tooLong(field);
    if (!known.includes(name)) return undefined;
    return {
      rule: "absent-wanted",
      message: `${field} is absent, and the spec asks for this role`,
      fix: "take it out of spec.users, or what brings it, or take absent out",
    };
  }
  if (known.includes(name)) return undefined;
  const near = nearest(name, known);
  return {
    rule: "role-unknown",
    message: `${field} is no role of this cluster`,
    fix: near === undefined ? `add ${name} to spec.users` : `did you mean ${near}?`,
  };
}

/** The roles that can have options: the poolers' has those that they need. */
function optioned(cluster: Cluster): readonly string[] {
  return roles(cluster)
    .map(({ name }) => name)
    .filter((name) => name !== poolerRole(cluster));
}

function wrongTime({ validUntil }: RoleOptions, field: string, path: readonly string[]): Finding[] {
  if (validUntil === undefined || validUntil === "infinity") return [];
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = validUntil.split(/\D/).map(Number);
  const days = [31, year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28, 31, 30, 31, 30];
  const last = [...days, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  if (year > 0 && day > 0 && day <= last && hour < 24 && minute < 60 && second < 60) return [];
  return [
    error({
      rule: "role-option",
      message: `${field}.validUntil is ${show(validUntil)}, and there is no such time`,
      fix: "write a time in UTC, as in 2027-01-31T00:00:00Z",
      path: [...path, "validUntil"],
    }),
  ];
}

function tooMany(
  cluster: Cluster,
  { connectionLimit }: RoleOptions,
  field: string,
  path: readonly string[],
): Finding[] {
  const most = wholeNumber(parameters(cluster).dcs["max_connections"] ?? "", "");
  if (connectionLimit === undefined || !("value" in most) || connectionLimit <= most.value) return [];
  return [
    warning({
      rule: "role-connections",
      message: `${field}.connectionLimit is ${connectionLimit}, and max_connections is ${most.value} for all roles together`,
      fix: `write ${most.value} or less, -1 for any number, or raise spec.postgresql.parameters.max_connections`,
      path: [...path, "connectionLimit"],
    }),
  ];
}

/** Who may change a setting at any time. Others are of the server or of a connection's start. */
const perRole = ["user", "superuser"];

function wrongSettings(
  cluster: Cluster,
  { settings = {} }: RoleOptions,
  field: string,
  path: readonly string[],
): Finding[] {
  const { version } = cluster;
  return Object.entries(settings).flatMap(([name, value]): Finding[] => {
    const here = { rule: "role-setting", path: [...path, "settings", name] };
    const label = `${field}.settings.${name}`;
    // Of an extension: whoever reads it knows what it means.
    if (name.includes(".")) return [];
    const twin = Object.keys(settings).find((other) => other.toLowerCase() === name.toLowerCase());
    if (twin !== undefined && twin !== name) {
      return [
        error({ ...here, message: `${label} is ${twin} once more`, fix: "keep one of the two", part: "key" }),
      ];
    }
    // Of all that PostgreSQL does not show among its settings, the one that is of use: whom a session begins as.
    if (name.toLowerCase() === "role") return becomes(cluster, value, { label, path: here.path });
    const known = setting(version, name);
    if (known === undefined) {
      const near = nearest(name, settingNames(version));
      const fix = near === undefined ? "take it out" : `did you mean ${near}?`;
      const message = `${label} is no setting of PostgreSQL ${version}`;
      return [error({ ...here, message, fix, part: "key" })];
    }
    if (!perRole.includes(known.context)) {
      const message = `${label} is a setting of the whole server, which no role can have for itself`;
      const fix = "write it into spec.postgresql.parameters, or take it out";
      return [error({ ...here, message, fix, part: "key" })];
    }
    if (isBrokenList(known.name, value)) {
      const fix =
        'write names with commas between them, each in "" if it has other characters than a-z, 0-9, _ and $';
      return [error({ ...here, message: `${label} is ${show(value)}, which is no list of names`, fix })];
    }
    const refused = refusal(known, value);
    if (refused === undefined) return [];
    return [
      (refused.depends ? warning : error)({
        ...here,
        message: `${label} is ${show(value)}: ${refused.reason}`,
        fix: refused.takes === "" ? "take it out" : `write ${refused.takes}`,
      }),
    ];
  });
}

function becomes(
  cluster: Cluster,
  value: string,
  { label, path }: { readonly label: string; readonly path: readonly string[] },
): Finding[] {
  const known = roles(cluster).map(({ name }) => name);
  if (value === "none" || known.includes(value)) return [];
  const near = nearest(value, known);
  return [
    error({
      rule: "role-unknown",
      message: `${label} is ${show(value)}, which is no role of this cluster`,
      fix: near === undefined ? "name one that it is a member of" : `did you mean ${near}?`,
      path,
    }),
  ];
}

function wrongAbsence(cluster: Cluster, name: string, options: RoleOptions): Finding[] {
  const { absent = false, reassignOwnedTo: heir, ...others } = options;
  const path = ["spec", "roleOptions", name];
  const field = path.join(".");
  const [more] = absent ? Object.keys(others) : heir === undefined ? [] : ["reassignOwnedTo"];
  if (more !== undefined) {
    return [
      error({
        rule: "role-option",
        message: `${field}.${more} is for ${absent ? "a role that stays, and this one is absent" : "a role that is absent"}`,
        fix: absent ? "take one of the two out" : "write absent: true, or take it out",
        path: [...path, more],
        part: "key",
      }),
    ];
  }
  const known = owners(cluster);
  if (heir === undefined || (heir !== name && known.has(heir))) return [];
  const near = nearest(heir, [...known]);
  return [
    error({
      rule: "role-unknown",
      message: `${field}.reassignOwnedTo is ${show(heir)}, which is no role of this cluster`,
      fix: near === undefined ? "name one that stays" : `did you mean ${near}?`,
      path: [...path, "reassignOwnedTo"],
    }),
  ];
}
