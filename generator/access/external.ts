import type { Cluster } from "../cluster/cluster.ts";
import { asksOperator } from "../cluster/secrets.ts";
import { metadata, sorted } from "../kube/metadata.ts";
import type { KubeObject } from "../kube/object.ts";
import { labels, names } from "../naming.ts";
import { memberSecrets, type MemberSecret } from "./member-secrets.ts";

/**
 * What has the External Secrets Operator make the Secrets, of a store's contents or of passwords that it makes itself.
 * https://external-secrets.io/latest/api/externalsecret/
 */
export function externalSecrets(cluster: Cluster): KubeObject[] {
  if (!asksOperator(cluster)) return [];
  const secrets = memberSecrets(cluster);
  const isMade = cluster.spec.secrets.externalSecrets.store === undefined;
  return [
    ...(isMade ? [generator(cluster)] : []),
    ...secrets.map((secret) => externalSecret(cluster, secret, undefined)),
    ...secrets.flatMap((secret) =>
      "elsewhere" in secret && secret.elsewhere !== undefined
        ? [externalSecret(cluster, secret, secret.elsewhere)]
        : [],
    ),
  ];
}

/** Passwords as CPO makes them: 64 letters and digits, which need no quoting anywhere. */
function generator(cluster: Cluster): KubeObject {
  return {
    apiVersion: "generators.external-secrets.io/v1alpha1",
    kind: "Password",
    metadata: metadata(cluster, names.passwords(cluster)),
    spec: { length: 64, digits: 16, symbols: 0, noUpper: false, allowRepeat: true },
  };
}

function externalSecret(cluster: Cluster, secret: MemberSecret, namespace: string | undefined): KubeObject {
  const { store, refreshInterval } = cluster.spec.secrets.externalSecrets;
  const { name, selector } = secret;
  return {
    apiVersion: "external-secrets.io/v1",
    kind: "ExternalSecret",
    metadata: { ...metadata(cluster, name), ...(namespace === undefined ? {} : { namespace }) },
    spec: {
      // A password that is made anew would be another one each time.
      refreshPolicy: store === undefined ? "CreatedOnce" : "Periodic",
      refreshInterval,
      ...(store === undefined ? {} : { secretStoreRef: { name: store.name, kind: store.kind } }),
      target: {
        name,
        // A password outlives the object that asked for it.
        creationPolicy: "Orphan",
        deletionPolicy: "Retain",
        template: {
          engineVersion: "v2",
          mergePolicy: "Replace",
          type: "Opaque",
          metadata: { labels: sorted(selector ?? labels(cluster)) },
          data: contents(secret, store === undefined),
        },
      },
      ...(store === undefined ? made(cluster) : { data: [kept(cluster, secret)] }),
    },
  };
}

/** As CPO writes a Secret. The hash of a password is as hard to guess, and in the hexadecimal digits that a key is of. */
function contents(secret: MemberSecret, isMade: boolean): Record<string, string> {
  if ("username" in secret) return { username: secret.username, password: "{{ .password }}" };
  return { key: isMade ? `{{ .password | sha256sum | trunc ${secret.bits / 4} }}` : "{{ .password }}" };
}

function made(cluster: Cluster) {
  return {
    dataFrom: [
      {
        sourceRef: {
          generatorRef: {
            apiVersion: "generators.external-secrets.io/v1alpha1",
            kind: "Password",
            name: names.passwords(cluster),
          },
        },
      },
    ],
  };
}

function kept(cluster: Cluster, secret: MemberSecret) {
  const { key, property } = cluster.spec.secrets.externalSecrets;
  return {
    secretKey: "password",
    remoteRef: {
      key: key
        .replaceAll("{namespace}", () => cluster.namespace ?? "")
        .replaceAll("{cluster}", () => cluster.name)
        .replaceAll("{username}", () => ("username" in secret ? secret.username : "tde")),
      property,
      conversionStrategy: "Default",
      decodingStrategy: "None",
      metadataPolicy: "None",
    },
  };
}
