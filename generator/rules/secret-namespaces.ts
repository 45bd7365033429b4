import { foreignHomes } from "../access/roles.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { preparedRoles } from "../cluster/prepared.ts";
import { error, warning, type Finding } from "./finding.ts";

/** Secrets in other namespaces: those are namespaces, the fleet allows it, and the Job that makes them is of one that is known. */
export function secretNamespaces(cluster: Cluster): Finding[] {
  const { spec, fleet } = cluster;
  const prepared = Object.entries(spec.preparedDatabases ?? {}).flatMap(([name, { secretNamespace }]) =>
    secretNamespace === undefined ? [] : [{ name, secretNamespace }],
  );
  const path = (name: string) => ["spec", "preparedDatabases", name, "secretNamespace"];
  const useless = prepared.flatMap(({ name, secretNamespace }): Finding[] => {
    const logsIn = preparedRoles(cluster).some((role) => role.database === name && role.logsIn);
    if (fleet.foreignSecrets && logsIn) return [];
    return [
      warning({
        rule: "secret-namespace",
        message: `spec.preparedDatabases.${name}.secretNamespace is ${secretNamespace}, and ${logsIn ? "the fleet does not allow Secrets in other namespaces: they are beside the cluster" : "nobody of this database has a Secret"}`,
        fix: logsIn
          ? "write kubernetes.enable_cross_namespace_secret: true into the OperatorConfiguration, or take it out"
          : "write defaultUsers: true, or take it out",
        path: path(name),
      }),
    ];
  });
  const homes = [...foreignHomes(cluster)];
  const odd = homes
    .filter(([, home]) => !/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(home))
    .map(([role, home]) =>
      error({
        rule: "secret-namespace",
        message: `spec.users.${role} wants its Secret in ${home}, which is no name of a namespace`,
        fix: "begin with the namespace, of small letters, digits and -, or write the user's name without a dot",
        path: ["spec", "users", role],
        part: "key",
      }),
    );
  const [first] = homes;
  if (first === undefined || cluster.namespace !== undefined) return [...useless, ...odd];
  return [
    ...useless,
    ...odd,
    error({
      rule: "secret-namespace",
      message: `the Secret of ${first[0]} is in ${first[1]} too: who makes it there has to be known by its namespace`,
      fix: "write metadata.namespace",
      path: ["metadata"],
      part: "key",
    }),
  ];
}
