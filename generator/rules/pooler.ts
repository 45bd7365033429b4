import type { Cluster } from "../cluster/cluster.ts";
import { poolerOf, poolerRoles } from "../cluster/pooler.ts";
import { poolerLabel, poolerSelector } from "../naming.ts";
import { nearest } from "../pipeline/messages.ts";
import { derived, misfit, settings } from "../pooler/settings.ts";
import { connectionsOf, databases, roomFor } from "../pooler/sizes.ts";
import { error, warning, type Finding } from "./finding.ts";

const own = ["spec", "connectionPooler"] as const;

/** What poolers ask of the database, against what it has. */
export function poolerConnections(cluster: Cluster): Finding[] {
  const { instances } = poolerOf(cluster);
  if (poolerRoles(cluster).length === 0) return [];
  const asked = connectionsOf(cluster);
  const said = cluster.spec.connectionPooler?.maxDBConnections;
  const path = [...own, "maxDBConnections"];
  if (asked < instances) {
    const message = `spec.connectionPooler.maxDBConnections is ${asked}, the pooler has ${instances} pods: each needs a connection`;
    const fix = `write ${2 * instances} or more`;
    return [error({ rule: "pooler-connections", message, fix, path })];
  }
  const room = roomFor(cluster);
  const count = databases(cluster);
  if (said === undefined || room === undefined || asked * count <= room) return [];
  const all = count === 1 ? String(asked) : `${asked} to each of ${count} databases`;
  const less = Math.max(instances, Math.floor(room / count));
  return [
    warning({
      rule: "pooler-connections",
      message: `spec.connectionPooler.maxDBConnections is ${all}, and max_connections leaves ${room}: when all are in use, PostgreSQL turns more away`,
      fix: `write ${less} or less, leave it out, or raise spec.postgresql.parameters.max_connections`,
      path,
    }),
  ];
}

/** The role and the schema of poolers are theirs alone: what they hold is closed to everybody else. */
export function poolerNames(cluster: Cluster): Finding[] {
  const { user, schema } = poolerOf(cluster);
  if (poolerRoles(cluster).length === 0) return [];
  const { superuser, replicationUser } = cluster.fleet;
  const role = new Map([
    [superuser, "the superuser: whoever takes over the pooler would have the database"],
    [replicationUser, "the user that replicas stream as"],
  ]).get(user);
  const owner = user.startsWith("pg_") ? "PostgreSQL's, as all that begin with pg_" : role;
  const isTaken = /^(pg_.*|public|information_schema)$/.test(schema);
  return [
    ...(owner === undefined
      ? []
      : [
          error({
            rule: "pooler-user",
            message: `spec.connectionPooler.user is ${user}, ${owner}`,
            fix: "name a role of its own, as in pooler",
            path: [...own, "user"],
          }),
        ]),
    ...(isTaken
      ? [
          error({
            rule: "pooler-schema",
            message: `spec.connectionPooler.schema is ${schema}, which is everybody's: the pooler's is closed to all but its role`,
            fix: "name a schema of its own, as in pooler",
            path: [...own, "schema"],
          }),
        ]
      : []),
  ];
}

/** Fields that say something about poolers where none is, or none that could work. */
export function poolerHasPlace(cluster: Cluster): Finding[] {
  const { spec } = cluster;
  const roles = poolerRoles(cluster);
  const balanced = [
    ["enableMasterPoolerLoadBalancer", "master", "enableConnectionPooler"],
    ["enableReplicaPoolerLoadBalancer", "replica", "enableReplicaConnectionPooler"],
  ] as const;
  const alone = balanced.flatMap(([field, role, wish]) =>
    spec[field] === true && !roles.includes(role)
      ? [
          warning({
            rule: "pooler-missing",
            message: `spec.${field} is on, and there is no such pooler`,
            fix: `add ${wish}: true, or take it out`,
            path: ["spec", field],
            part: "key",
          }),
        ]
      : [],
  );
  const follows = spec.numberOfInstances > 1 || cluster.pools.some(({ replicaService }) => replicaService);
  if (!roles.includes("replica") || follows || spec.numberOfInstances === 0) return alone;
  return [
    ...alone,
    warning({
      rule: "pooler-replicas",
      message:
        "spec.enableReplicaConnectionPooler is on, and a cluster of one instance has no replica to lead to",
      fix: "raise numberOfInstances, or take it out",
      path: ["spec", "enableReplicaConnectionPooler"],
      part: "key",
    }),
  ];
}

