import type { Cluster } from "../cluster/cluster.ts";
import { certificateProvider, makesPasswords } from "../cluster/secrets.ts";
import { account } from "../kube/account.ts";
import { fromField } from "../kube/container.ts";
import { sorted } from "../kube/metadata.ts";
import type { KubeObject } from "../kube/object.ts";
import { scriptJob } from "../kube/script-job.ts";
import { labels, names } from "../naming.ts";
import { once } from "../once.ts";
import { certificateSecrets, certifiedNames, pairs } from "../pgbackrest/certificates.ts";
import { backupOf } from "../pgbackrest/repositories.ts";
import { text } from "../template.ts";
import { externalSecrets } from "./external.ts";
import { foreignRights, ownRights } from "./foreign.ts";
import { memberSecrets, type MemberSecret } from "./member-secrets.ts";

/** Where the passwords come from: a Job that makes the missing ones, or whoever else puts the Secrets there. */
export function access(cluster: Cluster): KubeObject[] {
  if (!makesSecrets(cluster)) return externalSecrets(cluster);
  return [
    ...externalSecrets(cluster),
    // `create` cannot be limited by name; without Secrets elsewhere the account has no other verb, so it can neither read nor change one.
    ...account(cluster, names.secretsJob(cluster), [
      { apiGroups: [""], resources: ["secrets"], verbs: ["create"] },
      ...ownRights(cluster),
    ]),
    ...foreignRights(cluster),
    secretsJob(cluster),
  ];
}

/** A Secret that the Job makes: of a role, with a key of so many bits, or with an authority and pairs that it vouches for. */
type Generated =
  | MemberSecret
  | {
      readonly name: string;
      readonly selector?: never;
      readonly certificates: readonly string[];
      readonly hosts: readonly string[];
    };

/** Whether the Job has anything to make. */
export function makesSecrets(cluster: Cluster): boolean {
  return generated(cluster).length > 0;
}

const generated = once((cluster: Cluster): readonly Generated[] => [
  ...(makesPasswords(cluster) ? memberSecrets(cluster) : []),
  ...ofBackups(cluster),
]);

function ofBackups(cluster: Cluster): Generated[] {
  if (backupOf(cluster) === undefined || certificateProvider(cluster) !== "generate") return [];
  // The Job knows its namespace, whether the spec does or not.
  const hosts = certifiedNames({ ...cluster, namespace: "{namespace}" });
  return [{ name: names.backupCertificates(cluster), certificates: pairs, hosts }];
}

/** The Secrets that no other cluster may want, with the namespace of those that are not in the cluster's. */
export function ownSecrets(cluster: Cluster): readonly Own[] {
  const ofRoles = cluster.spec.secrets.cluster === undefined ? memberSecrets(cluster) : [];
  return [
    ...ofRoles.flatMap((secret): Own[] => [
      { name: secret.name },
      ...("elsewhere" in secret && secret.elsewhere !== undefined
        ? [{ name: secret.name, namespace: secret.elsewhere }]
        : []),
    ]),
    ...certificateSecrets(cluster).map((name) => ({ name })),
  ];
}

type Own = { readonly name: string; readonly namespace?: string };

function program(cluster: Cluster): string {
  const has = (key: string) => generated(cluster).some((secret) => key in secret);
  const more = [
    ...(has("certificates") ? ["certificates.py"] : []),
    ...(has("elsewhere") ? ["foreign-secrets.py"] : []),
  ];
  return ["kube.py", ...more, "create-secrets.py"].map(text).join("\n\n");
}

function secretsJob(cluster: Cluster): KubeObject {
  // Nearly all have the same labels, and Linux takes no longer variable than 128 KiB.
  const secrets = generated(cluster).map(({ selector, ...secret }) => ({
    ...secret,
    ...(selector === undefined ? {} : { labels: sorted(selector) }),
  }));
  return scriptJob(cluster, names.secretsJob(cluster), {
    type: "secrets",
    // Nothing is mounted that would have to be there before.
    args: ["-c", program(cluster)],
    env: [
      fromField("POD_NAMESPACE", "metadata.namespace"),
      { name: "LABELS", value: JSON.stringify(sorted(labels(cluster))) },
      { name: "SECRETS", value: JSON.stringify(secrets) },
    ],
    account: names.secretsJob(cluster),
  });
}
