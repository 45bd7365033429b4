import type { Cluster } from "../cluster/cluster.ts";
import { makesSecrets } from "../cluster/secrets.ts";
import { account } from "../kube/account.ts";
import { fromField } from "../kube/container.ts";
import { sorted } from "../kube/metadata.ts";
import type { KubeObject } from "../kube/object.ts";
import { scriptJob } from "../kube/script-job.ts";
import { labels, names } from "../naming.ts";
import { pairs } from "../pgbackrest/config.ts";
import { backupOf } from "../pgbackrest/repositories.ts";
import { keyBits } from "../postgres/tde.ts";
import { text } from "../template.ts";

/** Where the passwords come from: a Job that makes the missing ones, or whoever else puts the Secrets there. */
export function access(cluster: Cluster): KubeObject[] {
  if (!makesSecrets(cluster)) return [];
  return [
    // `create` cannot be limited by name; the account has no other verb, so it can neither read nor change a Secret.
    ...account(cluster, names.secretsJob(cluster), [
      { apiGroups: [""], resources: ["secrets"], verbs: ["create"] },
    ]),
    secretsJob(cluster),
  ];
}

/** The roles whose passwords the members need. */
function memberRoles({ fleet }: Cluster): readonly string[] {
  return [fleet.superuser, fleet.replicationUser];
}

/** A Secret that the Job makes: of a role, with a key of so many bits, or with an authority and pairs that it vouches for. */
type Generated = { readonly name: string } & (
  | { readonly username: string }
  | { readonly bits: number }
  | { readonly certificates: readonly string[]; readonly hosts: readonly string[] }
);

/**
 * The Secrets of the members: of a role, or with the key of encrypted data files. The key of a clone is its source's: with
 * another one, what was copied could not be read.
 */
function generated(cluster: Cluster): Generated[] {
  const bits = cluster.spec.clone === undefined ? keyBits(cluster) : undefined;
  return [
    ...memberRoles(cluster).map((role) => ({ name: names.credentials(cluster, role), username: role })),
    ...(bits === undefined ? [] : [{ name: names.encryptionKey(cluster), bits }]),
    ...(backupOf(cluster) === undefined
      ? []
      : [{ name: names.backupCertificates(cluster), certificates: pairs, hosts: hosts(cluster) }]),
  ];
}

/**
 * The names that the pods of the cluster go by; the first one is the cluster's, by which pgBackRest lets in. {namespace} is the
 * Job's to fill in.
 */
function hosts(cluster: Cluster): string[] {
  const pods = `*.${names.members(cluster)}`;
  return [cluster.name, pods, `${pods}.{namespace}.svc`];
}

/** The names of the Secrets that no other cluster may want. */
export function secretNames(cluster: Cluster): readonly string[] {
  return cluster.spec.secrets.cluster !== undefined ? [] : generated(cluster).map(({ name }) => name);
}

function program(cluster: Cluster): string {
  const parts = [
    "kube.py",
    ...(backupOf(cluster) === undefined ? [] : ["certificates.py"]),
    "create-secrets.py",
  ];
  return parts.map(text).join("\n\n");
}

function secretsJob(cluster: Cluster): KubeObject {
  const secrets = generated(cluster).map((secret) => ({ ...secret, labels: sorted(labels(cluster)) }));
  return scriptJob(cluster, {
    name: names.secretsJob(cluster),
    type: "secrets",
    program: program(cluster),
    env: [
      fromField("POD_NAMESPACE", "metadata.namespace"),
      { name: "SECRETS", value: JSON.stringify(secrets) },
    ],
    account: names.secretsJob(cluster),
  });
}
