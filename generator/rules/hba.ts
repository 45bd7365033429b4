import type { Cluster } from "../cluster/cluster.ts";
import { show } from "../pipeline/messages.ts";
import { hbaLine, type HbaLine } from "../postgres/hba-line.ts";
import { covers, kinds } from "../postgres/hba-match.ts";
import { givenParameter } from "../postgres/parameters.ts";
import { error, warning, type Finding } from "./finding.ts";

const field = ["spec", "patroni", "pg_hba"];

type Read = { readonly index: number; readonly text: string; readonly line: HbaLine };

/** Every line is one that PostgreSQL loads: with a single other one it keeps the old file, or does not start. */
export function hbaLines({ spec, version }: Cluster): Finding[] {
  return (spec.patroni.pg_hba ?? []).flatMap((text, index) => {
    const line = hbaLine(text, version);
    if (line === undefined || !("wrong" in line)) return [];
    return error({
      rule: "pg-hba",
      message: `spec.patroni.pg_hba[${index}] is ${show(text)}, which ${line.wrong}`,
      fix: line.fix,
      path: [...field, String(index)],
    });
  });
}

/** Who gets in: PostgreSQL takes the first line that matches, and no other. */
export function hbaLetsMembersIn(cluster: Cluster): Finding[] {
  const given = cluster.spec.patroni.pg_hba;
  if (given === undefined) return [];
  const lines = given.flatMap((text, index): Read[] => {
    const line = hbaLine(text, cluster.version);
    return line === undefined || "wrong" in line ? [] : [{ index, text, line }];
  });
  return [...neverReached(lines), ...neverMatching(cluster, lines), ...membersOut(cluster, lines)];
}

function neverReached(lines: readonly Read[]): Finding[] {
  return lines.flatMap(({ index, text, line }, position) => {
    const earlier = lines.slice(0, position).find((other) => covers(other.line, line));
    if (earlier === undefined) return [];
    return warning({
      rule: "pg-hba-order",
      message: `spec.patroni.pg_hba[${index}] is ${show(text)}, which is never reached: [${earlier.index}] ${show(earlier.text)} matches all that it does`,
      fix:
        earlier.line.method === line.method
          ? "take it out"
          : `move it before [${earlier.index}], or take it out: now the method is ${earlier.line.method}`,
      path: [...field, String(index)],
    });
  });
}

function neverMatching(cluster: Cluster, lines: readonly Read[]): Finding[] {
  const ssl = givenParameter(cluster, "ssl")?.value ?? "on";
  const plain = /^(of|f|n|0)/i.test(ssl);
  return lines.flatMap(({ index, text, line }) => {
    const path = [...field, String(index)];
    const odd =
      line.address !== undefined &&
      /^([\d.]+|.*[^-\w.].*)$/.test(line.address) &&
      !line.address.includes("/");
    if (!(plain && line.type === "hostssl") && !odd) return [];
    return warning({
      rule: "pg-hba-order",
      message: `spec.patroni.pg_hba[${index}] is ${show(text)}, which matches nobody: ${odd ? `${show(line.address)} is read as the name of a host` : `ssl is ${ssl}`}`,
      fix: odd ? "write all, or an address and its prefix" : "write host, or turn ssl on",
      path,
    });
  });
}

/** Patroni logs in through the socket, replicas for replication. */
function membersOut({ fleet }: Cluster, lines: readonly Read[]): Finding[] {
  const socket = lines.find(({ line }) => line.type === "local" && names(line.users, fleet.superuser));
  const streaming = lines.filter(
    ({ line }) =>
      line.type !== "local" &&
      kinds(line.type).includes("ssl") &&
      line.databases.some(({ text, quoted }) => text === "replication" && !quoted) &&
      names(line.users, fleet.replicationUser),
  );
  const out = [
    ...(socket === undefined ? ["local"] : []),
    ...(streaming.length === 0 ? [`replication by ${fleet.replicationUser}`] : []),
  ];
  const [first] = streaming;
  const streams = streamingAs(lines);
  const rejected = [socket, first?.line.address === "all" ? first : undefined].filter(
    (read): read is Read => read?.line.method === "reject",
  );
  return [
    ...rejected.map(({ index, text, line }) =>
      error({
        rule: "pg-hba",
        message: `spec.patroni.pg_hba[${index}] is ${show(text)}, which keeps ${line.type === "local" ? "Patroni" : "the replicas"} out`,
        fix: `put a line before it that lets ${line.type === "local" ? `${fleet.superuser} in, as in "local all all trust"` : `${fleet.replicationUser} in`}`,
        path: [...field, String(index)],
      }),
    ),
    ...(out.length === 0
      ? []
      : [
          warning({
            rule: "pg-hba",
            message: `spec.patroni.pg_hba has no line for ${out.join(" and none for ")}: Patroni logs in through the socket, replicas for replication`,
            fix:
              streams === undefined || streaming.length > 0
                ? `it replaces the default lines; begin with "local all all trust" and "hostssl replication ${fleet.replicationUser} all scram-sha-256"`
                : `its lines let ${streams} stream: add an OperatorConfiguration with users.replication_username: ${streams}, or write ${fleet.replicationUser} in them`,
            path: field,
            part: "key",
          }),
        ]),
  ];
}

/** Whom the lines let stream by name: it may be another operator's user, who came with its lines. */
function streamingAs(lines: readonly Read[]): string | undefined {
  return lines
    .filter(({ line }) => line.type !== "local" && line.databases.some(({ text }) => text === "replication"))
    .flatMap(({ line }) => line.users)
    .find(({ text, quoted }) => quoted || /^\w+$/.test(text))?.text;
}

/** Whether the users of a line are all, or may be the one of that name: groups and expressions are known at run time. */
function names(users: HbaLine["users"], name: string): boolean {
  return users.some(
    ({ text, quoted }) => text === name || (!quoted && text === "all") || (!quoted && /^[+@/]/.test(text)),
  );
}
