import type { IJob } from "kubernetes-models/batch/v1/Job";
import type { Cluster } from "../cluster/cluster.ts";
import { makesSecrets } from "../cluster/secrets.ts";
import { account } from "../kube/account.ts";
import {
  containerDefaults,
  fromField,
  podDefaults,
  restrictedContainer,
  restrictedPod,
  run,
} from "../kube/container.ts";
import { metadata, sorted } from "../kube/metadata.ts";
import type { KubeObject } from "../kube/object.ts";
import { labels, names, podSelector } from "../naming.ts";
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

/**
 * The Secrets of the members: of a role, or with the key of encrypted data files. The key of a clone is its source's: with
 * another one, what was copied could not be read.
 */
function generated(cluster: Cluster): ({ name: string } & ({ username: string } | { bits: number }))[] {
  const bits = cluster.spec.clone === undefined ? keyBits(cluster) : undefined;
  return [
    ...memberRoles(cluster).map((role) => ({ name: names.credentials(cluster, role), username: role })),
    ...(bits === undefined ? [] : [{ name: names.encryptionKey(cluster), bits }]),
  ];
}

/** The names of the Secrets that no other cluster may want. */
export function secretNames(cluster: Cluster): readonly string[] {
  return cluster.spec.secrets.cluster !== undefined ? [] : generated(cluster).map(({ name }) => name);
}

/** Its name gets a hash of its content at the end (`withRunName`), because a Job cannot be changed; it is safe to run again. */
function secretsJob(cluster: Cluster): KubeObject {
  const selector = podSelector(cluster, "secrets");
  const podLabels = sorted(labels(cluster, selector));
  const secrets = generated(cluster).map((secret) => ({ ...secret, labels: sorted(labels(cluster)) }));
  const spec: IJob["spec"] = {
    backoffLimit: 6,
    completionMode: "NonIndexed",
    completions: 1,
    manualSelector: false,
    parallelism: 1,
    podReplacementPolicy: "TerminatingOrFailed",
    suspend: false,
    template: {
      metadata: { labels: podLabels },
      spec: {
        ...podDefaults,
        restartPolicy: "Never",
        serviceAccountName: names.secretsJob(cluster),
        serviceAccount: names.secretsJob(cluster),
        securityContext: restrictedPod(cluster),
        terminationGracePeriodSeconds: 30,
        containers: [
          {
            name: "secrets",
            image: cluster.image,
            ...containerDefaults,
            ...run(cluster, ["python3", "-c", `${text("kube.py")}\n\n${text("create-secrets.py")}`]),
            env: [
              fromField("POD_NAMESPACE", "metadata.namespace"),
              { name: "SECRETS", value: JSON.stringify(secrets) },
            ],
            resources: { requests: { cpu: "10m", memory: "64Mi" }, limits: { cpu: "500m", memory: "128Mi" } },
            securityContext: restrictedContainer,
            // The entrypoint of an image may write there.
            volumeMounts: [{ mountPath: "/tmp", name: "tmp" }],
          },
        ],
        volumes: [{ name: "tmp", emptyDir: {} }],
      },
    },
  };
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: metadata(cluster, names.secretsJob(cluster), { selector }),
    spec,
  } satisfies IJob;
}
