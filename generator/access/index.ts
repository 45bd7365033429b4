import type { Cluster } from "../cluster/cluster.ts";
import { poolerRole } from "../cluster/pooler.ts";
import { certificateProvider, makesPasswords } from "../cluster/secrets.ts";
import { account } from "../kube/account.ts";
import { fromField } from "../kube/container.ts";
import { sorted } from "../kube/metadata.ts";
import type { KubeObject } from "../kube/object.ts";
import { scriptJob } from "../kube/script-job.ts";
import { labels, names, poolerSelector } from "../naming.ts";
import { once } from "../once.ts";
import { certificateSecrets, certifiedNames, pairs } from "../pgbackrest/certificates.ts";
import { backupOf } from "../pgbackrest/repositories.ts";
import { keyBits } from "../postgres/tde.ts";
import { text } from "../template.ts";
import { withPassword } from "./roles.ts";

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
type Generated = { readonly name: string; readonly selector?: Readonly<Record<string, string>> } & (
  | { readonly username: string }
  | { readonly bits: number }
  | { readonly certificates: readonly string[]; readonly hosts: readonly string[] }
);

/** Whether the Job has anything to make. */
export function makesSecrets(cluster: Cluster): boolean {
  return generated(cluster).length > 0;
}

const generated = once((cluster: Cluster): readonly Generated[] => [
  ...(makesPasswords(cluster) ? ofMembers(cluster) : []),
  ...ofBackups(cluster),
]);

function ofBackups(cluster: Cluster): Generated[] {
  if (backupOf(cluster) === undefined || certificateProvider(cluster) !== "generate") return [];
  // The Job knows its namespace, whether the spec does or not.
  const hosts = certifiedNames({ ...cluster, namespace: "{namespace}" });
  return [{ name: names.backupCertificates(cluster), certificates: pairs, hosts }];
}

/**
 * The Secrets of the roles that members and users log in as, and with the key of encrypted data files. The key of a clone is
 * its source's: with another one, what was copied could not be read.
 */
function ofMembers(cluster: Cluster): Generated[] {
  const bits = cluster.spec.clone === undefined ? keyBits(cluster) : undefined;
  return [
    ...[...memberRoles(cluster), ...withPassword(cluster)].map((role) => ({
      name: names.credentials(cluster, role),
      username: role,
      // As with CPO, that of the poolers has their labels.
      ...(role === poolerRole(cluster) ? { selector: poolerSelector(cluster, "master") } : {}),
    })),
    ...(bits === undefined ? [] : [{ name: names.encryptionKey(cluster), bits }]),
  ];
}

/** The names of the Secrets that no other cluster may want. */
export function secretNames(cluster: Cluster): readonly string[] {
  return [
    ...(cluster.spec.secrets.cluster !== undefined ? [] : ofMembers(cluster).map(({ name }) => name)),
    ...certificateSecrets(cluster),
  ];
}

function program(cluster: Cluster): string {
  const certifies = generated(cluster).some((secret) => "certificates" in secret);
  return ["kube.py", ...(certifies ? ["certificates.py"] : []), "create-secrets.py"].map(text).join("\n\n");
}

function secretsJob(cluster: Cluster): KubeObject {
  const secrets = generated(cluster).map(({ selector, ...secret }) => ({
    ...secret,
    labels: sorted(selector ?? labels(cluster)),
  }));
  return scriptJob(cluster, names.secretsJob(cluster), {
    type: "secrets",
    // Nothing is mounted that would have to be there before.
    args: ["-c", program(cluster)],
    env: [
      fromField("POD_NAMESPACE", "metadata.namespace"),
      { name: "SECRETS", value: JSON.stringify(secrets) },
    ],
    account: names.secretsJob(cluster),
  });
}
