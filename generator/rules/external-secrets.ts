import { foreignHomes } from "../access/roles.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { asksOperator } from "../cluster/secrets.ts";
import { error, warning, type Finding } from "./finding.ts";

const path = ["spec", "secrets", "externalSecrets"];

/** What the External Secrets Operator is told means something, and is enough. */
export function externalSecretsKnown(cluster: Cluster): Finding[] {
  const { provider, externalSecrets } = cluster.spec.secrets;
  if (provider !== "externalSecrets") {
    if (externalSecrets.store === undefined) return [];
    const message = `spec.secrets.externalSecrets is given, and spec.secrets.provider is ${provider}`;
    return [
      warning({
        rule: "external-secrets",
        message,
        fix: "write provider: externalSecrets, or take it out",
        path,
        part: "key",
      }),
    ];
  }
  if (!asksOperator(cluster)) return [];
  const [abroad] = foreignHomes(cluster);
  if (externalSecrets.store === undefined && abroad !== undefined) {
    const [role, namespace] = abroad;
    const message = `the Secret of ${role} is in ${namespace} too, and the operator would make another password there`;
    return [
      error({
        rule: "external-secrets",
        message,
        fix: "name a store in spec.secrets.externalSecrets.store",
        path,
      }),
    ];
  }
  if (externalSecrets.store === undefined || cluster.namespace !== undefined) return [];
  if (!externalSecrets.key.includes("{namespace}")) return [];
  return [
    error({
      rule: "external-secrets",
      message: "spec.secrets.externalSecrets.key has the namespace in it, which the document does not have",
      fix: "write metadata.namespace, or a key such as {cluster}/{username}",
      path: [...path, "key"],
    }),
  ];
}