/** What the start scripts of CPO's image read: here PgBouncer starts with a rendered pgbouncer.ini. */
const ofImage = /^(PG(HOST|PORT|USER|PASSWORD|SCHEMA)|CONNECTION_POOLER_.*|ADDITIONAL_PGBOUNCER_CONFIG)$/;
/** What pgrender gives the container itself. */
const ofPod = /^(PORT|LEAVE_SECONDS|SELF_SIGNED)$/i;

export function poolerVariables(cluster: Cluster): Finding[] {
  if (poolerRoles(cluster).length === 0) return [];
  return (cluster.spec.connectionPooler?.env ?? []).flatMap(({ name }, index): Finding[] => {
    const reason = ofImage.test(name)
      ? "is read by the start script of CPO's image, in whose place the rendered pgbouncer.ini is"
      : ofPod.test(name)
        ? "is set by pgrender, and the first one of a name holds"
        : undefined;
    if (reason === undefined) return [];
    return [
      warning({
        rule: "pooler-env",
        message: `spec.connectionPooler.env[${index}] ${name} ${reason}`,
        fix: "take it out; fields of connectionPooler say how PgBouncer works",
        path: [...own, "env", String(index)],
      }),
    ];
  });
}

/** Settings that PgBouncer does not know, that follow from something else, or whose value is no such. */
export function poolerParameters({ spec }: Cluster): Finding[] {
  return Object.entries(spec.connectionPooler?.parameters ?? {}).flatMap(([name, value]): Finding[] => {
    const kind = Object.hasOwn(settings, name) ? settings[name] : undefined;
    const path = [...own, "parameters", name];
    const said = `spec.connectionPooler.parameters.${name}`;
    const finding = { rule: "pooler-parameter", path };
    if (kind === undefined) {
      const near = Object.hasOwn(derived, name) ? undefined : nearest(name, Object.keys(settings));
      const why = derived[name] ?? "is no setting of PgBouncer's that a spec can give";
      const fix = near === undefined ? "take it out" : `take it out, or write ${near}`;
      return [error({ ...finding, message: `${said} cannot be set: ${why}`, fix, part: "key" })];
    }
    const words = misfit(kind, value);
    if (words === undefined) return [];
    return [error({ ...finding, message: `${said} is ${JSON.stringify(value)}`, fix: `write ${words}` })];
  });
}

/** Labels by which Services and budgets find the pods of poolers. */
export function poolerLabels(cluster: Cluster): Finding[] {
  const [role] = poolerRoles(cluster);
  if (role === undefined) return [];
  const kept = { ...poolerSelector(cluster, role), [cluster.fleet.podRoleLabel]: role };
  const lists = [
    [["spec", "labels"], cluster.spec.labels ?? {}],
    [[...own, "labels"], cluster.spec.connectionPooler?.labels ?? {}],
  ] as const;
  return lists.flatMap(([path, map]) =>
    Object.keys(map)
      // Those of the members another rule has.
      .filter((key) => key in kept && (path.length > 2 || key === poolerLabel))
      .map((key) =>
        error({
          rule: "own-label",
          message: `${path.join(".")} has ${key}, which pgrender sets itself`,
          fix: "take it out, or give the label another name",
          path: [...path, key],
          part: "key",
        }),
      ),
  );
}
