import type { Cluster } from "../cluster/cluster.ts";
import { groups } from "../cluster/group.ts";
import { reserved, shared } from "../postgres/parameters.ts";
import { error, warning, type Finding, type Rule } from "./finding.ts";

/** Names that a cluster has Services of: `C-repl`, `C-clusterpods`, and what poolers and the repository host are called. */
const taken = ["repl", "clusterpods", "pooler", "pooler-repl", "pgbackrest-repo-host"];

/** StatefulSet's limit: a label of each pod is its name, a dash and a hash of ten characters. */
const longest = 52;

export function poolNames({ name, pools }: Cluster): Finding[] {
  return pools.flatMap((pool, index) => {
    const path = ["spec", "pools", String(index), "name"];
    const said = `spec.pools[${index}].name is ${pool.name}`;
    const found = (message: string, fix: string) => error({ rule: "pool-name", message, fix, path });
    if (taken.includes(pool.name)) {
      return found(
        `${said}: ${name}-${pool.name} is something else of the cluster's`,
        "give it another name",
      );
    }
    if (pools.findIndex((other) => other.name === pool.name) < index) {
      return found(`${said}, as is another pool's`, "give each pool a name of its own");
    }
    if (name.length + 1 + pool.name.length <= longest) return [];
    return found(
      `${said}: ${name}-${pool.name} has more than the ${longest} characters that a StatefulSet can have`,
      `write at most ${Math.max(1, longest - 1 - name.length)} characters`,
    );
  });
}

/** Settings that a replica cannot have of its own. */
export function poolParameters({ spec }: Cluster): Finding[] {
  return spec.pools.flatMap((pool, index) =>
    Object.keys(pool.parameters).flatMap((name) => {
      const key = name.toLowerCase();
      const reason = shared.has(key)
        ? "it has to be the same on all members"
        : key === "recovery_min_apply_delay"
          ? "Patroni takes it from elsewhere"
          : reserved[key];
      if (reason === undefined) return [];
      return error({
        rule: "pool-parameter",
        message: `spec.pools[${index}].parameters.${name} cannot be set: ${reason}`,
        fix:
          key === "recovery_min_apply_delay"
            ? "write it as delay"
            : "take it out, or set it for the whole cluster",
        path: ["spec", "pools", String(index), "parameters", name],
        part: "key",
      });
    }),
  );
}

/** Readers of the cluster expect what was just written. */
export function delayedReaders({ spec, pools }: Cluster): Finding[] {
  return pools.flatMap((pool, index) => {
    if (pool.delaySeconds === 0 || !pool.replicaService) return [];
    return warning({
      rule: "pool-delay",
      message: `spec.pools[${index}].delay is ${spec.pools[index]?.delay ?? ""}, and replicaService sends readers of the whole cluster there: some would see data of that age`,
      fix: "take replicaService out: the pool has a Service of its own",
      path: ["spec", "pools", String(index), "replicaService"],
    });
  });
}

/** A rule about the cluster's parameters, asked about those of each pool and said of the pool. */
export function ofPools(rule: Rule): Rule {
  return (cluster, kind) =>
    groups(cluster).flatMap((group) => {
      const index = cluster.pools.findIndex((pool) => pool === group.pool);
      const own = cluster.spec.pools[index]?.parameters ?? {};
      // What a pool does not set itself is the cluster's, and said there.
      return rule(group, kind)
        .filter(({ path }) => Object.hasOwn(own, path.at(-1) ?? "") && path.includes("parameters"))
        .map((finding) => ({
          ...finding,
          message: finding.message.replaceAll("spec.postgresql.", `spec.pools[${index}].`),
          path: ["spec", "pools", String(index), "parameters", finding.path.at(-1) ?? ""],
        }));
    });
}
